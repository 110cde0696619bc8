import StrataDisk

/// How far a copy or compaction is.
package struct TreeCopyProgress: Sendable, Equatable {
    package let entries: UInt64
    package let totalEntries: UInt64
    /// Of the new file so far.
    package let bytes: UInt64
}

/// A copy of one commit of a tree, in a new file without free pages: a backup, what a follower is sent, a compaction.
extension TreeSnapshot {
    /// Writes this commit to a new file while writes to the tree go on.
    ///
    /// The copy is the same tree: tree ID, commit number (at least 1), applied index and all entries are carried over, so that a
    /// restored copy continues where that commit was. It is written under
    /// another name, synced, renamed, and the directory synced; what an interrupted copy leaves is removed by the next copy to
    /// that name, or the next opening of it. Reads go past the page cache.
    ///
    /// - Parameters:
    ///   - options: of the new file; nil is those of the tree. Of its `pageBytes` nothing is taken: a copy keeps the tree's.
    ///   - fill: share of each page that is filled, 0.5 to 1.
    ///   - onProgress: called after every few hundred kilobytes.
    ///   - isCancelled: asked as often.
    /// - Returns: the commit in the new file, or nil if it was cancelled: then nothing is left of it.
    /// - Throws: `.invalid` where `name` exists; `.locked`; `.corrupt` or `.io` of either file, and the new one is removed.
    @discardableResult
    package func copy(
        to name: String, on disk: any Disk, options: BTreeOptions? = nil, fill: Double = 1,
        onProgress: (TreeCopyProgress) -> Void = { _ in }, isCancelled: () -> Bool = { false }
    ) throws(StorageError) -> TreeCommit? {
        var options = options ?? tree.options
        options.pageBytes = meta.pageBytes
        let lock = try disk.lock(name + ".lock")
        defer { withExtendedLifetime(lock) {} }
        guard try !disk.list().contains(name) else {
            throw .init(kind: .invalid("there is a file of this name already"), file: name)
        }
        let builder = try TreeFileBuilder(name, on: disk, options: options, commit: max(1, commit.number), fill: fill)
        do throws(StorageError) {
            guard try write(to: builder, onProgress: onProgress, isCancelled: isCancelled) else {
                builder.discard()
                return nil
            }
            let copied = try builder.finish(appliedIndex: meta.appliedIndex, treeID: meta.treeID)
            return TreeCommit(copied, isDurable: options.sync && options.method.isDurable)
        } catch {
            builder.discard()
            throw error
        }
    }

    /// Gives all entries to `builder`; false if it was cancelled.
    func write(
        to builder: TreeFileBuilder, onProgress: (TreeCopyProgress) -> Void, isCancelled: () -> Bool
    ) throws(StorageError) -> Bool {
        let walk = PageWalk(meta, of: cache.file)
        var leaves = 0
        var isDone = true
        try walk.forEachLeaf { (leaf) throws(StorageError) in
            if leaves % 64 == 0 && isCancelled() {
                isDone = false
                return false
            }
            for index in 0..<leaf.count { try builder.append(leaf.leafKey(index), try walk.value(index, of: leaf)) }
            leaves += 1
            if leaves % 64 == 0 {
                onProgress(
                    .init(
                        entries: builder.entries, totalEntries: meta.entries,
                        bytes: builder.pages * UInt64(meta.pageBytes)))
            }
            return true
        }
        guard isDone else { return false }
        guard builder.entries == meta.entries else {
            throw .corrupt(
                "entries", "\(meta.entries), as meta page \(meta.slot) says", "\(builder.entries)", walk.file.name,
                UInt64(meta.slot) * UInt64(meta.pageBytes))
        }
        return true
    }
}
