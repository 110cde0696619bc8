import StrataBTree
import StrataDisk
import Synchronization

/// The methods of `StateMachine` beside `apply`; see there.
extension KVStore {
    package var checkpointIndex: UInt64 { tree.tree.latest.appliedIndex }

    package var releasableIndex: UInt64 { tree.tree.durableAppliedIndexes.older }

    package func acknowledged(through index: UInt64) { acknowledged.acknowledge(through: index) }

    /// Compaction counts too: its removals reach the tree with checkpoints alone.
    package var wantsCheckpoint: Bool {
        failure == nil && (tree.bufferedBytes >= options.bufferBytes || compactionPending)
    }

    package func beginCheckpoint() -> UInt64? {
        guard failure == nil, !tree.hasFrozen else { return nil }
        let meta = StoredState.encoded(revision: writer.revision, compacted: compactedRevision)
        tree.put(VersionFormat.metaKey.span.bytes, meta.span.bytes)
        let queued = compaction.withLock { $0.queuedThrough }
        guard tree.freeze(appliedIndex: lastIndex) else { return nil }
        compaction.withLock { state in
            state.frozenThrough = queued
            state.frozenRevision = writer.revision
        }
        return lastIndex
    }

    package func finishCheckpoint() throws(StorageError) {
        // Read first: once the tree is committed the next checkpoint may begin.
        let (through, revision) = compaction.withLock { ($0.frozenThrough, $0.frozenRevision) }
        try tree.commitFrozen()
        compaction.withLock { state in
            state.removedThrough = max(state.removedThrough, through)
            state.storedRevision = max(state.storedRevision, revision)
        }
        try queueRemovals()
    }
}
