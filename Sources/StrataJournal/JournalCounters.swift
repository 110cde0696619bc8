/// What a journal has done since it was opened.
package struct JournalCounters: Sendable, Hashable {
    package var appends: UInt64 = 0
    package var payloadBytes: UInt64 = 0
    package var batches: UInt64 = 0
    package var largestBatch: UInt64 = 0
    /// Sum over batches of the nanoseconds from a batch's first append to the start of its write.
    package var queueWaitNanoseconds: UInt64 = 0
    /// Sum over batches of the nanoseconds that writing (and syncing, where the policy waits for it) took.
    package var commitNanoseconds: UInt64 = 0
    package var written = WriteCounters()
    package init() {}
}
