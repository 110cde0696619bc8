import StrataDisk

/// What a log orders commands for. Deterministic: the same commands at the same indexes with the same times leave the same
/// state and give the same replies. Knows nothing of logs, clocks or threads.
package protocol StateMachine: AnyObject, Sendable {
    associatedtype Reply: Sendable

    /// Everything up to this index is in the machine's own durable store: replay begins after it.
    var checkpointIndex: UInt64 { get }
    /// Log entries up to this index are not needed to survive even the loss of the newest checkpoint.
    var releasableIndex: UInt64 { get }
    /// Applies the entry at `index`, one after the last. `time`: milliseconds since 1970 when the command was ordered;
    /// never decreases. Called by one thread at a time, and also beside readers and a running checkpoint. A command that
    /// cannot be carried out is answered in `Reply`; bytes that are no command throw `.corrupt`.
    func apply(_ command: RawSpan, index: UInt64, time: UInt64) throws(StorageError) -> Reply
    /// Appends what the command that was just applied found in the machine and a replay would have to look for again, at most
    /// `EntryFormat.maximumOutcome` bytes; nothing where there is no use in that. Called right after `apply`, by the same thread.
    func appendOutcome(to entry: IOBuffer)
    /// Applies an entry of the log once more, over the same state as the first time. `outcome`: what `appendOutcome` gave then, or
    /// empty. Throws `.corrupt` where it can be none.
    func replay(_ command: RawSpan, outcome: RawSpan, index: UInt64, time: UInt64) throws(StorageError)
    /// The entries up to `index` are acknowledged: readers may now see them. May be called late and out of order.
    func acknowledged(through index: UInt64)
    /// Whether so much has gathered since the last checkpoint that another one should begin.
    var wantsCheckpoint: Bool { get }
    /// Whether no command should be applied until the checkpoint under way is through: the memory for changes that are not in one
    /// is used up.
    var isFull: Bool { get }
    /// The first half of a checkpoint: fixes what it will hold (everything applied). Same thread rules as `apply`. Returns
    /// the index that it covers, or nil where the previous one is still under way.
    func beginCheckpoint() -> UInt64?
    /// The second half, off the write path, on any one thread: makes that state durable. The caller has made the log durable
    /// through the index before. After a throw the machine takes no further checkpoint.
    func finishCheckpoint() throws(StorageError)
}

extension StateMachine {
    package func appendOutcome(to entry: IOBuffer) {}

    package func replay(_ command: RawSpan, outcome: RawSpan, index: UInt64, time: UInt64) throws(StorageError) {
        _ = try apply(command, index: index, time: time)
    }
}
