import TOMLKit

/// Reads `[[plot]]` entries.
struct PlotReader {
    let file: String
    let lines: SourceLines
    let measure: Measure

    private static let keys = ["name", "kind", "title", "x", "y", "series", "log_x", "log_y", "phase"]

    func plots(_ root: TOMLTable) throws(ExperimentError) -> [PlotSpecification] {
        guard let value = root["plot"] else { return [] }
        guard let array = value.array else { throw error(nil, 0, "plots are written [[plot]]") }
        var plots: [PlotSpecification] = []
        for (index, element) in array.enumerated() {
            guard let table = element.table else { throw error(nil, index, "plots are written [[plot]]") }
            let plot = try plot(table, index)
            guard !plots.contains(where: { $0.name == plot.name }) else {
                throw error("name", index, "two plots are named \"\(plot.name)\"")
            }
            plots.append(plot)
        }
        return plots
    }

    private func plot(_ table: TOMLTable, _ index: Int) throws(ExperimentError) -> PlotSpecification {
        for key in table.keys where !Self.keys.contains(key) {
            throw error(key, index, "unknown key \"\(key)\" in [[plot]]", Suggestion.nearest(to: key, in: Self.keys))
        }
        let name = try string("name", table, index)
        guard name.allSatisfy({ $0.isASCII && ($0.isLowercase || $0.isNumber || $0 == "-") }) else {
            throw error("name", index, "a plot's name is its file's: lower-case letters, digits and hyphens")
        }
        let kindName = try string("kind", table, index)
        guard let kind = PlotSpecification.Kind(rawValue: kindName) else {
            let kinds = PlotSpecification.Kind.allCases.map(\.rawValue)
            throw error(
                "kind", index, "kind \"\(kindName)\": expected \(kinds.joined(separator: ", "))",
                Suggestion.nearest(to: kindName, in: kinds))
        }
        var series: [String] = []
        if let value = table["series"] {
            for element in value.array.map({ Array($0).map { $0 as any TOMLValueConvertible } }) ?? [value] {
                guard let text = element.string else { throw error("series", index, "series are names of columns") }
                try checkColumn(text, "series", index)
                series.append(text)
            }
        }
        let x = try string("x", table, index)
        let y = try string("y", table, index)
        if kind != .scatter { try checkColumn(x, "x", index) } else { try checkMetric(x, "x", index) }
        try checkMetric(y, "y", index)
        return .init(
            name: name, kind: kind, title: try string("title", table, index), x: x, y: y, series: series,
            logX: try flag("log_x", table, index), logY: try flag("log_y", table, index),
            phase: table["phase"] == nil ? nil : try string("phase", table, index))
    }

    private func checkColumn(_ name: String, _ key: String, _ index: Int) throws(ExperimentError) {
        let known = Axis.allCases.filter(measure.uses).map(\.rawValue) + ["phase", "metric", "role", "round", "fs"]
        guard known.contains(name) else {
            throw error(
                key, index, "\(key) \"\(name)\" is no column of this measure", Suggestion.nearest(to: name, in: known))
        }
    }

    private func checkMetric(_ name: String, _ key: String, _ index: Int) throws(ExperimentError) {
        let metric = String(name.prefix { $0 != "." })
        let known = Metric.names(of: measure)
        // A durability probe may bring metrics of its own.
        guard known.contains(metric) || measure == .durability else {
            throw error(
                key, index, "\(key) \"\(name)\" is no metric of this measure", Suggestion.nearest(to: metric, in: known)
            )
        }
    }

    private func string(_ key: String, _ table: TOMLTable, _ index: Int) throws(ExperimentError) -> String {
        guard let text = table[key]?.string, !text.isEmpty else {
            throw error(key, index, "[[plot]] needs \(key) = \"...\"")
        }
        return text
    }

    private func flag(_ key: String, _ table: TOMLTable, _ index: Int) throws(ExperimentError) -> Bool {
        guard let value = table[key] else { return false }
        guard let flag = value.bool else { throw error(key, index, "\(key) is true or false") }
        return flag
    }

    private func error(
        _ key: String?, _ index: Int, _ message: String, _ suggestion: String? = nil
    ) -> ExperimentError {
        let line = key.flatMap { lines.key($0, in: "plot", index) } ?? lines.section("plot", index)
        return .init(file: file, line: line, message: message, suggestion: suggestion)
    }
}
