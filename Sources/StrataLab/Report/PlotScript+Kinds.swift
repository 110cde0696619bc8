import Foundation

extension PlotScript {
    static let dataHeader = [
        "series_index", "series", "x_label", "x", "x_lo", "x_hi", "y", "y_lo", "y_hi", "n", "x_drawn", "label",
    ]

    /// The drawing of `data`, and the table that it is drawn from. `x_drawn` is x moved aside, for bars of one group.
    static func make(_ data: PlotData, run: String) -> (script: String, table: CSVTable) {
        let name = data.specification.name
        var script = PlotScript(
            name: name, title: data.specification.title, footer: footer("plots/\(name).csv", data, run: run))
        let series = data.series.map { ShownText.shortened($0, to: longestLabel) }
        let legend = script.legend(series, title: data.seriesTitle)
        let room = width * (1 - left) - legend

        let highest = data.points.map { $0.yInterval?.high ?? $0.y }.reduce(0) { max($0, $1) }
        let lowest = data.points.map { $0.yInterval?.low ?? $0.y }.filter { !data.specification.logY || $0 > 0 }
            .reduce(.infinity) { min($0, $1) }
        let logY = data.specification.logY && !data.points.isEmpty
        // Bars stand on a power of ten: their length has no meaning of its own on a logarithmic axis.
        let isBars = data.specification.kind == .bars
        let floor = isBars && lowest.isFinite ? pow(10, log10(max(lowest, 1e-12)).rounded(.down)) * 1.6 : lowest
        script.yAxis(
            logY ? .logarithmic(floor, highest) : .linear(upTo: highest, from: lowest.isFinite ? lowest : 0),
            title: data.yTitle)
        script.xAxis(xTicks(data), title: data.xTitle, room: room)

        let slot = 0.8 / Double(max(data.series.count, 1))
        if isBars { script.add("set boxwidth \(number(slot * 0.92))\nset style fill solid 1.0 noborder") }
        var table = CSVTable(header: dataHeader)
        for point in data.points {
            let drawn = isBars ? point.x - 0.4 + slot * (Double(point.series) + 0.5) : point.x
            func text(_ value: Double?) -> String { value.map { NumberText.format($0) } ?? "" }
            table.rows.append([
                "\(point.series)", data.series[point.series], point.xLabel, text(point.x), text(point.xInterval?.low),
                text(point.xInterval?.high), text(point.y), text(point.yInterval?.low), text(point.yInterval?.high),
                "\(point.count)", text(drawn), ShownText.shortened(point.label, to: longestLabel),
            ])
        }
        script.add("plot " + plots(data, series: series, file: name + ".csv").joined(separator: ", \\\n     "))
        return (script.text, table)
    }

    private static func xTicks(_ data: PlotData) -> PlotTicks {
        if !data.categories.isEmpty {
            let ticks = data.categories.enumerated().map { index, label in
                (position: Double(index), label: ShownText.shortened(label, to: 28))
            }
            return PlotTicks(range: -0.6...Double(ticks.count) - 0.4, ticks: ticks, isLogarithmic: false)
        }
        let logX = data.specification.logX && !data.points.isEmpty
        var positions: [(position: Double, label: String)] = []
        for point in data.points where !positions.contains(where: { $0.position == point.x }) && !point.xLabel.isEmpty {
            positions.append((point.x, point.xLabel))
        }
        positions.sort { $0.position < $1.position }
        // The values of the dial themselves, where they are few and not crowded.
        if !positions.isEmpty, positions.count <= (logX ? 14 : 7) { return .at(positions, logarithmic: logX) }
        let highest = data.points.map { $0.xInterval?.high ?? $0.x }.reduce(0) { max($0, $1) }
        let lowest = data.points.map { $0.xInterval?.low ?? $0.x }.filter { !logX || $0 > 0 }
            .reduce(.infinity) { min($0, $1) }
        return logX ? .logarithmic(lowest, highest) : .linear(upTo: highest, from: lowest.isFinite ? lowest : 0)
    }

    private static func plots(_ data: PlotData, series: [String], file: String) -> [String] {
        var plots: [String] = []
        for (index, name) in series.enumerated() {
            let mine = data.points.filter { $0.series == index }
            guard !mine.isEmpty else { continue }
            let pick = "($1==\(index)?$11:NaN)"
            let style = "linecolor rgb \(colour(index))"
            let source = "\(quoted(file)) skip 1 using "
            let title = "title \(quoted(name)) noenhanced"
            let hasErrors = mine.contains { $0.yInterval != nil }
            switch data.specification.kind {
            case .bars:
                plots.append("\(source)\(pick):7 with boxes \(style) fillstyle \(fill(index)) \(title)")
                if hasErrors { plots.append("\(source)\(yErrors(pick)) linecolor rgb '#333333' notitle") }
            case .lines:
                let line = "\(style) linewidth 2 dashtype \(dash(index)) pointtype \(pointType(index)) pointsize 0.7"
                if hasErrors { plots.append("\(source)\(yErrors(pick)) \(style) notitle") }
                plots.append("\(source)\(pick):7 with linespoints \(line) \(title)")
            case .scatter:
                if hasErrors { plots.append("\(source)\(yErrors(pick)) \(style) notitle") }
                if mine.contains(where: { $0.xInterval != nil }) {
                    let from = pick.replacingOccurrences(of: "$11", with: "$5")
                    plots.append("\(source)\(from):7:($6-$5):(0) with vectors \(caps) \(style) notitle")
                }
                plots.append(
                    "\(source)\(pick):7 with points \(style) pointtype \(pointType(index)) pointsize 1.1 \(title)")
                if data.points.count <= mostLabels, mine.contains(where: { !$0.label.isEmpty }) {
                    // Neighbouring series label above and below, so that close points keep theirs apart.
                    let aside = index % 2 == 0 ? "0.9,0.55" : "0.9,-0.6"
                    plots.append(
                        "\(source)\(pick):7:12 with labels left offset \(aside) font ',10' textcolor rgb '#444444' "
                            + "noenhanced notitle")
                }
            }
        }
        // gnuplot refuses a plot of nothing; an empty pair of axes says that there are no values.
        return plots.isEmpty ? ["NaN notitle"] : plots
    }

    /// Error bars are drawn as arrows with flat heads: gnuplot's own clear a white disc behind their middle.
    private static let caps = "heads size screen 0.005,90 nofilled"

    private static func yErrors(_ pick: String) -> String { "\(pick):8:(0):($9-$8) with vectors \(caps)" }

    /// More labels beside points would cover each other.
    private static let mostLabels = 28

    private static func fill(_ series: Int) -> String {
        series < palette.count ? "solid 1.0 noborder" : "pattern \(series / palette.count + 3) noborder"
    }

    private static func footer(_ file: String, _ data: PlotData, run: String) -> String {
        var parts = [file]
        if !run.isEmpty { parts.append("run \(run)") }
        if let rounds = data.rounds {
            let count =
                rounds.lowerBound == rounds.upperBound
                ? "\(rounds.lowerBound)" : "\(rounds.lowerBound)-\(rounds.upperBound)"
            let hasErrors = data.points.contains { $0.yInterval != nil }
            parts.append("medians of \(count) rounds" + (hasErrors ? ", bars: 95 % interval" : ", no intervals"))
        }
        if data.dropped > 0 { parts.append("\(data.dropped) zeros not shown on a logarithmic axis") }
        return parts.joined(separator: "   |   ")
    }
}
