import StrataSystems

/// What one measurement of one cell found.
package struct CellFindings: Sendable {
    package var values: [MetricValue] = []
    package var series: [SeriesBin] = []
    package var histograms: [(metric: String, histogram: LatencyHistogram)] = []
    package var system: SystemDescription?
    package var status: ResultRow.Status = .ok
    package var note = ""

    package init() {}

    /// Marks the cell as not to be trusted, with one more reason.
    package mutating func suspect(_ reason: String) {
        status = .suspect
        add(note: reason)
    }

    package mutating func add(note text: String) { note += note.isEmpty ? text : "; " + text }
}
