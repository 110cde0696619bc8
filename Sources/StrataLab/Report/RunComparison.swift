/// Two runs, cell by cell. Rounds of different runs have nothing in common, so the ratio is that of two independent
/// samples: wider intervals than within one run, and blind to whatever changed between the runs besides what was meant
/// to.
package struct RunComparison: Sendable {
    package struct Row: Sendable, Hashable {
        /// The dials that vary between cells, as text.
        package var cell: String
        package var phase: String
        package var metric: String
        package var stat: String
        package var unit: String
        package var first: Double
        package var second: Double
        /// Second to first; nil where a value is zero.
        package var estimate: RatioEstimate?
        package var verdict: Verdict?
    }

    package var rows: [Row] = []
    /// Cells of one run that the other does not have.
    package var onlyInFirst: [String] = []
    package var onlyInSecond: [String] = []
    package var warnings: [String] = []

    /// `metrics`: what to compare; empty is everything that both runs have.
    package init(_ first: ResultSet, _ second: ResultSet, metrics: [MetricName] = []) {
        let firstCells = Self.byIdentity(first)
        let secondCells = Self.byIdentity(second)
        let varying = Self.varyingColumns([first, second])
        onlyInFirst = first.cells.filter { secondCells[Self.identity($0, first)] == nil }
            .map { Self.label($0, first, varying: varying) }
        onlyInSecond = second.cells.filter { firstCells[Self.identity($0, second)] == nil }
            .map { Self.label($0, second, varying: varying) }
        warnings = first.warnings.map { "first run: \($0)" } + second.warnings.map { "second run: \($0)" }
        let cells = Dictionary(uniqueKeysWithValues: first.cells.map { ($0.id, $0) })
        for key in first.keys {
            guard metrics.isEmpty || metrics.contains(where: { $0.matches(metric: key.metric, stat: key.stat) }),
                let cell = cells[key.cell], let other = secondCells[Self.identity(cell, first)],
                let before = first.measured[key]
            else { continue }
            var otherKey = key
            otherKey.cell = other
            guard let after = second.measured[otherKey], let firstMedian = OrderStatistics.median(before.perRound),
                let secondMedian = OrderStatistics.median(after.perRound)
            else { continue }
            if before.unit != after.unit {
                warnings.append("\(key.metric): in \(before.unit) in one run, in \(after.unit) in the other: left out")
                continue
            }
            let estimate = RatioEstimate.independent(after.perRound, to: before.perRound)
            rows.append(
                Row(
                    cell: Self.label(cell, first, varying: varying), phase: key.phase, metric: key.metric,
                    stat: key.stat, unit: before.unit, first: firstMedian, second: secondMedian, estimate: estimate,
                    verdict: estimate.map {
                        Verdict(interval: $0.interval, kind: MetricKind(metric: key.metric, unit: before.unit))
                    }))
        }
    }

    /// Column to value. Dials at their default are left out, so that a run is the same as one of a version that did not have
    /// the dial yet.
    private static func identity(_ cell: ResultSet.Cell, _ results: ResultSet) -> [String: String] {
        var identity: [String: String] = [:]
        for (name, value) in zip(results.identityColumns, cell.identity)
        where !value.isEmpty && !ResultSet.circumstances.contains(name) {
            if let axis = Axis(rawValue: name), Cell.standard.text(axis) == value { continue }
            identity[name] = value
        }
        return identity
    }

    private static func byIdentity(_ results: ResultSet) -> [[String: String]: String] {
        Dictionary(results.cells.map { (identity($0, results), $0.id) }, uniquingKeysWith: { first, _ in first })
    }

    private static func varyingColumns(_ runs: [ResultSet]) -> Set<String> {
        var values: [String: Set<String>] = [:]
        for run in runs {
            for cell in run.cells {
                for (name, value) in zip(run.identityColumns, cell.identity)
                where !ResultSet.circumstances.contains(name) {
                    values[name, default: []].insert(value)
                }
            }
        }
        let varying = values.filter { $0.value.count > 1 }.keys
        return varying.isEmpty ? ["system"] : Set(varying)
    }

    private static func label(_ cell: ResultSet.Cell, _ results: ResultSet, varying: Set<String>) -> String {
        let columns = results.identityColumns.indices.filter { varying.contains(results.identityColumns[$0]) }
        return ShownText.cell(cell, columns: columns, names: results.identityColumns)
    }

    /// What is compared where the user does not say: speeds and times that people look at first, those that are there.
    package static func customaryMetrics(_ results: ResultSet) -> [MetricName] {
        let wanted = [
            MetricName(metric: "throughput"), MetricName(metric: "latency", stat: "p50"),
            MetricName(metric: "latency", stat: "p99"), MetricName(metric: "recovery_time"),
            MetricName(metric: "events"), MetricName(metric: "lost_writes", stat: "max"),
        ]
        return wanted.filter { name in results.keys.contains { name.matches(metric: $0.metric, stat: $0.stat) } }
    }
}
