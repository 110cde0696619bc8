/// Where a throughput series settles. Reported beside the results, which always use the experiment's fixed warm-up, so
/// that a warm-up too short is seen.
package enum SteadyState {
    /// Milliseconds from the clients' start from which the rolling median of five bins stays within 5 % of the median
    /// of the second half; nil where it never does, or where there are fewer than ten bins.
    package static func start(of bins: [SeriesBin]) -> Int? {
        guard bins.count >= 10 else { return nil }
        let operations = bins.map { Double($0.operations) }
        let tail = median(operations[(operations.count / 2)...])
        guard tail > 0 else { return nil }
        for first in 0...(operations.count - 5) where abs(median(operations[first..<first + 5]) / tail - 1) <= 0.05 {
            return bins[first].endMilliseconds - 100
        }
        return nil
    }

    private static func median(_ values: ArraySlice<Double>) -> Double {
        let sorted = values.sorted()
        let middle = sorted.count / 2
        return sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
    }
}
