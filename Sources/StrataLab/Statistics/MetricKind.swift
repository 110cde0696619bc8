/// What a larger value of a metric means, which decides the word of a verdict.
package enum MetricKind: Sendable, Hashable {
    /// Things per second: more is faster.
    case rate
    /// Time or CPU time spent: less is faster.
    case time
    /// Anything else: neither is better by itself (bytes per operation, batch size, writes lost).
    case quantity

    /// Times that are no measure of speed: the age of lost writes, and how long the measuring itself took.
    private static let ages: Set<String> = ["lost_age", "oldest_lost", "elapsed", "steady_from"]

    /// Decided by the unit, so that metrics that this version has never heard of are read as well.
    package init(metric: String, unit: String) {
        if Self.ages.contains(metric) {
            self = .quantity
        } else if unit.hasSuffix("/s") {
            self = .rate
        } else if ["ns", "us", "ms", "s"].contains(unit) {
            self = .time
        } else {
            self = .quantity
        }
    }
}
