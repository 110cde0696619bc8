import StrataDisk
import Synchronization

/// One ordered byte map over a tree whose commits are made in the background: what is put goes into the active buffer; `freeze` sets
/// it aside and opens a fresh one; `commitFrozen` merges it into the tree. The newest of active buffer, frozen buffer and tree
/// wins.
///
/// One thread at a time is the writer (`put`, `remove`, `freeze`), one is the committer (`commitFrozen`), and any number read
/// through views beside both. Nothing here is durable before `commitFrozen` returns: a log has to hold it until then.
package final class BufferedTree: @unchecked Sendable {
    package let tree: BTree
    // The writer's own; readers reach the same buffer through the view.
    @exclusivity(unchecked) private var active: ChangeBuffer
    private let current: BargingMutex<TreeView>
    private let chunks = ChunkPool()
    private let space: UInt8?
    private let pending = Mutex(Pending())
    private let removalBytes = Atomic<Int>(0)

    private struct Pending {
        /// Keys to leave out of the tree from the next commit on.
        var removals: ChangeBuffer?
        var frozen: Frozen?
        var failure: StorageError?
    }

    private struct Frozen {
        var changes: ChangeBuffer
        var removals: ChangeBuffer?
        var appliedIndex: UInt64
    }

    /// `space`: the first byte of the keys that are searched for most, where one knows it; keys that are put in ascending order are
    /// not searched for. What the tree's keys begin with there makes searching the buffers quicker.
    package init(_ tree: BTree, searchedSpace space: UInt8? = nil) {
        self.tree = tree
        self.space = space
        let snapshot = tree.snapshot()
        active = ChangeBuffer(chunks, beginning: Self.beginning(of: snapshot, space))
        current = BargingMutex(TreeView(active: active, frozen: nil, snapshot: snapshot))
    }

    /// None where a page of the tree cannot be read: who needs that page will be told.
    private static func beginning(of snapshot: TreeSnapshot, _ space: UInt8?) -> [UInt8] {
        (try? snapshot.beginning(ofKeysIn: space)) ?? []
    }

    // MARK: Writing

    /// Puts `value` under `key`, in the place of any earlier one.
    @inline(__always)
    package func put(_ key: RawSpan, _ value: RawSpan) { active.put(key, value) }

    @inline(__always)
    package func remove(_ key: RawSpan) { active.remove(key) }

    /// The writer's: as `TreeView.newest`. A put of `key` right after it needs no search of its own.
    @inlinable
    package func newest<R>(
        toPut key: RawSpan, prefixLength: Int, _ body: (_ key: RawSpan, _ value: RawSpan) throws(StorageError) -> R
    ) throws(StorageError) -> R? {
        var result: R?
        try findNewest(toPut: key, prefixLength: prefixLength) { (key, value) throws(StorageError) in
            result = try body(key, value)
        }
        return result
    }

    /// As `newest`, without a type of its own: what other modules inline.
    package func findNewest(
        toPut key: RawSpan, prefixLength: Int,
        _ body: (_ key: RawSpan, _ value: RawSpan) throws(StorageError) -> Void
    ) throws(StorageError) {
        let node = key.withUnsafeBytes { active.firstToPut(atOrAfter: $0) }
        if let node, TreeView.begins(node.key.bytes, with: key, prefixLength) {
            if !node.cell.isTombstone { try body(node.key.bytes, node.cell.bytes.bytes) }
            return
        }
        try view().findNewest(belowActive: key, prefixLength: prefixLength, body)
    }

    /// Memory that changes not yet committed take, those being committed left out.
    package var bufferedBytes: Int { active.bytes + removalBytes.load(ordering: .relaxed) }

    /// Takes `key` out of the tree with the next commit that begins after this call, without a trace in the buffers: readers may
    /// see the entry until then. For entries that no reader asks for any more, and that are never put again. Any thread.
    package func removeAtCommit(_ key: RawSpan) {
        key.withUnsafeBytes { key in
            pending.withLock { pending in
                let removals = pending.removals ?? ChangeBuffer()
                pending.removals = removals
                removals.remove(key.bytes)
                removalBytes.store(removals.bytes, ordering: .relaxed)
            }
        }
    }

    /// Sets everything put so far aside for the next commit, which will record `appliedIndex`. False: the one before is still
    /// being committed, and nothing has changed.
    package func freeze(appliedIndex: UInt64) -> Bool {
        let fresh = ChangeBuffer(chunks, beginning: Self.beginning(of: view().snapshot, space))
        let isFree = pending.withLock { pending -> Bool in
            guard pending.frozen == nil else { return false }
            pending.frozen = Frozen(changes: active, removals: pending.removals, appliedIndex: appliedIndex)
            pending.removals = nil
            removalBytes.store(0, ordering: .relaxed)
            return true
        }
        guard isFree else { return false }
        current.withLock { view in
            view = TreeView(active: fresh, frozen: active, snapshot: view.snapshot)
        }
        active = fresh
        return true
    }

    // MARK: Committing

    /// Whether a frozen buffer waits for `commitFrozen`, or is in it.
    package var hasFrozen: Bool { pending.withLock { $0.frozen != nil } }

    /// Merges what `freeze` set aside into the tree, commits, and shows readers the new tree. Does nothing where nothing is
    /// frozen. After a throw the tree is as it was, the frozen buffer stays readable, and every further call throws the same:
    /// a failed sync is never tried again.
    package func commitFrozen() throws(StorageError) {
        let frozen = try pending.withLock { (pending) throws(StorageError) -> Frozen? in
            if let failure = pending.failure { throw failure }
            return pending.frozen
        }
        guard let frozen else { return }
        do { try merge(frozen) } catch {
            pending.withLock { $0.failure = error }
            throw error
        }
        current.withLock { view in
            view = TreeView(active: view.active, frozen: nil, snapshot: tree.snapshot())
        }
        pending.withLock { $0.frozen = nil }
    }

    private func merge(_ frozen: Frozen) throws(StorageError) {
        let writer = try tree.begin()
        do {
            if let removals = frozen.removals {
                try merge(frozen.changes, without: removals, into: writer)
            } else {
                try frozen.changes.forEach { (key, value) throws(StorageError) in
                    try Self.write(key, value, into: writer)
                    return true
                }
            }
        } catch {
            writer.rollback()
            throw error
        }
        _ = try writer.commit(appliedIndex: frozen.appliedIndex)
    }

    /// Both in one pass in key order, so that each leaf is touched once. A key of `removals` is removed even where it is put.
    private func merge(
        _ changes: ChangeBuffer, without removals: ChangeBuffer, into writer: TreeWriter
    ) throws(StorageError) {
        var removal = ChangeCursor(removals)
        removal.seekFirst()
        try changes.forEach { (key, value) throws(StorageError) in
            var isRemoved = false
            while let node = removal.node {
                let order = key.withUnsafeBytes { node.compare($0) }
                if order > 0 { break }
                _ = try writer.remove(node.key.bytes)
                isRemoved = order == 0
                removal.next()
            }
            if !isRemoved { try Self.write(key, value, into: writer) }
            return true
        }
        while let node = removal.node {
            _ = try writer.remove(node.key.bytes)
            removal.next()
        }
    }

    @inline(__always)
    private static func write(
        _ key: RawSpan, _ value: UnsafeRawBufferPointer?, into writer: TreeWriter
    ) throws(StorageError) {
        if let value { try writer.put(key, value.bytes) } else { _ = try writer.remove(key) }
    }

    /// Shows readers the tree as it is now: after its file was replaced by a compaction, whose old file would else stay in use until
    /// the next commit. No commit is under way.
    package func renewSnapshot() {
        current.withLock { view in
            view = TreeView(active: view.active, frozen: view.frozen, snapshot: tree.snapshot())
        }
    }

    // MARK: Reading

    /// What readers see: everything put so far and, as long as the view is held, what will be put until the next `freeze`.
    /// Any thread; a lock and a reference.
    package func view() -> TreeView { current.withLock { $0 } }
}
