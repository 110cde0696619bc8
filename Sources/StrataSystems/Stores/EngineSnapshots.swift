import StrataDisk
import StrataEngine

/// Snapshots of the engines. The copy is a store by itself: the new directory can be opened as it is.
extension KVSystem: SnapshotSource {
    package func snapshot(to directory: String, isCancelled: () -> Bool) throws -> UInt64 {
        let engine = try running()
        let copy = try engine.snapshot(to: try PosixDisk(path: directory), name: EngineSnapshots.name) { _ in
            !isCancelled()
        }
        guard let copy else { throw CancellationError() }
        return copy.bytes
    }
}

extension PlainSystem: SnapshotSource {
    package func snapshot(to directory: String, isCancelled: () -> Bool) throws -> UInt64 {
        let engine = try running()
        let copy = try engine.snapshot(to: try PosixDisk(path: directory), name: EngineSnapshots.name) { _ in
            !isCancelled()
        }
        guard let copy else { throw CancellationError() }
        return copy.bytes
    }
}

private enum EngineSnapshots {
    /// What an engine calls the tree in its own directory.
    static let name = "store.tree"
}
