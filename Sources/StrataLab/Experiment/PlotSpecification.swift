/// One `[[plot]]` of an experiment: what the report draws from the summary. Written into the manifest as it is.
package struct PlotSpecification: Sendable, Hashable, Codable {
    package enum Kind: String, Sendable, CaseIterable, Codable { case bars, lines, scatter }

    /// File stem: letters, digits and hyphens.
    package var name: String
    package var kind: Kind
    package var title: String
    /// A dial or another identifying column of `results.csv`; for scatter plots a metric as in `y`; or `phase`,
    /// `metric`.
    package var x: String
    /// `METRIC` or `METRIC.STAT`, split at the first dot: `throughput`, `latency.p99`.
    package var y: String
    /// Columns whose values make one line, or one bar colour, each.
    package var series: [String]
    package var logX: Bool
    package var logY: Bool
    /// Only rows of this phase; nil is all phases.
    package var phase: String?

    private enum CodingKeys: String, CodingKey {
        case name, kind, title, x, y, series, phase
        case logX = "log_x"
        case logY = "log_y"
    }

    package init(
        name: String, kind: Kind, title: String, x: String, y: String, series: [String] = [], logX: Bool = false,
        logY: Bool = false, phase: String? = nil
    ) {
        self.name = name
        self.kind = kind
        self.title = title
        self.x = x
        self.y = y
        self.series = series
        self.logX = logX
        self.logY = logY
        self.phase = phase
    }
}
