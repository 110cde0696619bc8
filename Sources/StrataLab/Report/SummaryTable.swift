/// A summary as one table: a row per cell, the dials that vary, the metrics that matter most, and the ratio to the
/// baseline. The same grid is shown in the terminal, in Markdown and in the report.
package struct SummaryTable: Sendable {
    package enum Style: Sendable, Hashable, CaseIterable { case terminal, markdown }

    package struct Column: Sendable, Hashable {
        package var title: String
        package var isNumber: Bool
    }

    package struct Entry: Sendable, Hashable {
        package var text: String
        /// The interval in full, for where there is room.
        package var detail = ""
        package var verdict: Verdict?
    }

    package var columns: [Column] = []
    package var rows: [[Entry]] = []
    /// What the marks mean, and why cells have no values: one sentence each.
    package var footnotes: [String] = []

    private struct Metric: Hashable {
        var phase: String
        var metric: String
        var stat: String
    }

    init(columns: [Column]) { self.columns = columns }

    /// `limit` is the number of metrics shown; the rest is in `summary.csv`.
    package init(_ summary: Summary, preferred: [MetricName] = [], limit: Int = 5) {
        let varying = Self.varyingColumns(summary)
        let metrics = Self.metrics(summary, preferred: preferred, limit: limit)
        let phases = Set(
            summary.rows.filter { $0.median != nil && !Self.aboutTheMeasuring.contains($0.metric) }.map(\.phase))
        var units: [Metric: String] = [:]
        var rowAt: [String: [Metric: SummaryRow]] = [:]
        for row in summary.rows {
            let metric = Metric(phase: row.phase, metric: row.metric, stat: row.stat)
            rowAt[row.cell.id, default: [:]][metric] = row
            if units[metric, default: ""].isEmpty { units[metric] = row.unit }
        }
        columns = varying.map { Column(title: ShownText.name(summary.identityColumns[$0]), isNumber: false) }
        for (index, metric) in metrics.enumerated() {
            var title = ShownText.axis(metric: metric.metric, stat: metric.stat, unit: units[metric] ?? "")
            if phases.count > 1, !metric.phase.isEmpty, metric.phase != "run" { title = "\(metric.phase): \(title)" }
            columns.append(Column(title: title, isNumber: true))
            if index == 0 {
                columns.append(Column(title: "ratio", isNumber: true))
                columns.append(Column(title: "verdict", isNumber: false))
            }
        }
        columns.append(Column(title: "n", isNumber: true))

        var marks: Set<Character> = []
        for cell in summary.cells {
            let mine = rowAt[cell.id] ?? [:]
            var entries = varying.map {
                Entry(text: ShownText.dial(column: summary.identityColumns[$0], value: cell.identity[$0]))
            }
            for (index, metric) in metrics.enumerated() {
                let row = mine[metric]
                entries.append(index == 0 && row?.median == nil ? Self.absent(mine) : Self.value(row, marks: &marks))
                if index == 0 { entries += Self.comparison(row) }
            }
            entries.append(Entry(text: "\(metrics.compactMap { mine[$0]?.count }.max() ?? 0)"))
            rows.append(entries)
        }
        footnotes = Self.footnotes(summary, varying: varying, marks: marks)
    }

    static func varyingColumns(_ summary: Summary) -> [Int] {
        let varying = summary.identityColumns.indices.filter { index in
            Set(summary.cells.map { $0.identity[index] }).count > 1
        }
        // Versions belong to their systems and would only widen the table; they stand in the manifest.
        let dials = varying.filter { !ResultSet.circumstances.contains(summary.identityColumns[$0]) }
        if !dials.isEmpty { return dials }
        return varying.isEmpty ? summary.identityColumns.firstIndex(of: "system").map { [$0] } ?? [] : varying
    }

    private static func metrics(_ summary: Summary, preferred: [MetricName], limit: Int) -> [Metric] {
        var present: [Metric] = []
        var seen: Set<Metric> = []
        for row in summary.rows where row.median != nil {
            let metric = Metric(phase: row.phase, metric: row.metric, stat: row.stat)
            if seen.insert(metric).inserted { present.append(metric) }
        }
        var chosen: [Metric] = []
        // A kind of operation is a part of the run: of interest where the whole leaves room.
        let hasWhole = present.contains { $0.phase == "run" }
        for name in (summary.primary.map { [$0] } ?? []) + preferred + MetricName.customary {
            var matches = present.filter { metric in
                name.matches(metric: metric.metric, stat: metric.stat) && !chosen.contains(metric)
                    && (!hasWhole || metric.phase == "run")
            }
            // Of several phases the whole comes first.
            if let total = matches.firstIndex(where: { $0.phase == "total" }) { matches.swapAt(0, total) }
            chosen += matches
        }
        chosen += present.filter { !chosen.contains($0) && !Self.aboutTheMeasuring.contains($0.metric) }
        return Array(chosen.prefix(limit))
    }

    /// Metrics about the run itself, which nobody compares systems by.
    private static let aboutTheMeasuring: Set<String> = ["elapsed", "steady_from"]

    private static func absent(_ rows: [Metric: SummaryRow]) -> Entry {
        let status = rows.values.map(\.status).first { $0 == .failed || $0 == .unsupported }
        return Entry(text: status?.rawValue ?? "-")
    }

    private static func value(_ row: SummaryRow?, marks: inout Set<Character>) -> Entry {
        guard let row, let median = row.median else { return Entry(text: "-") }
        var text = ShownText.number(median)
        var detail = ""
        if let interval = row.interval {
            detail = "\(ShownText.number(interval.low)) … \(ShownText.number(interval.high))"
            let arm = max(interval.high - median, median - interval.low)
            if median != 0, arm / abs(median) < 100 { text += " ±\(ShownText.percent(arm / abs(median)))" }
        }
        if row.noisyShare > 0 {
            text += " ~"
            marks.insert("~")
        }
        if row.status == .suspect {
            text += " ?"
            marks.insert("?")
        }
        return Entry(text: text, detail: detail)
    }

    private static func comparison(_ row: SummaryRow?) -> [Entry] {
        guard let row, let ratio = row.ratio else { return [Entry(text: "-"), Entry(text: "-")] }
        if row.verdict == .baseline { return [Entry(text: "1"), Entry(text: "baseline", verdict: .baseline)] }
        let detail = ratio.interval.map { "\(ShownText.ratio($0.low)) … \(ShownText.ratio($0.high))" } ?? ""
        return [
            Entry(text: ShownText.ratio(ratio.ratio), detail: detail),
            Entry(text: row.verdict?.rawValue ?? "-", verdict: row.verdict),
        ]
    }

    private static func footnotes(_ summary: Summary, varying: [Int], marks: Set<Character>) -> [String] {
        var notes: [String] = []
        if summary.rows.contains(where: { $0.interval != nil }) {
            notes.append("± is the larger arm of the 95 % interval of the median over n rounds.")
        }
        if summary.rows.contains(where: { $0.median != nil && $0.interval == nil }) {
            notes.append("Fewer than \(MedianBootstrap.smallestSample) rounds have no interval, and no verdict.")
        }
        if marks.contains("~") { notes.append("~ other work on the machine disturbed one or more rounds.") }
        if marks.contains("?") { notes.append("? suspect: the system does not account for every operation.") }
        for row in summary.withoutValue {
            let name = ShownText.cell(row.cell, columns: varying, names: summary.identityColumns)
            notes.append("\(row.status.rawValue): \(name): \(row.note.isEmpty ? "no reason given" : row.note)")
        }
        return notes
    }
}
