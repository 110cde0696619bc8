import StrataDisk

/// Entries numbered without gaps, oldest first. Any number of threads append and read at once; truncation has the log to
/// itself. What the layers above see: the file-backed `WriteAheadLog` (on a real or a simulated disk) and `MemoryLog`.
package protocol EntryLog: AnyObject, Sendable {
    /// The oldest entry still here; `lastIndex + 1` where there is none.
    var firstIndex: UInt64 { get }
    /// The newest acknowledged entry; `firstIndex - 1` where there is none.
    var lastIndex: UInt64 { get }
    /// The newest entry that survives a power cut, as far as completed syncs prove. At most `lastIndex`.
    var durableIndex: UInt64 { get }
    /// Returns the entry's index once it is as durable as the log's `SyncPolicy` promises. After a throw the log takes no
    /// more appends until it is reopened: a failed sync is never retried. `kind` is the caller's.
    func append(kind: UInt8, _ payload: RawSpan) throws(StorageError) -> UInt64
    /// As `append`, but returns the index at once; the entry is acknowledged when `wait` says so. Entries are
    /// acknowledged in order.
    func submit(kind: UInt8, _ payload: RawSpan) throws(StorageError) -> UInt64
    /// Returns once the entry at `index` is acknowledged, with the newest index that is.
    func wait(through index: UInt64) throws(StorageError) -> UInt64
    /// Makes every entry durable whatever the policy.
    func sync() throws(StorageError)
    /// Lends the acknowledged entries from `index` on, in order, until `body` returns false or the end is reached. An
    /// `index` before `firstIndex` throws `.invalid`.
    func read(from index: UInt64, _ body: EntryVisitor) throws(StorageError)
    /// Gives up entries before `index` (retention). Whole segments go: `firstIndex` may stay lower.
    func truncateFront(before index: UInt64) throws(StorageError)
    /// Gives up entries after `index`, durably. No append may be under way.
    func truncateBack(after index: UInt64) throws(StorageError)
    /// Syncs and ends in good order. Idempotent.
    func close() throws(StorageError)
}

/// Receives an entry's index, its kind, and its payload, which is lent for the time of the call. Returns whether to go on.
package typealias EntryVisitor = (_ index: UInt64, _ kind: UInt8, _ payload: RawSpan) throws(StorageError) -> Bool
