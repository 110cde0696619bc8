import Foundation
import Glibc
import StrataDisk

/// Whole files of datasets, read up to a limit and replaced in one step.
enum TextFile {
    /// Reads a file of at most `limit` bytes.
    static func read(_ path: String, limit: Int) throws(StorageError) -> [UInt8] {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            if errno == ENOENT { throw StorageError(kind: .missing, file: path) }
            throw StorageError(kind: .io(call: "open", errno: errno), file: path)
        }
        defer { close(descriptor) }
        return try read(descriptor, file: path, limit: limit)
    }

    /// Reads to the end of an open file or pipe.
    static func read(_ descriptor: Int32, file: String, limit: Int) throws(StorageError) -> [UInt8] {
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 1 << 20)
        while true {
            let size = Glibc.read(descriptor, &chunk, chunk.count)
            if size < 0 {
                if errno == EINTR { continue }
                throw StorageError(kind: .io(call: "read", errno: errno), file: file, offset: UInt64(bytes.count))
            }
            if size == 0 { return bytes }
            guard bytes.count + size <= limit else {
                throw StorageError(
                    kind: .invalid("larger than \(limit) bytes, the most that is read"), file: file,
                    offset: UInt64(limit))
            }
            bytes += chunk[..<size]
        }
    }

    /// Writes beside `path` and renames, so that a reader sees the old file or the new one. Creates the directory.
    static func replace(_ path: String, with bytes: [UInt8]) throws(StorageError) {
        let directory = URL(fileURLWithPath: path).deletingLastPathComponent()
        do {
            try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
            try Data(bytes).write(to: URL(fileURLWithPath: path), options: .atomic)
        } catch {
            throw StorageError(
                kind: .invalid("cannot be written: \(error.localizedDescription)"), file: path,
                remedy: "set STRATA_DATASETS to a directory that can be written")
        }
    }
}
