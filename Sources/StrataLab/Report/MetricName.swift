/// A metric and, optionally, one of its stats, as plots, `--metric` and `--gate` name them.
package struct MetricName: Sendable, Hashable, CustomStringConvertible {
    package var metric: String
    /// Nil: any.
    package var stat: String?

    package init(metric: String, stat: String? = nil) {
        self.metric = metric
        self.stat = stat
    }

    private static let latencyStats: Set<String> = ["p50", "p90", "p95", "p99", "p99.9", "p99.99", "max"]

    /// `throughput`, `latency.p99.9` (split at the first dot), or a latency percentile by itself: `p99` is
    /// `latency.p99`. Nil where either part is empty.
    package init?(text: String) {
        if Self.latencyStats.contains(text) {
            self.init(metric: "latency", stat: text)
            return
        }
        let parts = text.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        guard !parts[0].isEmpty, parts.count == 1 || !parts[1].isEmpty else { return nil }
        self.init(metric: parts[0], stat: parts.count == 2 ? parts[1] : nil)
    }

    package func matches(metric: String, stat: String) -> Bool {
        self.metric == metric && (self.stat ?? stat) == stat
    }

    package func matches(_ other: MetricName) -> Bool { matches(metric: other.metric, stat: other.stat ?? "") }

    package var description: String { stat.map { "\(metric).\($0)" } ?? metric }

    /// What people look at first.
    package static let customary: [MetricName] = [
        MetricName(metric: "throughput"), MetricName(metric: "latency", stat: "p50"),
        MetricName(metric: "latency", stat: "p99"), MetricName(metric: "latency", stat: "p99.9"),
        MetricName(metric: "events"), MetricName(metric: "delivery", stat: "p99"),
        MetricName(metric: "data_rate"), MetricName(metric: "recovery_time"), MetricName(metric: "recovery_rate"),
        MetricName(metric: "lost_writes", stat: "max"),
        MetricName(metric: "lost_age", stat: "max"), MetricName(metric: "lost_acknowledged"),
        MetricName(metric: "compression_ratio"), MetricName(metric: "batch_size"),
        MetricName(metric: "syncs_per_op"), MetricName(metric: "bytes_per_op"), MetricName(metric: "cpu_per_op"),
    ]
}
