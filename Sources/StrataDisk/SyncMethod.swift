/// *How* written bytes are forced to the device. *When* is a `SyncPolicy`.
package enum SyncMethod: String, Hashable, Sendable, CaseIterable {
    /// write, then fdatasync(2): data, and the metadata needed to read it back. Two calls a batch.
    case fdatasync = "fdatasync"
    /// write, then fsync(2): also times and owner. On a file that does not grow, a journal commit dearer than fdatasync.
    case fsync = "fsync"
    /// One write on a descriptor opened O_DSYNC; one call a batch.
    case dsync = "o_dsync"
    /// One aligned write past the page cache, O_DIRECT|O_DSYNC: least kernel work for large batches; small batches pay
    /// for whole 4 KiB blocks.
    case directDsync = "o_direct_dsync"
    /// write -> fdatasync linked in one io_uring submission; one call a batch.
    case ioUring = "io_uring"
    /// write, then sync_file_range(2). *Not durable*: neither metadata nor the drive's cache is flushed. For
    /// measuring only; a log never counts what it covers as durable.
    case syncFileRange = "sync_file_range"

    /// Whether a completed sync makes bytes survive a power cut under the disk assumptions.
    package var isDurable: Bool { self != .syncFileRange }
}
