/// Latencies read back from HdrHistogram's percentile text (`.hgrm`), merged by adding counts. Percentiles are never
/// averaged.
package struct PercentileHistogram: Sendable, Hashable {
    package struct Bucket: Sendable, Hashable {
        /// Upper end of the bucket, us.
        package var value: Double
        package var count: UInt64
    }

    /// By value, without empty ones.
    package var buckets: [Bucket] = []
    package var total: UInt64 { buckets.reduce(0) { $0 + $1.count } }

    package init() {}

    /// Reads lines of Value, Percentile, TotalCount, 1/(1-Percentile): the counts are the steps of TotalCount. The
    /// text holds a line per percentile step and not per value, so a count may be given to a value slightly above its
    /// own, never below.
    package init(text: String, file: String) throws(ReportError) {
        var before: UInt64 = 0
        for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            let fields = line.split(whereSeparator: \.isWhitespace)
            // The heading, the comments with mean and maximum, and blank lines.
            guard let first = fields.first, !first.hasPrefix("#"), first != "Value" else { continue }
            guard fields.count >= 3, let value = Double(first), value.isFinite, value >= 0,
                let total = UInt64(fields[2]),
                total >= before, value >= buckets.last?.value ?? 0
            else {
                throw ReportError(file: file, line: index + 1, reason: "no line of an HdrHistogram percentile text")
            }
            if total > before { buckets.append(Bucket(value: value, count: total - before)) }
            before = total
        }
    }

    package mutating func merge(_ other: PercentileHistogram) {
        var merged: [Bucket] = []
        merged.reserveCapacity(buckets.count + other.buckets.count)
        for bucket in (buckets + other.buckets).sorted(by: { $0.value < $1.value }) {
            if let last = merged.last, last.value == bucket.value {
                merged[merged.count - 1].count += bucket.count
            } else {
                merged.append(bucket)
            }
        }
        buckets = merged
    }

    /// The value, us, that `fraction` of all are at or below; nil for an empty histogram.
    package func value(atFraction fraction: Double) -> Double? {
        let rank = UInt64((fraction * Double(total)).rounded(.up))
        var seen: UInt64 = 0
        for bucket in buckets {
            seen += bucket.count
            if seen >= rank { return bucket.value }
        }
        return buckets.last?.value
    }

    /// Points for a percentile plot: (1/(1-fraction), value us), five to a factor of two, up to the last one that the
    /// number of observations supports.
    var curve: [(reciprocal: Double, value: Double)] {
        let count = Double(total)
        guard count > 0 else { return [] }
        var points: [(reciprocal: Double, value: Double)] = []
        var reciprocal = 1.0
        while reciprocal <= count {
            if let value = value(atFraction: 1 - 1 / reciprocal) { points.append((reciprocal, value)) }
            reciprocal *= 1.148698354997035  // 2^(1/5)
        }
        return points
    }
}
