/// `report.html`: one file that needs nothing else, no script, no network.
struct ReportPage {
    var run: String
    var manifest: RunManifest
    var summary: Summary
    var preferred: [MetricName]
    var syncBaseline: CSVTable?
    var plots: [ReportPlots.Drawn]
    var warnings: [String]

    var html: String {
        let experiment = manifest["experiment"] ?? summary.cells.first?.experiment ?? "run"
        let title = manifest["title"] ?? experiment
        var body = HTML.element("h1", HTML.escaped(title)) + "\n"
        if let question = manifest["question"] { body += HTML.paragraph(question, class: "question") }
        body += HTML.paragraph(provenance, class: "meta")
        body += trust
        body += section("Result", headline)
        body += section("Plots", plotFigures)
        body += section("Not measured", notMeasured)
        body += section("What a sync costs here", syncTable)
        body += section("How it was run", manifestTable)
        body += section("Every metric", everything)
        body += section("How to read this", guide)
        return """
            <!DOCTYPE html>
            <html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
            <title>\(HTML.escaped("\(title): \(run)"))</title>
            <style>\(Self.style)</style></head><body>
            \(body)</body></html>

            """
    }

    private func section(_ title: String, _ content: String) -> String {
        content.isEmpty ? "" : "<section>" + HTML.element("h2", HTML.escaped(title)) + "\n" + content + "</section>\n"
    }

    private var provenance: String {
        var parts = ["run \(run)"]
        if let started = manifest["started"] { parts.append("started \(started)") }
        if let commit = manifest["commit"] {
            parts.append("commit \(commit.prefix(12))" + (manifest["dirty"] == "true" ? " with local changes" : ""))
        }
        if let seed = manifest["seed"] { parts.append("seed \(seed)") }
        if let kernel = manifest["kernel"] { parts.append("kernel \(kernel)") }
        parts.append("\(summary.cells.count) cells, \(summary.rounds) rounds")
        return parts.joined(separator: " · ")
    }

    private var trust: String {
        let statements =
            summary.trust.map { HTML.element("li", HTML.escaped($0.text), class: $0.isAlarm ? "alarm" : "") }
            + warnings.map { HTML.element("li", HTML.escaped($0), class: "alarm") }
        let isAlarm = summary.control?.outcome == .failed
        return "<ul class=\"trust\(isAlarm ? " failed" : "")\">\(statements.joined())</ul>\n"
    }

    private var headline: String {
        let table = SummaryTable(summary, preferred: preferred, limit: 8)
        let rows = table.rows.map { row in
            row.map { entry in
                var text = HTML.escaped(entry.text)
                if let verdict = entry.verdict {
                    text = HTML.element("span", text, class: "verdict \(verdict.rawValue)")
                }
                return entry.detail.isEmpty ? text : text + HTML.element("small", HTML.escaped(entry.detail))
            }
        }
        return HTML.table(
            header: table.columns.map { HTML.escaped($0.title) }, rows: rows, numbers: table.columns.map(\.isNumber))
            + HTML.list(table.footnotes)
    }

    private var plotFigures: String {
        plots.enumerated().map { index, plot in
            "<figure>" + HTML.inlineSVG(plot.svg, prefix: "p\(index)") + "<figcaption>"
                + HTML.escaped("\(plot.title). Drawn from plots/\(plot.name).csv by plots/\(plot.name).gp.")
                + "</figcaption></figure>\n"
        }
        .joined()
    }

    private var notMeasured: String {
        let rows = summary.withoutValue
        guard !rows.isEmpty else { return "" }
        let varying = SummaryTable.varyingColumns(summary)
        return HTML.table(
            header: ["cell", "status", "reason"],
            rows: rows.map { row in
                let name = ShownText.cell(row.cell, columns: varying, names: summary.identityColumns)
                return [name, row.status.rawValue, row.note].map(HTML.escaped)
            }, numbers: [false, false, false])
    }

    private var syncTable: String {
        guard let syncBaseline, !syncBaseline.rows.isEmpty else { return "" }
        let numbers = syncBaseline.header.indices.map { index in
            syncBaseline.rows.allSatisfy { $0[index].isEmpty || Double($0[index]) != nil }
        }
        let rows = syncBaseline.rows.map { row in
            row.indices.map { index in
                let name = syncBaseline.header[index]
                if numbers[index], !name.hasSuffix("_bytes"), let value = Double(row[index]) {
                    return HTML.escaped(ShownText.number(value))
                }
                return HTML.escaped(ShownText.dial(column: name, value: row[index]))
            }
        }
        let header = syncBaseline.header.map { HTML.escaped($0.split(separator: "_").joined(separator: " ")) }
        return HTML.paragraph(
            "A bare loop that writes and syncs in the data directory, one writer, before the first cell (baseline.csv). No "
                + "engine acknowledges single durable writes faster than this.")
            + HTML.table(header: header, rows: rows, numbers: numbers)
    }

    private var manifestTable: String {
        let shown = manifest.entries.filter { !["question", "title"].contains($0.path) && !$0.value.isEmpty }
        guard !shown.isEmpty else { return "" }
        return HTML.table(
            header: ["", ""], rows: shown.map { [HTML.escaped($0.path), HTML.escaped($0.value)] },
            numbers: [false, false])
    }

    private var everything: String {
        let varying = SummaryTable.varyingColumns(summary)
        let header =
            varying.map { ShownText.name(summary.identityColumns[$0]) }
            + ["phase", "metric", "stat", "median", "95 % interval", "unit", "n", "ratio", "95 % interval", "verdict"]
            + ["noisy", "status", "note"]
        var numbers = [Bool](repeating: false, count: header.count)
        for index in [3, 4, 6, 7, 8, 10] { numbers[varying.count + index] = true }
        let rows = summary.rows.filter { $0.median != nil }.map { row in
            func interval(_ interval: ConfidenceInterval?, _ text: (Double) -> String) -> String {
                interval.map { "\(text($0.low)) … \(text($0.high))" } ?? ""
            }
            let dials = varying.map {
                ShownText.dial(column: summary.identityColumns[$0], value: row.cell.identity[$0])
            }
            let measured = [
                row.phase, row.metric, row.stat, row.median.map(ShownText.number) ?? "",
                interval(row.interval, ShownText.number), row.unit, "\(row.count)",
            ]
            let compared = [
                row.ratio.map { ShownText.ratio($0.ratio) } ?? "", interval(row.ratio?.interval, ShownText.ratio),
                row.verdict?.rawValue ?? "", row.noisyShare == 0 ? "" : ShownText.percent(row.noisyShare),
                row.status.rawValue, row.note,
            ]
            return (dials + measured + compared).map(HTML.escaped)
        }
        return HTML.paragraph("The same as summary.csv, rounded.")
            + HTML.element(
                "div", HTML.table(header: header.map(HTML.escaped), rows: rows, numbers: numbers), class: "small")
    }
}
