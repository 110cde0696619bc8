/// A 95 % confidence interval, both bounds finite and `low <= high`.
package struct ConfidenceInterval: Sendable, Hashable {
    package var low: Double
    package var high: Double

    package init(low: Double, high: Double) {
        precondition(low <= high, "an interval from \(low) to \(high) is none")
        self.low = low
        self.high = high
    }

    package func contains(_ value: Double) -> Bool { low <= value && value <= high }

    package func map(_ monotonic: (Double) -> Double) -> ConfidenceInterval {
        ConfidenceInterval(low: monotonic(low), high: monotonic(high))
    }
}
