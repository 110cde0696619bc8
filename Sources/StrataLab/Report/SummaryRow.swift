/// One metric of one cell over all rounds: a row of `summary.csv`.
package struct SummaryRow: Sendable, Hashable {
    package var cell: ResultSet.Cell
    package var phase: String
    package var metric: String
    package var stat: String
    package var unit: String
    /// Rounds with a value.
    package var count: Int
    package var median: Double?
    package var interval: ConfidenceInterval?
    /// Noisy rows to all rows, 0...1.
    package var noisyShare: Double
    package var ratio: RatioEstimate?
    package var verdict: Verdict?
    package var status: ResultSet.Status
    package var note: String

    /// "latency p99", "throughput".
    package var name: String { Self.name(metric: metric, stat: stat) }

    package static func name(metric: String, stat: String) -> String {
        ["", "mean", "total", "value", "count", "sum"].contains(stat) ? metric : "\(metric) \(stat)"
    }
}
