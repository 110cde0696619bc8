/// Medians and quantiles of finite samples. Nothing here returns NaN: an empty sample has no quantile.
package enum OrderStatistics {
    /// The middle value, or the mean of the two middle ones; nil for an empty sample.
    package static func median(_ values: [Double]) -> Double? { quantile(values, 0.5) }

    /// The quantile at `fraction`, 0...1, by linear interpolation between order statistics (Hyndman and Fan, "Sample
    /// Quantiles in Statistical Packages", The American Statistician 50(4), 1996, type 7: as in R and NumPy).
    package static func quantile(_ values: [Double], _ fraction: Double) -> Double? {
        precondition(fraction >= 0 && fraction <= 1, "a quantile's fraction lies in 0...1, not \(fraction)")
        guard !values.isEmpty else { return nil }
        let sorted = values.sorted()
        let position = fraction * Double(sorted.count - 1)
        let below = Int(position)
        let above = min(below + 1, sorted.count - 1)
        // Equal neighbours are returned as they are: the interpolation would round.
        if sorted[below] == sorted[above] { return sorted[below] }
        return sorted[below] + (sorted[above] - sorted[below]) * (position - Double(below))
    }
}
