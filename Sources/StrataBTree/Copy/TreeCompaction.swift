import StrataDisk
import Synchronization

/// Replaces the file of an open tree by one without free pages, while readers and the writer go on.
///
/// `copy` writes a commit to a new file and brings it up to what was committed meanwhile; the writer is not held up. `finish` is a
/// writer's turn like a commit: it brings in the last changes, makes the new file durable and renames it over the old one.
/// Snapshots taken before keep reading the old file, whose room is free when the last of them is gone. A power cut at any
/// moment leaves one of the two files, whole, under the name.
///
/// One thread at a time, which may be another one for `finish`. One compaction of a tree at a time.
package final class TreeCompaction {
    private let tree: BTree
    private let options: BTreeOptions
    private let draftName: String
    private let builder: TreeFileBuilder
    /// The commit whose entries the draft holds; nil at the end, so that it keeps no room.
    private var base: TreeSnapshot?
    private var draft: BTree?
    private var isOver = false

    /// After this many rounds the rest is left to `finish`: a writer that is faster than the copying would never be caught.
    private static let rounds = 4
    /// Memory for pages of the new file while it is brought up to date.
    private static let draftCacheBytes = 16 << 20

    /// - Throws: `.invalid` while there is another compaction, or for a fill factor outside of 0.5 to 1.
    package init(_ tree: BTree, fill: Double = 1) throws(StorageError) {
        self.tree = tree
        var options = tree.options
        options.pageBytes = tree.pageBytes
        options.cacheBytes = min(options.cacheBytes, Self.draftCacheBytes)
        // It counts for nothing until it is renamed, and is synced once before.
        options.sync = false
        self.options = options
        draftName = BTree.draft(of: tree.name)
        let base = tree.snapshot()
        self.base = base
        guard tree.isCompacting.compareExchange(expected: false, desired: true, ordering: .acquiring).exchanged else {
            throw .init(kind: .invalid("a compaction is under way already"), file: tree.name)
        }
        do throws(StorageError) {
            builder = try TreeFileBuilder(
                tree.name, on: tree.disk, options: options, commit: max(1, base.commit.number), fill: fill)
        } catch {
            tree.isCompacting.store(false, ordering: .releasing)
            throw error
        }
    }

    deinit { cancel() }

    /// Writes the new file. False: it was cancelled, and is over.
    package func copy(
        onProgress: (TreeCopyProgress) -> Void = { _ in }, isCancelled: () -> Bool = { false }
    ) throws(StorageError) -> Bool {
        guard let base, draft == nil else { preconditionFailure("a compaction copies once") }
        do throws(StorageError) {
            guard try base.write(to: builder, onProgress: onProgress, isCancelled: isCancelled) else {
                cancel()
                return false
            }
            let meta = try builder.finish(
                appliedIndex: base.meta.appliedIndex, treeID: base.meta.treeID, isNamed: false)
            let store = try TreeStore(file: builder.file, pageBytes: meta.pageBytes, options: options)
            store.cache.pages.store(meta.pages, ordering: .releasing)
            let opened = BTree.Opened(
                store: store, meta: meta, older: nil, free: FreePages(available: [], end: meta.pages),
                freeListPages: [],
                damage: [], isFreeListLost: false, isNew: true)
            draft = BTree(opened, on: tree.disk, name: draftName, options: options, lock: nil, nanoseconds: 0)
            for _ in 0..<Self.rounds {
                if isCancelled() {
                    cancel()
                    return false
                }
                guard try catchUp() else { break }
            }
            return true
        } catch {
            cancel()
            throw error
        }
    }

    /// Brings the new file to the newest commit; false if it is there.
    private func catchUp() throws(StorageError) -> Bool {
        guard let draft, let base else { preconditionFailure("copied first") }
        let newer = tree.snapshot()
        guard newer.commit.number != base.commit.number else { return false }
        let writer = try draft.begin()
        _ = try TreeDifference.apply(from: base.commit.number, to: newer, of: draft.snapshot(), writer)
        try writer.commit(appliedIndex: newer.commit.appliedIndex)
        self.base = newer
        return true
    }

    /// Makes the new file the tree's. Like a commit it is the one writer's: to be called where `begin` would be.
    ///
    /// - Returns: the tree's commit in the new file, one more than the newest before, with the same entries.
    /// - Throws: what `begin` throws, and it can be called again; `.io` or `.corrupt` before the new file was renamed, and the tree goes on with the old
    ///   one; after that the tree is poisoned, since nobody can say which file a power cut would leave.
    @discardableResult
    package func finish() throws(StorageError) -> TreeCommit {
        precondition(draft != nil, "finished before it was copied, or twice")
        let newest = try tree.takeTurn().newest
        defer {
            tree.writerEnded()
            cancel()
        }
        _ = try catchUp()
        try seal(newest)
        do throws(StorageError) {
            try tree.disk.rename(draftName, to: tree.name)
            end()
            if tree.options.sync { try tree.disk.syncDirectory() }
            tree.goOn(with: try BTree.open(tree.name, on: tree.disk, options: tree.options))
        } catch {
            tree.poison(error)
            throw error
        }
        return tree.latest
    }

    /// Both metas say the same, and no page is of a later commit than they are.
    private func seal(_ newest: TreeMeta) throws(StorageError) {
        guard let draft else { preconditionFailure("copied first") }
        var meta = draft.snapshot().meta
        meta.commit = max(newest.commit, meta.commit)
        try draft.store.write(meta)
        meta.commit += 1
        try draft.store.write(meta)
        if tree.options.sync { try builder.file.sync() }
        try builder.file.close()
        draft.abandon()
    }

    /// Removes what was written. Idempotent, and nothing after `finish`.
    package func cancel() {
        guard !isOver else { return }
        builder.discard()
        end()
    }

    private func end() {
        isOver = true
        draft?.abandon()
        draft = nil
        base = nil
        tree.isCompacting.store(false, ordering: .releasing)
    }
}

extension BTree {
    /// Writes the tree anew without free pages and goes on with the new file: `TreeCompaction` in one call. For whoever is the
    /// only writer.
    ///
    /// - Returns: the commit in the new file, or nil if it was cancelled.
    @discardableResult
    package func compact(
        fill: Double = 1, onProgress: (TreeCopyProgress) -> Void = { _ in }, isCancelled: () -> Bool = { false }
    ) throws(StorageError) -> TreeCommit? {
        let compaction = try TreeCompaction(self, fill: fill)
        guard try compaction.copy(onProgress: onProgress, isCancelled: isCancelled) else { return nil }
        return try compaction.finish()
    }
}
