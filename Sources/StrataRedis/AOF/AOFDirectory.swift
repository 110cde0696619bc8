import Glibc
import StrataDisk

/// The files of one append-only file, and the manifest that says which of them count. One thread at a time.
package final class AOFDirectory {
    package let disk: any Disk
    /// `appendfilename`.
    package let name: String
    package private(set) var manifest: AOFManifest
    /// Whether there was a manifest when this was opened.
    package let hadManifest: Bool

    package var manifestName: String { name + AOFFormat.manifestSuffix }

    /// Reads the manifest, if there is one. Nothing is created.
    package init(on disk: any Disk, name: String) throws(AOFError) {
        self.disk = disk
        self.name = name
        let file = name + AOFFormat.manifestSuffix
        let bytes: [UInt8]?
        do { bytes = try Self.contents(of: file, on: disk) } catch { throw .storage(error) }
        hadManifest = bytes != nil
        do {
            manifest = try bytes.map { (bytes) throws(AOFManifestError) in try AOFManifest(bytes) } ?? AOFManifest()
        } catch {
            throw .manifest(error, file: file)
        }
    }

    /// A small file whole; nil where it is missing.
    private static func contents(of name: String, on disk: any Disk) throws(StorageError) -> [UInt8]? {
        guard try disk.list().contains(name) else { return nil }
        let file = try disk.open(name, .read, method: .fdatasync)
        defer { try? file.close() }
        let size = try file.size()
        // A manifest names a handful of files; one of a megabyte is something else.
        guard size <= 1 << 20 else {
            throw StorageError(kind: .invalid("\(size) bytes are no manifest"), file: file.name)
        }
        var bytes = [UInt8](repeating: 0, count: Int(size))
        var span = bytes.mutableSpan
        var raw = span.mutableBytes
        let got = try file.read(into: &raw, at: 0)
        return Array(bytes.prefix(got))
    }

    /// Makes `next` the manifest, in one step: durable on return, and after a throw either the old or the new one.
    package func replace(by next: AOFManifest) throws(StorageError) {
        let temporary = AOFFormat.temporaryPrefix + manifestName
        let file = try RDBFile.create(temporary, on: disk)
        do {
            try file.write(Array(next.text.utf8).span.bytes, at: 0)
            try file.sync()
            try file.close()
        } catch {
            try? file.close()
            throw error
        }
        try disk.rename(temporary, to: manifestName)
        try disk.syncDirectory()
        manifest = next
    }

    /// Removes the files that are history, and forgets them. Call it after `replace` has returned.
    package func removeHistory() throws(StorageError) {
        guard !manifest.history.isEmpty else { return }
        let present = Set(try disk.list())
        for entry in manifest.history where present.contains(entry.name) { try disk.remove(entry.name) }
        var next = manifest
        next.history = []
        try replace(by: next)
    }

    /// Removes what an interrupted rewrite left behind.
    package func removeTemporaries() throws(StorageError) {
        for name in try disk.list() where name.hasPrefix(AOFFormat.temporaryPrefix) {
            guard
                name.hasPrefix("temp-rewriteaof-") || name == AOFFormat.temporaryPrefix + manifestName
                    || name == temporaryIncrement
            else { continue }
            try disk.remove(name)
        }
    }

    /// Holds appends while the first base is being written; no manifest names it.
    package var temporaryIncrement: String { AOFFormat.temporaryPrefix + name + AOFFormat.incrementSuffix }

    /// Bytes of base and increments. Throws `.missing` where one is not there.
    package func sizes() throws(AOFError) -> (base: UInt64, whole: UInt64) {
        var base: UInt64 = 0
        var whole: UInt64 = 0
        for entry in manifest.live {
            let size = try size(of: entry.name)
            if entry.kind == .base { base = size }
            whole += size
        }
        return (base, whole)
    }

    private func size(of name: String) throws(AOFError) -> UInt64 {
        do {
            let file = try disk.open(name, .read, method: .fdatasync)
            defer { try? file.close() }
            return try file.size()
        } catch { throw Self.opening(error, name) }
    }

    /// A file that the manifest names is missing, or the disk failed.
    static func opening(_ error: StorageError, _ name: String) -> AOFError {
        switch error.kind {
        case .missing, .io("open", ENOENT): .missing(file: name)
        default: .storage(error)
        }
    }
}
