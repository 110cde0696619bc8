import Histogram

/// Latencies of one thread, or of many merged: nanoseconds recorded to three significant digits, microseconds reported.
/// High dynamic range histogram (G. Tene, HdrHistogram).
package struct LatencyHistogram: Sendable {
    // 1 ns to 1 h: 130 KiB with 32-bit counts, allocated once, so recording allocates nothing.
    private static let highest: UInt64 = 3_600_000_000_000
    private var histogram = Histogram<UInt32>(
        lowestDiscernibleValue: 1, highestTrackableValue: highest, numberOfSignificantValueDigits: .three)

    package init() {}

    /// Longer than an hour counts as an hour.
    @inline(__always)
    package mutating func record(nanoseconds: UInt64) { histogram.record(min(nanoseconds, Self.highest)) }

    package mutating func merge(_ other: LatencyHistogram) { histogram.add(other.histogram) }

    package var count: UInt64 { histogram.totalCount }
    package var meanMicroseconds: Double { histogram.mean / 1000 }
    package var maximumMicroseconds: Double { Double(histogram.max) / 1000 }

    /// `percentile` of 0 to 100.
    package func microseconds(atPercentile percentile: Double) -> Double {
        Double(histogram.valueAtPercentile(percentile)) / 1000
    }

    /// The statistics that results carry, in order.
    package var statistics: [(stat: String, microseconds: Double)] {
        [
            ("mean", meanMicroseconds), ("p50", microseconds(atPercentile: 50)),
            ("p90", microseconds(atPercentile: 90)),
            ("p99", microseconds(atPercentile: 99)), ("p99.9", microseconds(atPercentile: 99.9)),
            ("max", maximumMicroseconds),
        ]
    }

    /// HdrHistogram's percentile text (`.hgrm`), in microseconds: Value, Percentile, TotalCount, 1/(1-Percentile).
    package var percentileText: String {
        var text = ""
        histogram.outputPercentileDistribution(to: &text, outputValueUnitScalingRatio: 1000)
        return text
    }
}
