import Glibc
import StrataDisk

/// A dump as a file that is there whole or not at all.
package enum RDBFile {
    /// Writes `name` anew: under `temporary` first, made durable, then renamed, then the name made durable. Where `body` or the disk
    /// fails, the older file is untouched and the temporary one removed.
    /// - Returns: the size in bytes.
    @discardableResult
    package static func save(
        to disk: any Disk, name: String, temporary: String, options: RDBWriter.Options,
        _ body: (RDBWriter) throws(StorageError) -> Void
    ) throws(StorageError) -> UInt64 {
        let file = try create(temporary, on: disk)
        do {
            let writer = RDBWriter(file, options: options)
            try body(writer)
            let size = try writer.finish()
            try file.close()
            try disk.rename(temporary, to: name)
            try disk.syncDirectory()
            return size
        } catch {
            try? file.close()
            try? disk.remove(temporary)
            throw error
        }
    }

    /// A new file, in the place of what an earlier process left under that name.
    package static func create(_ name: String, on disk: any Disk) throws(StorageError) -> any File {
        do {
            return try disk.open(name, .create, method: .fdatasync)
        } catch {
            guard case .io(_, EEXIST) = error.kind else { throw error }
            try disk.remove(name)
            return try disk.open(name, .create, method: .fdatasync)
        }
    }

    /// Reads the dump `name`.
    @discardableResult
    package static func load(
        from disk: any Disk, name: String, into visitor: any RDBVisitor, verifies: Bool = true,
        onProgress: ((UInt64) -> Void)? = nil
    ) throws(StorageError) -> RDBReader.Summary {
        let file = try disk.open(name, .read, method: .fdatasync)
        let input = try RDBInput(file)
        input.onProgress = onProgress
        // Errors of closing a file that was only read say nothing about what was read.
        defer { try? file.close() }
        return try RDBReader(input).read(into: visitor, verifies: verifies)
    }
}
