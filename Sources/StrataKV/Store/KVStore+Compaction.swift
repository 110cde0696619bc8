import StrataBTree
import StrataDisk
import Synchronization

/// Compaction is logical at once: reads before the revision fail. Its space comes back with the following checkpoints, off the
/// write path. The event log is the list of work: each event of revision m <= C makes the version before it, and a tombstone
/// of its own, unreachable for reads from C on. An event goes with what it supersedes, in one commit of the tree, so that a
/// crash repeats a step or finds it done. Events of C itself stay: a watch may begin there.
extension KVStore {
    func compact(to revision: Int64) { compacted.store(revision, ordering: .releasing) }

    /// History is still to be removed: checkpoints are wanted until it is. Any thread.
    package var compactionPending: Bool {
        compaction.withLock { $0.removedThrough } < compacted.load(ordering: .acquiring)
    }

    /// Queues what the next events up to the compacted revision supersede, for the checkpoint that begins next. Only what the
    /// tree holds already: the same thread commits it, and everything at or before such an event is in the tree too.
    func queueRemovals() throws(StorageError) {
        var (next, limit) = compaction.withLock { ($0.next, $0.storedRevision) }
        limit = min(limit, compacted.load(ordering: .acquiring), visibleRevision)
        guard limit > compaction.withLock({ $0.queuedThrough }) else { return }
        // Before anything goes: readers look at it after they have taken their view.
        removalFloor.store(max(limit, removalFloor.load(ordering: .relaxed)), ordering: .releasing)
        let snapshot = tree.tree.snapshot()
        let events = snapshot.makeCursor()
        let versions = snapshot.makeCursor()
        var isValid = try events.seek(next.span.bytes)
        var rest = options.compactionEvents
        while isValid {
            guard let place = events.withKey({ VersionFormat.place(ofEventKey: $0) }), place.revision <= limit else {
                break
            }
            // Whole revisions, so that the state names how far it came.
            if rest <= 0, place.sub == 0 {
                next = VersionFormat.eventKey(place.revision, 0)
                compaction.withLock { $0.next = next }
                return
            }
            rest -= 1
            let (kind, key) = try events.withValue { (value) throws(StorageError) in
                try VersionFormat.event(value, at: place.revision)
            }
            try removePredecessor(of: key.span.bytes, at: place.revision, versions)
            if kind == .delete { removeVersion(key.span.bytes, place.revision) }
            if place.revision < limit { events.withKey { tree.removeAtCommit($0) } }
            isValid = try events.next()
        }
        compaction.withLock { state in
            state.next = VersionFormat.eventKey(limit, 0)
            state.queuedThrough = limit
        }
    }

    private func removePredecessor(
        of key: RawSpan, at revision: Int64, _ versions: TreeCursor
    ) throws(StorageError) {
        try VersionFormat.withVersionKey(key, revision - 1) { (seek) throws(StorageError) in
            guard try versions.seek(seek) else { return }
            let prefix = seek.byteCount - VersionFormat.revisionSize
            versions.withKey { found in
                guard found.byteCount == seek.byteCount,
                    compareBytes(found.extracting(0..<prefix), seek.extracting(0..<prefix)) == 0
                else { return }
                tree.removeAtCommit(found)
            }
        }
    }

    private func removeVersion(_ key: RawSpan, _ revision: Int64) {
        withUnsafeTemporaryAllocation(byteCount: VersionFormat.versionKeyBound(key), alignment: 8) { output in
            let size = VersionFormat.writeVersionKey(key, revision, into: output)
            tree.removeAtCommit(UnsafeRawBufferPointer(rebasing: output[..<size]).bytes)
        }
    }
}
