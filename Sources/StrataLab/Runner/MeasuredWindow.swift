/// The time of one throughput cell, in nanoseconds of the monotonic clock: clients start at `origin`, are measured from
/// `start` on, and begin nothing after `end`.
package struct MeasuredWindow: Sendable, Hashable {
    package var origin: UInt64
    package var start: UInt64
    package var end: UInt64
    /// Where an open loop that has fallen behind gives up what it has not sent.
    package var deadline: UInt64

    package init(origin: UInt64, warmupSeconds: Double, seconds: Double) {
        self.origin = origin
        start = origin + UInt64(warmupSeconds * 1e9)
        end = start + UInt64(seconds * 1e9)
        // A backlog as old as half the measured time says "overloaded" plainly; waiting longer says no more.
        deadline = end + UInt64(max(1, seconds / 2) * 1e9)
    }

    package var seconds: Double { Double(end - start) / 1e9 }
}
