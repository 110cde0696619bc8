/// A system that tells watchers of changes.
package protocol WatchSource: MeasuredSystem {
    /// Opens one watcher for every element of `keys`, from the present on; `nil` watches every key, and a key may be there
    /// any number of times. The watchers share one stream of events. Called between `start` and `stop`.
    func watch(_ keys: [UInt64?]) throws -> any WatchReceiver
}

/// The receiving end of the watchers of one stream; used by one thread at a time.
package protocol WatchReceiver: AnyObject {
    /// Waits up to `nanoseconds` for events and lends the value of each put, once for every watcher that it is delivered to.
    /// Returns how many events there were: 0 when the time is up.
    func receive(atMost nanoseconds: Int64, _ body: (RawSpan) -> Void) throws -> Int
    /// Watchers that are behind what the system holds in memory for them, and read history to catch up.
    var lagged: Int { get }
    /// Ends the watchers. Nothing is received afterwards.
    func close()
}
