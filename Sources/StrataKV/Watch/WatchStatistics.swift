/// Counters of a hub since it was made, and sizes as they are.
package struct WatchStatistics: Hashable, Sendable {
    package var watchers = 0
    /// Those that are caught up from the history, or wait for their stream's queue to drain.
    package var unsynced = 0
    /// Those of `unsynced` whose stream's queue is full.
    package var blocked = 0
    /// How often a watcher found its stream's queue full.
    package var lagged: UInt64 = 0
    package var responses: UInt64 = 0
    /// Events in those responses: one event to n watchers counts n times.
    package var events: UInt64 = 0
    /// Batches of new revisions, and scans of older ones.
    package var batches: UInt64 = 0
    package var scans: UInt64 = 0
    /// Events decoded for those, each once.
    package var eventsRead: UInt64 = 0
    package var canceledByCompaction: UInt64 = 0
    /// Watchers canceled because the history could not be read.
    package var canceledByFailure: UInt64 = 0

    package init() {}
}
