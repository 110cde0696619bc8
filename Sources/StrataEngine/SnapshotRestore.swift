import StrataBTree
import StrataDisk
import StrataWAL

/// Makes a store of a snapshot file: the file is copied under another name, read through and checked, and only then, durable and
/// whole, gets the name under which a store is opened.
///
/// A power cut at any moment leaves an empty directory, one in which an interrupted restore is refused or repeated, or the restored
/// store.
struct SnapshotRestore {
    private static let chunkBytes = 1 << 20

    let source: any Disk
    let name: String
    let target: any Disk

    /// Throws `.invalid` where `target` holds anything, `.corrupt` where the snapshot is damaged, with nothing left of it.
    func run() throws(StorageError) -> SnapshotInfo {
        let lock = try target.lock(StoreDirectory.tree + ".lock")
        defer { withExtendedLifetime(lock) {} }
        try requireEmpty()
        let bytes = try copy()
        let inspection = try TreeInspection(of: StoreDirectory.incoming, on: target, problemLimit: 1, largest: 0)
        guard let survey = inspection.survey, inspection.isClean else {
            try target.remove(StoreDirectory.incoming)
            throw inspection.refusal ?? Self.damage(inspection, name)
        }
        try target.rename(StoreDirectory.incoming, to: StoreDirectory.tree)
        try target.syncDirectory()
        return SnapshotInfo(entries: survey.meta.entries, bytes: bytes, appliedIndex: survey.meta.appliedIndex)
    }

    private static func damage(_ inspection: TreeInspection, _ name: String) -> StorageError {
        let first = inspection.problems.first
        return StorageError(
            kind: .corrupt(
                field: "snapshot", expected: "a clean tree",
                found: "\(inspection.problemCount) problems, the first: \(first.map { "\($0)" } ?? "unknown")"),
            file: name, offset: first?.offset ?? 0)
    }

    private func requireEmpty() throws(StorageError) {
        for name in try target.list() where name != StoreDirectory.incoming && !name.hasSuffix(".lock") {
            if SegmentName(name) == .lock { continue }
            throw .init(
                kind: .invalid("holds \(name)"), file: target.path, remedy: "restore into an empty directory")
        }
    }

    private func copy() throws(StorageError) -> UInt64 {
        let input = try source.open(name, .read, method: .fdatasync)
        defer { try? input.close() }
        if try target.list().contains(StoreDirectory.incoming) { try target.remove(StoreDirectory.incoming) }
        let output = try target.open(StoreDirectory.incoming, .create, method: .fdatasync)
        defer { try? output.close() }
        let buffer = IOBuffer(capacity: Self.chunkBytes)
        var at: UInt64 = 0
        while true {
            buffer.removeAll()
            try buffer.appendInPlace(atMost: Self.chunkBytes) { (room) throws(StorageError) -> Int in
                var span = room.mutableBytes
                return try input.read(into: &span, at: at)
            }
            if buffer.isEmpty { break }
            try buffer.withBytes { (bytes) throws(StorageError) in try output.write(bytes, at: at) }
            at += UInt64(buffer.count)
        }
        try output.sync()
        return at
    }
}
