extension RunComparison {
    /// An aligned table with its remarks, with a line feed at the end.
    package var terminal: String {
        let hasPhases = Set(rows.map(\.phase)).count > 1
        var table = SummaryTable(
            columns: [
                .init(title: "cell", isNumber: false), .init(title: "metric", isNumber: false),
                .init(title: "first", isNumber: true), .init(title: "second", isNumber: true),
                .init(title: "ratio", isNumber: true), .init(title: "95 % interval", isNumber: false),
                .init(title: "verdict", isNumber: false), .init(title: "n", isNumber: true),
            ])
        for row in rows {
            let name = ShownText.axis(metric: row.metric, stat: row.stat, unit: row.unit)
            let interval = row.estimate?.interval
            table.rows.append(
                [
                    row.cell, hasPhases && !row.phase.isEmpty ? "\(row.phase): \(name)" : name,
                    ShownText.number(row.first), ShownText.number(row.second),
                    row.estimate.map { ShownText.ratio($0.ratio) } ?? "-",
                    interval.map { "\(ShownText.ratio($0.low)) … \(ShownText.ratio($0.high))" } ?? "-",
                    row.verdict?.rawValue ?? "-", row.estimate.map { "\($0.count)" } ?? "-",
                ]
                .map { SummaryTable.Entry(text: $0) })
        }
        table.footnotes.append(
            "ratio: second run to first, of medians over the rounds of each; n: rounds of the smaller run.")
        if rows.contains(where: { $0.verdict == .undecided }) {
            table.footnotes.append(
                "undecided: fewer than \(MedianBootstrap.smallestSample) rounds in one of the runs have no interval.")
        }
        if !onlyInFirst.isEmpty {
            table.footnotes.append("only in the first run: \(onlyInFirst.joined(separator: "; "))")
        }
        if !onlyInSecond.isEmpty {
            table.footnotes.append("only in the second run: \(onlyInSecond.joined(separator: "; "))")
        }
        table.footnotes += warnings
        return table.text(.terminal)
    }
}

extension RunManifest {
    /// Groups of keys that say where and with what a run was made.
    private static let circumstances: Set<String> = [
        "commit", "dirty", "kernel", "os", "cpu", "machine", "filesystem", "file_system", "device", "versions",
        "rounds",
        "config_crc32c", "quick", "seconds",
    ]
    /// Readings within these groups that differ between any two moments.
    private static let readings = ["load", "pressure", "free", "available", "steal", "mhz", "used", "uptime", ".path"]

    /// "kernel: 6.1.0-18 in the first run, 6.1.0-21 in the second", for every circumstance that differs.
    package func differences(to second: RunManifest) -> [String] {
        func circumstances(_ manifest: RunManifest) -> [String: String] {
            var found: [String: String] = [:]
            for entry in manifest.entries {
                let group = entry.path.split(separator: ".").first.map(String.init) ?? ""
                let name = entry.path.lowercased()
                if Self.circumstances.contains(group), !Self.readings.contains(where: name.contains) {
                    found[entry.path] = entry.value
                }
            }
            return found
        }
        let (mine, theirs) = (circumstances(self), circumstances(second))
        func shown(_ value: String?) -> String { value.flatMap { $0.isEmpty ? nil : $0 } ?? "not recorded" }
        return Set(mine.keys).union(theirs.keys).sorted().filter { mine[$0] != theirs[$0] }
            .map { "\($0): \(shown(mine[$0])) in the first run, \(shown(theirs[$0])) in the second" }
    }
}
