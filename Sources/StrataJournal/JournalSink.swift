import StrataDisk

/// Where a journal's batches go: it frames them, picks the file and writes. Called by whichever thread holds the commit
/// role, never by two at once; `sync` alone may run beside a `write`.
package protocol JournalSink: AnyObject, Sendable {
    /// Writes the batch; durable on return where `durably`. After a throw the journal is poisoned and calls no more.
    func write(_ batch: JournalBatch, durably: Bool) throws(StorageError)
    /// Makes every batch whose `write` has returned durable.
    func sync() throws(StorageError)
    /// Bytes given to the kernel so far and calls made, headers and padding included. Read by any thread.
    var written: WriteCounters { get }
}

/// Cumulative work of a sink.
package struct WriteCounters: Sendable, Hashable {
    package var bytes: UInt64 = 0
    package var writes: UInt64 = 0
    package var syncs: UInt64 = 0
    /// Bytes before and after compression.
    package var rawBytes: UInt64 = 0
    package var storedBytes: UInt64 = 0
    package init() {}
}
