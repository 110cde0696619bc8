import StrataBTree
import StrataDisk
import StrataReplica

/// Snapshots, and the tree's file written anew.
extension StoreCore {
    /// Writes a snapshot of everything up to now to a new file while writes go on. See `KVEngine.snapshot`.
    ///
    /// `revision` reads the newest revision from a map that stands still.
    func snapshot(
        to target: any Disk, name: String, progress: (TreeCopyProgress) -> Bool,
        revision: (BufferedTree) throws(StorageError) -> Int64
    ) throws(StorageError) -> SnapshotInfo? {
        // What is acknowledged and not in the tree yet has to be in the snapshot.
        try local.checkpoint()
        let (pinned, newest) = try local.betweenCheckpoints {
            () throws(StorageError) -> (TreeSnapshot, Int64) in
            let still = BufferedTree(tree)
            return (still.view().snapshot, try revision(still))
        }
        let goesOn = ProgressAnswer()
        let commit = try pinned.copy(
            to: name, on: target, onProgress: { goesOn.value = progress($0) }, isCancelled: { !goesOn.value })
        guard let commit else { return nil }
        let file = try target.open(name, .read, method: .fdatasync)
        defer { try? file.close() }
        return SnapshotInfo(
            revision: newest, entries: commit.entries, bytes: try file.size(), appliedIndex: commit.appliedIndex)
    }

    /// Writes the tree's file anew without the room that removed entries left, while reads and writes go on; returns its size in bytes
    /// before and after, nil where `progress` ended it.
    func compactFile(
        progress: (TreeCopyProgress) -> Bool
    ) throws(StorageError) -> (before: UInt64, after: UInt64)? {
        let before = tree.statistics.fileBytes
        let compaction = try TreeCompaction(tree)
        let goesOn = ProgressAnswer()
        let isCopied = try compaction.copy(
            onProgress: { goesOn.value = progress($0) }, isCancelled: { !goesOn.value })
        guard isCopied else { return nil }
        // A turn of the tree's writer, which the checkpoints are.
        try local.betweenCheckpoints { () throws(StorageError) in
            _ = try compaction.finish()
            machine.tree.renewSnapshot()
        }
        return (before, tree.statistics.fileBytes)
    }
}

/// What the caller said to the newest progress.
private final class ProgressAnswer {
    var value = true
}
