/// One watcher at one moment.
package struct WatcherState: Hashable, Sendable {
    /// It gets changes as they come. If not, it is being caught up from the history.
    package var isSynced: Bool
    /// How often its stream's queue was full when there was something for it.
    package var lagged: UInt64
    /// Everything before this revision is queued or delivered.
    package var nextRevision: Int64

    package init(isSynced: Bool, lagged: UInt64, nextRevision: Int64) {
        self.isSynced = isSynced
        self.lagged = lagged
        self.nextRevision = nextRevision
    }
}
