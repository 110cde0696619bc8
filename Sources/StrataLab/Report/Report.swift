import Foundation

/// Makes a run directory readable: `summary.csv`, `plots/` and `report.html` from what the runner left there. May be
/// called any number of times, also on a run that was interrupted; nothing that was measured is changed.
package enum Report {
    /// Throws only where `results.csv` cannot be read or nothing can be written: whatever else is missing or damaged
    /// leaves its part of the report out and is said in `ReportFiles.warnings`.
    package static func write(runDirectory: String) throws(ReportError) -> ReportFiles {
        try write(runDirectory: runDirectory, gnuplot: Gnuplot())
    }

    package static func write(runDirectory: String, gnuplot: Gnuplot?) throws(ReportError) -> ReportFiles {
        var warnings: [String] = []
        let manifest = readManifest(runDirectory, warnings: &warnings)
        let results = try ResultSet(
            contentsOf: runDirectory + "/" + ResultSchema.results, order: manifest.order)
        let preferred = manifest.plots.flatMap { [MetricName(text: $0.y), MetricName(text: $0.x)] }.compactMap { $0 }
        let summary = Summary(
            results: results, baseline: BaselineRule(values: manifest.baseline), preferred: preferred,
            order: manifest.order)
        warnings += summary.warnings

        let summaryPath = runDirectory + "/summary.csv"
        try summary.table.write(to: summaryPath)

        let run = manifest["run_id"] ?? URL(fileURLWithPath: runDirectory).standardizedFileURL.lastPathComponent
        var plots = ReportPlots(runDirectory: runDirectory, run: run, gnuplot: gnuplot)
        let specified = manifest.plots.isEmpty ? standardPlots(summary) : manifest.plots
        plots.drawSpecified(specified, summary: summary)
        plots.drawPercentiles(summary: summary)
        plots.drawTimeline(summary: summary)
        warnings += plots.warnings

        var syncBaseline: CSVTable?
        do {
            let path = runDirectory + "/" + ResultSchema.baseline
            syncBaseline = try FileText.readIfPresent(path).map { text throws(ReportError) in
                try CSVTable(text: text, file: path)
            }
        } catch { warnings.append("\(error)") }

        let page = ReportPage(
            run: run, manifest: manifest, summary: summary, preferred: preferred, syncBaseline: syncBaseline,
            plots: plots.drawn, warnings: warnings)
        let pagePath = runDirectory + "/report.html"
        try FileText.write(page.html, to: pagePath)
        return ReportFiles(
            summary: summaryPath, page: pagePath, plots: plots.drawn.map(\.path),
            terminalTable: SummaryTable.render(summary, preferred: preferred, style: .terminal)
                + "\n" + summary.trust.map { "  \($0.text)\n" }.joined(),
            markdownTable: SummaryTable.render(summary, preferred: preferred, style: .markdown),
            warnings: warnings)
    }

    private static func readManifest(_ runDirectory: String, warnings: inout [String]) -> RunManifest {
        do {
            let manifest = try RunManifest(contentsOf: runDirectory + "/" + ResultSchema.manifest)
            warnings += manifest.warnings
            return manifest
        } catch {
            warnings.append("how the run was made is unknown: \(error)")
            return RunManifest()
        }
    }

    /// For runs whose manifest names no plots: the primary metric over the first dial that varies.
    private static func standardPlots(_ summary: Summary) -> [PlotSpecification] {
        guard let primary = summary.primary else { return [] }
        let varying = SummaryTable.varyingColumns(summary)
        guard let first = varying.first else { return [] }
        let column = summary.identityColumns[first]
        return [
            PlotSpecification(
                name: String(primary.metric.map { $0.isASCII && ($0.isLetter || $0.isNumber) ? $0 : "-" }), kind: .bars,
                title: "\(ShownText.name(primary.metric)) by \(ShownText.name(column))", x: column,
                y: primary.description)
        ]
    }
}
