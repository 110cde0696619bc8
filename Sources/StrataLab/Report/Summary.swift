/// What a run says: one row per (cell, phase, metric, stat), with intervals, ratios to the baseline and verdicts, and
/// how far the run can be trusted. Pure: made from rows, written by `Report`.
package struct Summary: Sendable {
    package var identityColumns: [String]
    package var cells: [ResultSet.Cell]
    package var rows: [SummaryRow]
    /// By cell id; the baseline itself maps to itself.
    package var baselines: [String: String]
    package var controls: [ControlCheck]
    package var drift: DriftCheck?
    /// The metric and stat that the headline of the report, the drift check and the A/A verdict go by.
    package var primary: MetricName?
    package var order: DialOrder
    package var warnings: [String]
    /// The most rounds that any row has.
    package var rounds: Int

    /// `preferred`: metrics in the order of their importance to the experiment, as its plots name them.
    package init(
        results: ResultSet, baseline: BaselineRule = BaselineRule(), preferred: [MetricName] = [],
        order: DialOrder = DialOrder()
    ) {
        self.order = order
        identityColumns = results.identityColumns
        cells = results.cells
        warnings = results.warnings
        baselines = baseline.assign(results)
        let cellByID = Dictionary(uniqueKeysWithValues: results.cells.map { ($0.id, $0) })
        var rows: [SummaryRow] = []
        for key in results.keys {
            guard let series = results.measured[key], let cell = cellByID[key.cell] else { continue }
            rows.append(Self.row(key, series, cell: cell, baseline: baselines[key.cell], results: results))
        }
        self.rows = rows
        rounds = rows.map(\.count).max() ?? 0
        let primary = Self.primary(of: rows, preferred: preferred)
        self.primary = primary
        controls = Self.controls(results)
        drift = primary.flatMap { primary in
            DriftCheck(
                cells: results.keys.filter { $0.metric == primary.metric && $0.stat == primary.stat }
                    .compactMap { results.measured[$0]?.byRound })
        }
    }

    private static func row(
        _ key: ResultSet.Key, _ series: ResultSet.Series, cell: ResultSet.Cell, baseline: String?, results: ResultSet
    ) -> SummaryRow {
        let values = series.perRound
        var notes = Self.notes(series)
        let status = Self.status(series)
        let failures = series.statuses[.failed, default: 0] + series.statuses[.unsupported, default: 0]
        if failures > 0, !values.isEmpty { notes.append("\(failures) of \(series.rows) rounds gave no value") }
        let interval = MedianBootstrap.interval(ofMedian: values)
        if !values.isEmpty, interval == nil {
            notes.append("n=\(values.count): too few rounds for an interval")
        } else if !values.isEmpty, values.count < MedianBootstrap.smallestFullCoverage {
            notes.append("n=\(values.count): the interval spans all rounds and covers less than 95 %")
        }
        var row = SummaryRow(
            cell: cell, phase: key.phase, metric: key.metric, stat: key.stat, unit: series.unit, count: values.count,
            median: OrderStatistics.median(values), interval: interval,
            noisyShare: series.rows == 0 ? 0 : Double(series.noisyRows) / Double(series.rows), ratio: nil, verdict: nil,
            status: status, note: "")
        if let baseline, !values.isEmpty {
            var other = key
            other.cell = baseline
            if baseline == key.cell {
                row.ratio = RatioEstimate(ratio: 1, interval: nil, count: values.count)
                row.verdict = .baseline
            } else if let reference = results.measured[other] {
                row.ratio = RatioEstimate.paired(series.byRound, to: reference.byRound)
                if let ratio = row.ratio {
                    row.verdict = Verdict(
                        interval: ratio.interval, kind: MetricKind(metric: key.metric, unit: series.unit))
                } else if values.contains(where: { $0 <= 0 }) || reference.perRound.contains(where: { $0 <= 0 }) {
                    notes.append("no ratio: a value is zero")
                }
            }
        }
        row.note = notes.joined(separator: "; ")
        return row
    }

    /// The most frequent note and how many rounds have another: readings of noise differ in every round.
    private static func notes(_ series: ResultSet.Series) -> [String] {
        let ordered = series.notes.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
        guard let first = ordered.first else { return [] }
        let others = ordered.dropFirst().reduce(0) { $0 + $1.value }
        return [others == 0 ? first.key : "\(first.key) (\(others) more rounds with another note)"]
    }

    /// The worst of the rounds that gave values; without any, why not.
    private static func status(_ series: ResultSet.Series) -> ResultSet.Status {
        if series.values.isEmpty {
            if series.statuses[.failed] != nil { return .failed }
            if series.statuses[.unsupported] != nil { return .unsupported }
        }
        return series.statuses[.suspect] != nil ? .suspect : .ok
    }

    private static func primary(of rows: [SummaryRow], preferred: [MetricName]) -> MetricName? {
        let present = rows.filter { $0.median != nil }.map { MetricName(metric: $0.metric, stat: $0.stat) }
        for name in preferred + MetricName.customary {
            if let match = present.first(where: { name.matches($0) }) { return match }
        }
        return present.first
    }

    private static func controls(_ results: ResultSet) -> [ControlCheck] {
        results.controlKeys.compactMap { key in
            guard let repeated = results.controls[key], let original = results.measured[key],
                MetricKind(metric: key.metric, unit: repeated.unit) != .quantity,
                let estimate = RatioEstimate.paired(repeated.byRound, to: original.byRound)
            else { return nil }
            return ControlCheck(metric: key.metric, stat: key.stat, estimate: estimate)
        }
    }

    /// The A/A control of the primary metric, or the first there is.
    package var control: ControlCheck? {
        controls.first { control in
            primary.map { control.metric == $0.metric && control.stat == $0.stat } ?? false
        } ?? controls.first
    }

    /// Rows that say why there is no value.
    package var withoutValue: [SummaryRow] { rows.filter { $0.status == .failed || $0.status == .unsupported } }

    /// Noisy share over all rows, 0...1.
    package var noisyShare: Double {
        rows.isEmpty ? 0 : rows.reduce(0) { $0 + $1.noisyShare } / Double(rows.count)
    }
}
