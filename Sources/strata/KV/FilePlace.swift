import Foundation
import StrataDisk

/// A file as typed: its directory and its name in it.
struct FilePlace {
    let disk: PosixDisk
    let name: String

    /// Throws where the directory is not there; whether the file is, its user knows.
    init(_ path: String) throws {
        let name = URL(fileURLWithPath: path).lastPathComponent
        guard !path.hasSuffix("/"), !name.isEmpty, name != ".", name != ".." else {
            throw ToolFailure("\(path): no name of a file")
        }
        var directory = path == name ? "." : String(path.dropLast(name.count + 1))
        if directory.isEmpty { directory = "/" }
        guard FileManager.default.fileExists(atPath: directory) else {
            throw ToolFailure("\(directory): no such directory")
        }
        self.name = name
        disk = try PosixDisk(path: directory)
    }

    var exists: Bool { FileManager.default.fileExists(atPath: disk.path + "/" + name) }
}
