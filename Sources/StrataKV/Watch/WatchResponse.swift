/// One message of a watch stream, as etcd's `WatchResponse`.
package struct WatchResponse: Hashable, Sendable {
    /// -1: the whole stream (an answer to `requestProgress`), or a creation that was refused.
    package var watchID: Int64
    /// The header's revision. Of events and of progress: everything up to it has been sent to this watcher. 0 where the
    /// watcher is canceled by a compaction.
    package var revision: Int64
    package var isCreated = false
    /// Nothing more comes under this id.
    package var isCanceled = false
    package var cancelReason = ""
    /// Not 0: the watcher needed revisions before this one, which are compacted away; -1 where nothing is compacted and the
    /// start revision was negative.
    package var compactRevision: Int64 = 0
    /// More of the same revisions follows in the next response of this watcher.
    package var isFragment = false
    /// In order of revision, then of the operations within it. Those of one revision come in one response, or in its
    /// fragments.
    package var events: [Event] = []

    package init(watchID: Int64, revision: Int64) {
        self.watchID = watchID
        self.revision = revision
    }

    /// Tells only how far the watcher is.
    package var isProgress: Bool {
        events.isEmpty && !isCreated && !isCanceled && compactRevision == 0
    }
}
