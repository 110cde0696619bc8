import StrataSystems

/// What one measurement of one cell found.
package struct CellFindings: Sendable {
    package var values: [MetricValue] = []
    package var series: [SeriesBin] = []
    package var histograms: [MeasuredHistogram] = []
    package var system: SystemDescription?
    package var status: ResultRow.Status = .ok
    package var note = ""

    package init() {}

    package mutating func add(
        phase: String = "run", _ metric: String, stat: String = "value", _ value: Double?, _ unit: String,
        n: UInt64? = nil
    ) {
        values.append(MetricValue(phase: phase, metric, stat: stat, value, unit, n: n))
    }

    /// A distribution with its statistics, in microseconds; nothing where nothing was recorded.
    package mutating func add(phase: String = "run", _ metric: String, _ histogram: LatencyHistogram) {
        guard histogram.count > 0 else { return }
        histograms.append(MeasuredHistogram(phase: phase, metric: metric, histogram: histogram))
        for (stat, value) in histogram.statistics {
            add(phase: phase, metric, stat: stat, value, "us", n: histogram.count)
        }
    }

    /// Marks the cell as not to be trusted, with one more reason.
    package mutating func suspect(_ reason: String) {
        status = .suspect
        add(note: reason)
    }

    package mutating func add(note text: String) { note += note.isEmpty ? text : "; " + text }
}
