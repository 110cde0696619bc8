/// Operations and their latency in bins of 100 ms: 120 coarse buckets a bin, four to each doubling from 64 ns to 68 s,
/// so a percentile of a bin is within 13 %. Fixed memory, filled without allocating.
struct LatencySeries {
    static let binNanoseconds: UInt64 = 100_000_000
    private static let buckets = 120
    private static let smallestExponent = 6

    private let origin: UInt64
    private let bins: Int
    private var counts: [UInt32]

    /// Room for the window and the deadline after it; what ends later counts in the last bin.
    init(window: MeasuredWindow) {
        origin = window.origin
        bins = Int((window.deadline - window.origin) / Self.binNanoseconds) + 1
        counts = [UInt32](repeating: 0, count: bins * Self.buckets)
    }

    @inline(__always)
    mutating func record(at time: UInt64, nanoseconds: UInt64) {
        let bin = min(Int((max(time, origin) - origin) / Self.binNanoseconds), bins - 1)
        counts[bin * Self.buckets + Self.bucket(of: nanoseconds)] &+= 1
    }

    @inline(__always)
    private static func bucket(of nanoseconds: UInt64) -> Int {
        let value = max(nanoseconds, 1 << UInt64(smallestExponent))
        let exponent = 63 - value.leadingZeroBitCount
        return min((exponent - smallestExponent) * 4 + Int((value >> UInt64(exponent - 2)) & 3), buckets - 1)
    }

    /// The middle of a bucket, in microseconds.
    private static func microseconds(_ bucket: Int) -> Double {
        let quarter = Double(UInt64(1) << UInt64(bucket / 4 + smallestExponent - 2))
        return (Double(4 + bucket % 4) + 0.5) * quarter / 1000
    }

    mutating func merge(_ other: LatencySeries) {
        precondition(bins == other.bins, "merged series of different windows")
        for index in counts.indices { counts[index] &+= other.counts[index] }
    }

    /// All bins up to the last that holds anything.
    func finish() -> [SeriesBin] {
        var result: [SeriesBin] = []
        for bin in 0..<bins {
            let slice = counts[bin * Self.buckets..<(bin + 1) * Self.buckets]
            let total = slice.reduce(UInt64(0)) { $0 + UInt64($1) }
            result.append(
                SeriesBin(
                    endMilliseconds: (bin + 1) * 100, operations: total,
                    p50Microseconds: Self.percentile(0.5, of: slice, total),
                    p99Microseconds: Self.percentile(0.99, of: slice, total)))
        }
        let used = result.lastIndex { $0.operations > 0 }.map { $0 + 1 } ?? 0
        return Array(result[..<used])
    }

    private static func percentile(_ share: Double, of counts: ArraySlice<UInt32>, _ total: UInt64) -> Double {
        guard total > 0 else { return .nan }
        let wanted = UInt64((share * Double(total)).rounded(.up))
        var seen: UInt64 = 0
        for (bucket, count) in counts.enumerated() {
            seen += UInt64(count)
            if seen >= wanted { return microseconds(bucket) }
        }
        return .nan
    }
}
