import StrataDisk

/// How one journal works.
package struct JournalOptions: Sendable {
    package enum Threading: Sendable {
        /// A commit thread, and one for background syncs where the policy has them.
        case threads
        /// None: each blocking append, `wait` and `tick` does the work on its caller. Deterministic, for simulation and
        /// tools. For one thread: nobody commits for a second one that found the journal busy.
        case inline
    }

    package var policy: SyncPolicy
    package var threading: Threading = .threads
    package var layout: JournalBatch.Layout = .plain
    /// False where the sync method proves nothing: then nothing is ever counted as durable.
    package var syncsAreDurable = true
    /// The ticket of the first append.
    package var firstTicket: UInt64 = 1
    /// The newest ticket of an earlier life that is proven durable; the first `sync` makes the others so.
    package var durableTicket = UInt64.max
    /// Bytes gathered beyond which appenders wait for the running write. 8 MiB: a few milliseconds of a fast device, and
    /// the most that one batch can make a reader of the log wait.
    package var gatherLimit = 8 << 20

    package init(policy: SyncPolicy) { self.policy = policy }
}
