package struct WatchOptions: Sendable {
    /// A stream whose queue holds this much takes no further events: its watchers are caught up from the history once the
    /// queue has fallen to half. A queue exceeds it by one response at most.
    package var queueBytes = 4 << 20
    package var queueEvents = 100_000
    package var queueResponses = 4096
    /// Responses of watchers that asked for fragments are split at this many bytes: etcd's default of
    /// `--max-request-bytes`, 1.5 MiB, plus the 512 KiB of its gRPC overhead.
    package var fragmentBytes = 2 << 20
    /// Revisions that one step reads at most, of the newest and of the history each; etcd's `watchBatchMaxRevs`.
    package var batchRevisions = 1000
    /// Bytes of matched events after which a step stops at the next revision.
    package var batchBytes = 1 << 20
    /// etcd's default of `--experimental-watch-progress-notify-interval`.
    package var progressInterval = Duration.seconds(600)

    package init() {}
}
