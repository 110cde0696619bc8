import ArgumentParser
import Foundation
import StrataDisk
import StrataLab

/// Where a log, or one segment of it, is. Nothing is created.
struct LogPlace {
    let disk: PosixDisk
    /// nil for the whole log.
    let segment: String?

    /// Says what is wrong and throws the exit status of wrong usage where `path` is neither a directory nor a file.
    init(_ path: String) throws {
        var isDirectory: ObjCBool = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory) else {
            StandardError.write("Error: \(path): no such file or directory\n")
            throw ExitCode(ExitStatus.usage)
        }
        let url = URL(fileURLWithPath: path)
        var directory = path
        while directory.count > 1, directory.hasSuffix("/") { directory.removeLast() }
        if !isDirectory.boolValue {
            let name = url.lastPathComponent
            directory = directory == name ? "." : String(directory.dropLast(name.count + 1))
            if directory.isEmpty { directory = "/" }
        }
        segment = isDirectory.boolValue ? nil : url.lastPathComponent
        disk = try answering { () throws(StorageError) in try PosixDisk(path: directory) }
    }
}

/// Files that cannot be used are told in one line, with the exit status of wrong usage.
func answering<T>(_ body: () throws(StorageError) -> T) throws -> T {
    do throws(StorageError) {
        return try body()
    } catch {
        StandardError.write("Error: \(error)\n")
        throw ExitCode(ExitStatus.usage)
    }
}
