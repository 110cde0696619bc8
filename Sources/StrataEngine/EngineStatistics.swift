import StrataBTree
import StrataJournal

/// What a store has done since it was opened.
package struct EngineStatistics: Sendable {
    /// All zero without a log.
    package var log = JournalCounters()
    package var tree: TreeStatistics
    package var checkpoints: UInt64 = 0
    /// Memory of the changes that no checkpoint holds.
    package var bufferedBytes = 0
    /// Index of the newest command, acknowledged or not.
    package var lastIndex: UInt64 = 0

    /// Bytes handed to the kernel, by log and tree.
    package var bytesWritten: UInt64 { log.written.bytes + tree.bytesWritten }
    package var syncs: UInt64 { log.written.syncs + tree.syncs }
}
