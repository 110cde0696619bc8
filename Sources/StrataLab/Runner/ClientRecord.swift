import StrataWorkload

/// What one client thread has seen, or several merged.
struct ClientRecord {
    let window: MeasuredWindow
    /// From the intended start to the acknowledgement. In a closed loop the two starts are one.
    private(set) var latency = LatencyHistogram()
    /// From the moment of sending; kept in open loops only.
    private(set) var service: LatencyHistogram?
    /// By `OperationKind.index`; nil where the mix has no such kind, or no other.
    private(set) var byKind: [LatencyHistogram?]
    private(set) var series: LatencySeries
    /// Acknowledged inside the window, and their bytes of values.
    private(set) var operations: UInt64 = 0
    private(set) var bytes: UInt64 = 0
    /// Those of each kind, by `OperationKind.index`.
    private(set) var operationsByKind = [UInt64](repeating: 0, count: OperationKind.allCases.count)
    /// Writes acknowledged since the start, warm-up and tail included.
    private(set) var acknowledged: UInt64 = 0
    private(set) var acknowledgedBytes: UInt64 = 0
    /// Reads and scans since the start that found nothing.
    private(set) var misses: UInt64 = 0
    /// Arrivals of an open loop that were due and not sent before the deadline.
    var unsent: UInt64 = 0

    init(window: MeasuredWindow, isOpen: Bool, mix: OperationMix = .write) {
        self.window = window
        byKind = Array(repeating: nil, count: OperationKind.allCases.count)
        if mix.shares.count > 1 {
            for (kind, _) in mix.shares { byKind[kind.index] = LatencyHistogram() }
        }
        series = LatencySeries(window: window)
        service = isOpen ? LatencyHistogram() : nil
    }

    /// Throughput counts what ended inside the window; latency what was meant to start inside it, however late it
    /// ended.
    @inline(__always)
    mutating func record(_ outcome: ClientWork.Outcome, intended: UInt64, sent: UInt64, done: UInt64) {
        if outcome.kind.writes {
            acknowledged &+= 1
            acknowledgedBytes &+= UInt64(outcome.written)
        }
        if outcome.isMiss { misses &+= 1 }
        series.record(at: done, nanoseconds: done - intended)
        if done >= window.start && done < window.end {
            operations &+= 1
            operationsByKind[outcome.kind.index] &+= 1
            bytes &+= UInt64(outcome.bytes)
        }
        if intended >= window.start && intended < window.end {
            latency.record(nanoseconds: done - intended)
            service?.record(nanoseconds: done - sent)
            byKind[outcome.kind.index]?.record(nanoseconds: done - intended)
        }
    }

    mutating func merge(_ other: ClientRecord) {
        latency.merge(other.latency)
        if let theirs = other.service { service?.merge(theirs) }
        for (index, theirs) in other.byKind.enumerated() {
            if let theirs { byKind[index]?.merge(theirs) }
            operationsByKind[index] += other.operationsByKind[index]
        }
        series.merge(other.series)
        operations += other.operations
        bytes += other.bytes
        acknowledged += other.acknowledged
        acknowledgedBytes += other.acknowledgedBytes
        misses += other.misses
        unsent += other.unsent
    }
}
