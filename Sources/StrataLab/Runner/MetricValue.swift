/// One measured number of a cell, before it becomes a row.
package struct MetricValue: Hashable, Sendable {
    /// `run` for a throughput measurement; else a part of it, or `total`.
    package var phase: String
    package var metric: String
    package var stat: String
    /// Nil is a missing value.
    package var value: Double?
    package var unit: String
    package var n: UInt64?

    package init(
        phase: String = "run", _ metric: String, stat: String = "value", _ value: Double?, _ unit: String,
        n: UInt64? = nil
    ) {
        self.phase = phase
        self.metric = metric
        self.stat = stat
        self.value = value
        self.unit = unit
        self.n = n
    }
}
