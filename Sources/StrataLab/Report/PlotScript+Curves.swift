import Foundation

/// The plots that every run has: latency by percentile, and the run over time. A page shows at most `pageSize` cells.
extension PlotScript {
    /// As many as the palette tells apart.
    static let pageSize = palette.count

    struct NamedCurve {
        var name: String
        var curve: HistogramFiles.Curve
    }

    static func percentiles(name: String, title: String, metric: String, curves: ArraySlice<NamedCurve>, run: String)
        -> (script: String, table: CSVTable)
    {
        let files = curves.reduce(0) { $0 + $1.curve.files }
        var script = PlotScript(
            name: name, title: title,
            footer: "plots/\(name).csv" + (run.isEmpty ? "" : "   |   run \(run)")
                + "   |   \(files) histograms, merged per cell")
        let labels = curves.map { ShownText.shortened($0.name, to: longestLabel) }
        let legend = script.legend(labels, title: "")
        var table = CSVTable(header: ["series_index", "series", "fraction", "reciprocal", "value_us"])
        var highest = 0.0
        var lowest = Double.infinity
        var furthest = 10.0
        for (index, curve) in curves.enumerated() {
            for point in curve.curve.histogram.curve {
                // A latency below the clock's resolution is drawn at 1 ns: zero has no place on a logarithmic axis.
                let value = max(point.value, 0.001)
                highest = max(highest, value)
                if point.reciprocal >= 2 { lowest = min(lowest, value) }
                furthest = max(furthest, point.reciprocal)
                table.rows.append([
                    "\(index)", curve.name, NumberText.format(1 - 1 / point.reciprocal),
                    NumberText.format(point.reciprocal), NumberText.format(value),
                ])
            }
        }
        script.yAxis(.logarithmic(lowest.isFinite ? lowest : 1, max(highest, 1)), title: "\(metric) (us)")
        let nines = (1...9).prefix { pow(10, Double($0)) <= furthest * 1.01 }
        // From the median on: the faster half would take a third of the plot to say little.
        let ticks =
            [(position: 2.0, label: "50 %")]
            + nines.map { (position: pow(10, Double($0)), label: percentileLabel(nines: $0)) }
        var axis = PlotTicks.at(ticks, logarithmic: true)
        axis.range = 2...max(furthest * 1.1, 11)
        script.xAxis(axis, title: "percentile", room: width * (1 - left) - legend)
        let plots = labels.enumerated().map { index, label in
            "\(quoted(name + ".csv")) skip 1 using 4:($1==\(index)?$5:NaN) with lines linecolor rgb \(colour(index)) "
                + "linewidth 2 title \(quoted(label)) noenhanced"
        }
        script.add("plot " + (table.rows.isEmpty ? "NaN notitle" : plots.joined(separator: ", \\\n     ")))
        return (script.text, table)
    }

    /// 1: "90 %", 3: "99.9 %".
    private static func percentileLabel(nines: Int) -> String {
        nines == 1 ? "90 %" : "99" + (nines > 2 ? "." + String(repeating: "9", count: nines - 2) : "") + " %"
    }

    /// Throughput above, p99 below, over the same time.
    static func timeline(
        name: String, title: String, curves: ArraySlice<(name: String, bins: [RunSeries.Bin])>, run: String
    )
        -> (script: String, table: CSVTable)
    {
        var script = PlotScript(
            name: name, title: "",
            footer: "plots/\(name).csv" + (run.isEmpty ? "" : "   |   run \(run)")
                + "   |   medians over rounds, warm-up included")
        let labels = curves.map { ShownText.shortened($0.name, to: longestLabel) }
        var table = CSVTable(header: ["series_index", "series", "t_s", "ops_per_s", "p99_us"])
        for (index, curve) in curves.enumerated() {
            for bin in curve.bins {
                table.rows.append([
                    "\(index)", curve.name, NumberText.format(bin.end), NumberText.format(bin.rate),
                    bin.p99.map { NumberText.format($0) } ?? "",
                ])
            }
        }
        let bins = curves.flatMap(\.bins)
        let rates = bins.map(\.rate).filter { $0 > 0 }
        let tails = bins.compactMap(\.p99).filter { $0 > 0 }
        let latest = bins.map(\.end).max() ?? 1
        func plot(_ column: Int) -> String {
            let lines = labels.enumerated().map { index, label in
                "\(quoted(name + ".csv")) skip 1 using 3:($1==\(index)?$\(column):NaN) with lines "
                    + "linecolor rgb \(colour(index)) linewidth 1.5 title \(quoted(label)) noenhanced"
            }
            return "plot " + lines.joined(separator: ", \\\n     ")
        }
        let spread = (rates.max() ?? 1) / (rates.min() ?? 1)
        let rateTicks: PlotTicks =
            spread > 30 ? .logarithmic(rates.min() ?? 1, rates.max() ?? 1) : .linear(upTo: rates.max() ?? 1)
        script.add("set multiplot title \(quoted(ShownText.shortened(title, to: 100))) font ',16' noenhanced")
        script.add("unset title")
        script.legend(labels, title: "")
        script.add("set tmargin at screen 0.90\nset bmargin at screen 0.555")
        var time = PlotTicks.linear(upTo: latest, tight: true)
        let named = time
        // The lower panel has the same axis and names it.
        time.ticks = time.ticks.map { ($0.position, "") }
        script.axis("x", time, title: "")
        script.yAxis(rateTicks, title: "throughput (ops/s)")
        script.add(rates.isEmpty ? "plot NaN notitle" : plot(4))
        script.add("unset label 1\nunset key\nset tmargin at screen 0.50\nset bmargin at screen 0.175")
        script.axis("x", named, title: "time (s)")
        script.add("set xlabel offset 0,0.3")
        script.yAxis(.logarithmic(tails.min() ?? 1, tails.max() ?? 10), title: "p99 (us)")
        script.add(tails.isEmpty ? "plot NaN notitle" : plot(5))
        script.add("unset multiplot")
        return (script.text, table)
    }
}
