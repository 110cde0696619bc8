import StrataBTree
import StrataDisk
import StrataKV
import StrataReplica

/// Keeping a store.
extension KVEngine {
    /// Merges everything so far into the tree and lets go of the log before it. Writes go on meanwhile.
    package func checkpoint() throws(StorageError) { try core.settle() }

    /// Makes every command so far durable, whatever the policy: through the log, or without one by a checkpoint.
    package func sync() throws(StorageError) { try core.sync() }

    /// Writes everything up to now, as one tree file `name` in `disk`, while reads and writes go on: a backup, or what a follower is sent.
    /// Its size does not depend on how full the store's own file is. Durable under its name on return; a power cut before leaves
    /// nothing of that name. `progress` returns whether to go on; nil where it did not.
    @discardableResult
    package func snapshot(
        to disk: any Disk, name: String, progress: (TreeCopyProgress) -> Bool = { _ in true }
    ) throws(StorageError) -> SnapshotInfo? {
        try core.snapshot(to: disk, name: name, progress: progress) { (still) throws(StorageError) in
            try KVStore(still).visibleRevision
        }
    }

    /// Makes a store of the snapshot `name` of `source` in the empty directory `target`, durably. Its page checksums and its structure
    /// are checked before.
    ///
    /// Throws `.invalid` where `target` holds anything, `.corrupt` where the snapshot is damaged: then nothing is left of it.
    @discardableResult
    package static func restore(
        from source: any Disk, name: String, to target: any Disk
    ) throws(StorageError) -> SnapshotInfo {
        var info = try SnapshotRestore(source: source, name: name, target: target).run()
        let tree = try BTree(on: target, name: StoreDirectory.tree)
        defer { tree.abandon() }
        info.revision = try KVStore(BufferedTree(tree)).visibleRevision
        return info
    }

    /// Reads everything and compares it with itself, and changes nothing. Exact where nothing is written meanwhile. Throws `.corrupt`
    /// where a page cannot be read at all; `TreeInspection` of the closed store then tells the extent.
    package func check() throws -> EngineCheck {
        EngineCheck(tree: try core.tree.check(), store: try store.check())
    }

    /// Writes the tree's file anew without the room that compacted versions left, while reads and writes go on; returns its size in
    /// bytes before and after, nil where `progress` ended it. A power cut leaves the old file or the new one, whole.
    @discardableResult
    package func compactFile(
        progress: (TreeCopyProgress) -> Bool = { _ in true }
    ) throws(StorageError) -> (before: UInt64, after: UInt64)? {
        try core.compactFile(progress: progress)
    }

    package var statistics: EngineStatistics { core.statistics }

    /// The sum over all versions up to `revision`, 0 for the newest, that tells whether two stores hold the same.
    package func hashKV(at revision: Int64 = 0) throws -> HashKVResponse { try store.hashKV(at: revision) }

    /// Why commands are refused; nil where they are not.
    package var failure: StorageError? { core.local.failure }
}
