import Foundation
import Glibc

/// Room on the device, and how much of it a store takes.
enum StoreFiles {
    /// Bytes that this process may still write below `directory`; nil where the kernel does not tell.
    static func freeBytes(_ directory: String) -> Int? {
        var space = statvfs()
        guard statvfs(directory, &space) == 0 else { return nil }
        return Int(space.f_bavail) * Int(space.f_frsize)
    }

    /// Bytes of the blocks of every file below `directory`: sparse files count what they hold.
    static func bytes(_ directory: String) -> Int {
        let names = FileManager.default.enumerator(atPath: directory)
        var total = 0
        while let name = names?.nextObject() as? String {
            var status = stat()
            if stat("\(directory)/\(name)", &status) == 0, status.st_mode & S_IFMT == S_IFREG {
                total += Int(status.st_blocks) * 512
            }
        }
        return total
    }
}
