/// A snapshot of a store: one tree file that holds everything up to an entry of its log.
package struct SnapshotInfo: Hashable, Sendable {
    /// The newest revision in it; 0 in a store without revisions.
    package var revision: Int64 = 0
    /// Entries of the tree, which are more than keys where there are versions.
    package var entries: UInt64
    /// Size of the file.
    package var bytes: UInt64
    /// The newest log entry in it: a log goes on after it.
    package var appliedIndex: UInt64
}
