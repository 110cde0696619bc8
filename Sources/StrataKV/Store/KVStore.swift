import StrataBTree
import StrataDisk
import Synchronization

/// etcd's data model on one ordered map: keys with every version they had, transactions, leases, and the log of events that
/// watches read.
///
/// A deterministic state machine: the same commands with the same indexes and times give the same replies, the same bytes and
/// the same hash, whenever checkpoints are made. One thread at a time applies (`apply`, `beginCheckpoint`); one finishes
/// checkpoints; any number read beside both, and see what is acknowledged.
package final class KVStore: @unchecked Sendable {
    /// First byte of the entries that a put searches for; all others it only appends or seldom has.
    package static let searchedSpace = VersionFormat.versions

    let tree: BufferedTree
    let options: KVStoreOptions
    /// Bytes of a key once its zeros are escaped.
    package let maximumKeySize: Int
    let acknowledged: AcknowledgedRevision
    let leaseTable: Mutex<[Int64: LeaseInfo]>
    let compacted: Atomic<Int64>
    let compaction: Mutex<CompactionState>
    /// Events before this revision, and versions superseded at or before it, may be gone from the map.
    let removalFloor: Atomic<Int64>

    // The applying thread's own.
    let writer: VersionWriter
    /// Index of the last applied entry; other threads ask only when applying rests.
    @exclusivity(unchecked) var lastIndex: UInt64
    /// What the command applied last found, where a replay can use it.
    @exclusivity(unchecked) var outcome: KeyVersion?
    /// After an error of the disk in the middle of a command nothing further is applied.
    @exclusivity(unchecked) var failure: StorageError?

    /// Reads the state that `tree` holds, or begins an empty store at revision 1. Scans nothing but leases.
    package init(_ tree: BufferedTree, options: KVStoreOptions = KVStoreOptions()) throws(StorageError) {
        self.tree = tree
        self.options = options
        let stored = try StoredState(tree.view())
        maximumKeySize = tree.tree.maximumKeySize - VersionFormat.versionOverhead
        lastIndex = tree.tree.latest.appliedIndex
        writer = VersionWriter(tree, revision: stored.revision)
        acknowledged = AcknowledgedRevision(index: lastIndex, revision: stored.revision)
        leaseTable = Mutex(stored.leases)
        compacted = Atomic(stored.compacted)
        compaction = Mutex(CompactionState(storedRevision: stored.revision))
        removalFloor = Atomic(stored.compacted)
    }

    /// The newest revision that readers see.
    package var visibleRevision: Int64 { acknowledged.visible }

    /// Reads before this revision fail.
    package var compactedRevision: Int64 { compacted.load(ordering: .acquiring) }

    /// The newest revision of all, which may still wait for its acknowledgement. For the applying thread.
    package var appliedRevision: Int64 { writer.revision }

    /// Index of the newest applied entry. For the applying thread.
    package var appliedIndex: UInt64 { lastIndex }

    static func corrupt(_ field: String, _ expected: String, _ found: String) -> StorageError {
        StorageError(kind: .corrupt(field: field, expected: expected, found: found), file: "key-value store")
    }
}
