/// A stream at one moment.
package struct WatchStreamStatistics: Hashable, Sendable {
    package var watchers = 0
    /// How often one of its watchers found the queue full: the consumer is too slow by that much.
    package var lagged: UInt64 = 0
    package var queuedResponses = 0
    package var queuedEvents = 0
    /// Keys, values and an upper bound of the encoding around them. Events are shared among streams, so memory is less.
    package var queuedBytes = 0

    package init() {}
}
