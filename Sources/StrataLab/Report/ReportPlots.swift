import Foundation

/// Draws the plots of a run below `plots/`: of each an SVG, the CSV it was drawn from and the gnuplot script that drew
/// it.
struct ReportPlots {
    struct Drawn: Sendable {
        var name: String
        var title: String
        /// Path of the SVG.
        var path: String
        var svg: String
    }

    private(set) var drawn: [Drawn] = []
    private(set) var warnings: [String] = []
    private let gnuplot: Gnuplot?
    private let runDirectory: String
    private let run: String

    /// A later page would show what nobody scrolls to; the data of all cells is in the run directory.
    private static let mostPages = 6

    init(runDirectory: String, run: String, gnuplot: Gnuplot?) {
        self.runDirectory = runDirectory
        self.run = run
        self.gnuplot = gnuplot
        if gnuplot == nil { warnings.append(Gnuplot.absent) }
    }

    mutating func drawSpecified(_ specifications: [PlotSpecification], summary: Summary) {
        for specification in specifications {
            do {
                let data = try PlotData(specification, summary: summary)
                let (script, table) = PlotScript.make(data, run: run)
                try draw(specification.name, title: specification.title, script: script, table: table)
            } catch { warnings.append("plot \(specification.name): \(error)") }
        }
    }

    mutating func drawPercentiles(summary: Summary) {
        do {
            let files = try HistogramFiles(directory: runDirectory + "/hist", cells: summary.cells.map(\.id))
            for group in files.groups {
                // Service times repeat the latencies of a closed loop; they are in the data for those who want them.
                guard group.metric == "latency" || !files.groups.contains(where: { $0.metric == "latency" }) else {
                    continue
                }
                // Kinds of operations have their files; one drawing of each would bury the whole.
                guard group.phase == "run" || !files.groups.contains(where: { $0.phase == "run" }) else { continue }
                let named = group.curves.map { PlotScript.NamedCurve(name: label($0.cell, summary), curve: $0) }
                for (page, curves) in pages(named, of: "latency by percentile").enumerated() {
                    let stem = Self.stem("percentiles-\(group.phase)", page: page)
                    let title = "Latency by percentile" + (named.count > curves.count ? ", part \(page + 1)" : "")
                    let (script, table) = PlotScript.percentiles(
                        name: stem, title: title, metric: group.metric, curves: curves, run: run)
                    try draw(stem, title: title, script: script, table: table)
                }
            }
        } catch { warnings.append("latency percentiles: \(error)") }
    }

    mutating func drawTimeline(summary: Summary) {
        let path = runDirectory + "/series.csv"
        do {
            guard let text = try FileText.readIfPresent(path) else { return }
            let series = try RunSeries(table: CSVTable(text: text, file: path), file: path)
            let named = summary.cells.compactMap { cell in
                series.cells[cell.id].map { (name: label(cell.id, summary), bins: $0) }
            }
            for (page, curves) in pages(named, of: "the run over time").enumerated() {
                let stem = Self.stem("timeline", page: page)
                let title = "Throughput and p99 over time" + (named.count > curves.count ? ", part \(page + 1)" : "")
                let (script, table) = PlotScript.timeline(name: stem, title: title, curves: curves, run: run)
                try draw(stem, title: title, script: script, table: table)
            }
        } catch { warnings.append("time series: \(error)") }
    }

    private mutating func pages<T>(_ items: [T], of what: String) -> ArraySlice<ArraySlice<T>> {
        let size = PlotScript.pageSize
        let pages = stride(from: 0, to: items.count, by: size).map { items[$0..<min($0 + size, items.count)] }
        if pages.count > Self.mostPages {
            warnings.append("\(what): \(Self.mostPages * size) of \(items.count) cells were drawn")
        }
        return pages.prefix(Self.mostPages)
    }

    private func label(_ id: String, _ summary: Summary) -> String {
        guard let cell = summary.cells.first(where: { $0.id == id }) else { return id }
        let varying = SummaryTable.varyingColumns(summary)
        return ShownText.cell(cell, columns: varying, names: summary.identityColumns)
    }

    private static func stem(_ name: String, page: Int) -> String {
        let safe = String(name.map { $0.isASCII && ($0.isLetter || $0.isNumber) ? $0 : "-" })
        return page == 0 ? safe : "\(safe)-\(page + 1)"
    }

    private mutating func draw(_ name: String, title: String, script: String, table: CSVTable) throws(ReportError) {
        // The name becomes a path: a manifest from elsewhere must not choose one outside the run directory.
        guard !name.isEmpty, name.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-" || $0 == "_") })
        else {
            throw ReportError(file: "plot \(name)", reason: "a plot's name is made of letters, digits and hyphens")
        }
        let directory = runDirectory + "/plots"
        try FileText.makeDirectory(directory)
        try table.write(to: "\(directory)/\(name).csv")
        try FileText.write(script, to: "\(directory)/\(name).gp")
        guard let gnuplot else { return }
        try gnuplot.run(script: "\(name).gp", in: directory)
        let path = "\(directory)/\(name).svg"
        let svg = try FileText.read(path)
            .replacingOccurrences(of: "<title>Gnuplot</title>", with: "<title>\(HTML.escaped(title))</title>")
            .replacingOccurrences(of: "font-family=\"Helvetica\"", with: "font-family=\"Helvetica, Arial, sans-serif\"")
        try FileText.write(svg, to: path)
        drawn.append(Drawn(name: name, title: title, path: path, svg: svg))
    }
}
