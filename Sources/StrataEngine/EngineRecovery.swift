import StrataBTree
import StrataReplica
import StrataWAL

/// What opening a store found and did, and how long each phase took.
package struct EngineRecovery: Sendable {
    package var tree: TreeOpening
    /// nil without a log.
    package var log: RecoveryReport?
    /// How log and tree fitted together.
    package var fit: LogFit
    /// Opening the tree: a meta page and the free list.
    package var treeDuration = Duration.zero
    /// Reading the machine's own small state from the tree, such as leases.
    package var stateDuration = Duration.zero
    /// Opening the log: finding, reading and checking its segments.
    package var logDuration = Duration.zero
    /// Applying the entries after the tree's.
    package var replayDuration = Duration.zero
    /// The whole, which is more than the sum of the phases.
    package var total = Duration.zero
    package var replayedEntries: UInt64 = 0
    /// Bytes of their commands.
    package var replayedBytes: UInt64 = 0
}
