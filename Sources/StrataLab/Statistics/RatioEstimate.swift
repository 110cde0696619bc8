import Foundation

/// How many times larger one configuration's values are than another's, with its uncertainty.
package struct RatioEstimate: Sendable, Hashable {
    package var ratio: Double
    /// Nil with fewer than `MedianBootstrap.smallestSample` pairs (or values on either side).
    package var interval: ConfidenceInterval?
    /// Pairs; of two samples, the smaller size.
    package var count: Int

    /// From pairs measured in the same round: the median of the log-ratios and its interval. What a round has in common
    /// (a noisy neighbour, a slow phase of the disk) cancels. Nil without a pair or where a value is not positive,
    /// because a ratio to zero says nothing.
    package static func paired(_ values: [Int: Double], to baseline: [Int: Double]) -> RatioEstimate? {
        var logarithms: [Double] = []
        for (round, value) in values.sorted(by: { $0.key < $1.key }) {
            guard let reference = baseline[round] else { continue }
            guard value > 0, reference > 0 else { return nil }
            logarithms.append(log(value / reference))
        }
        guard let middle = OrderStatistics.median(logarithms), middle.isFinite else { return nil }
        return RatioEstimate(
            ratio: exp(middle), interval: MedianBootstrap.interval(ofMedian: logarithms)?.map { exp($0) },
            count: logarithms.count)
    }

    /// From two independent samples, as two runs give them: the ratio of their medians (of logarithms, so that the
    /// interval is that of a ratio). Nil where a sample is empty or a value is not positive.
    package static func independent(_ values: [Double], to baseline: [Double]) -> RatioEstimate? {
        guard values.allSatisfy({ $0 > 0 }), baseline.allSatisfy({ $0 > 0 }) else { return nil }
        let first = values.map { log($0) }
        let second = baseline.map { log($0) }
        guard let firstMedian = OrderStatistics.median(first), let secondMedian = OrderStatistics.median(second) else {
            return nil
        }
        return RatioEstimate(
            ratio: exp(firstMedian - secondMedian),
            interval: MedianBootstrap.interval(ofMedianDifference: first, second)?.map { exp($0) },
            count: min(first.count, second.count))
    }
}
