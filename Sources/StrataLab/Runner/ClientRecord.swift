/// What one client thread has seen, or several merged.
struct ClientRecord {
    let window: MeasuredWindow
    /// From the intended start to the acknowledgement. In a closed loop the two starts are one.
    private(set) var latency = LatencyHistogram()
    /// From the moment of sending; kept in open loops only.
    private(set) var service: LatencyHistogram?
    private(set) var series: LatencySeries
    /// Acknowledged inside the window, and their bytes of values.
    private(set) var operations: UInt64 = 0
    private(set) var bytes: UInt64 = 0
    /// Acknowledged since the start, warm-up and tail included.
    private(set) var acknowledged: UInt64 = 0
    private(set) var acknowledgedBytes: UInt64 = 0
    /// Arrivals of an open loop that were due and not sent before the deadline.
    var unsent: UInt64 = 0

    init(window: MeasuredWindow, isOpen: Bool) {
        self.window = window
        series = LatencySeries(window: window)
        service = isOpen ? LatencyHistogram() : nil
    }

    /// Throughput counts what ended inside the window; latency what was meant to start inside it, however late it
    /// ended.
    @inline(__always)
    mutating func record(intended: UInt64, sent: UInt64, done: UInt64, bytes count: Int) {
        acknowledged &+= 1
        acknowledgedBytes &+= UInt64(count)
        series.record(at: done, nanoseconds: done - intended)
        if done >= window.start && done < window.end {
            operations &+= 1
            bytes &+= UInt64(count)
        }
        if intended >= window.start && intended < window.end {
            latency.record(nanoseconds: done - intended)
            service?.record(nanoseconds: done - sent)
        }
    }

    mutating func merge(_ other: ClientRecord) {
        latency.merge(other.latency)
        if let theirs = other.service { service?.merge(theirs) }
        series.merge(other.series)
        operations += other.operations
        bytes += other.bytes
        acknowledged += other.acknowledged
        acknowledgedBytes += other.acknowledgedBytes
        unsent += other.unsent
    }
}
