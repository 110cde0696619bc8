import TOMLKit

/// From TOML to an experiment: every key and value is checked, and what is wrong is named with its line.
extension Experiment {
    /// `file` is the path for messages; the experiment's name is its last part without `.toml`. With `quick`, `[quick]`
    /// replaces dials and the `quick_` keys of `[run]` their namesakes.
    package init(
        text: String, file: String, quick: Bool = false, words: Vocabulary = .standard
    ) throws(ExperimentError) {
        let root: TOMLTable
        do {
            root = try TOMLTable(string: text)
        } catch let error as TOMLParseError {
            throw .init(file: file, line: error.source.begin.line, message: error.description)
        } catch {
            throw .init(file: file, message: "\(error)")
        }
        var reader = ExperimentReader(root: root, file: file, lines: SourceLines(text), words: words)
        self = try reader.experiment(text: text, quick: quick)
    }
}

/// One pass over the tables of a file.
private struct ExperimentReader {
    let root: TOMLTable
    let file: String
    let lines: SourceLines
    let words: Vocabulary
    var measure = Measure.throughput

    private static let topKeys = [
        "question", "measure", "axes", "quick", "run", "baseline", "exclude", "include", "plot",
    ]

    mutating func experiment(text: String, quick: Bool) throws(ExperimentError) -> Experiment {
        try refuseUnknown(root.keys, known: Self.topKeys, in: "")
        guard text.drop(while: { $0.isWhitespace }).hasPrefix("#") else {
            throw error(1, "an experiment opens with a comment: the question that it answers")
        }
        let question = try string(root, "question", in: "", required: true)
        let measureName = try string(root, "measure", in: "", required: false) ?? Measure.throughput.rawValue
        measure = try choice(measureName, key: "measure", in: "")

        var dials: [Experiment.Dial] = []
        let axes = try table("axes")
        for key in lines.order(in: "axes") + axes.keys.filter({ !lines.order(in: "axes").contains($0) }) {
            dials.append(try dial(key, axes, in: "axes"))
        }
        let overrides = try table("quick")
        for key in overrides.keys {
            let replacement = try dial(key, overrides, in: "quick")
            guard quick else { continue }
            if let index = dials.firstIndex(where: { $0.axis == replacement.axis }) {
                dials[index] = replacement
            } else {
                dials.append(replacement)
            }
        }
        var result = Experiment(name: Self.name(of: file), question: question ?? "", measure: measure, dials: dials)
        result.source = text
        result.run = try runSettings(quick: quick)
        let baseline = try table("baseline")
        for key in baseline.keys {
            let dial = try dial(key, baseline, in: "baseline")
            guard dial.values.count == 1 else {
                throw error(lines.key(key, in: "baseline"), "a baseline has one value a dial")
            }
            result.baseline[dial.axis] = dial.values[0]
        }
        result.excludes = try filters("exclude")
        result.includes = try filters("include")
        result.plots = try PlotReader(file: file, lines: lines, measure: measure).plots(root)
        return result
    }

    static func name(of file: String) -> String {
        let last = file.split(separator: "/").last.map(String.init) ?? file
        return last.hasSuffix(".toml") ? String(last.dropLast(5)) : last
    }

    private func error(_ line: Int?, _ message: String, _ suggestion: String? = nil) -> ExperimentError {
        .init(file: file, line: line, message: message, suggestion: suggestion)
    }

    private func refuseUnknown(_ keys: [String], known: [String], in section: String) throws(ExperimentError) {
        for key in keys where !known.contains(key) {
            let place = section.isEmpty ? "" : " in [\(section)]"
            let line = lines.key(key, in: section) ?? lines.section(key)
            throw error(line, "unknown key \"\(key)\"\(place)", Suggestion.nearest(to: key, in: known))
        }
    }

    private func table(_ name: String) throws(ExperimentError) -> TOMLTable {
        guard let value = root[name] else { return TOMLTable() }
        guard let table = value.table else {
            throw error(lines.section(name), "\"\(name)\" must be a table: [\(name)]")
        }
        return table
    }

    private func string(
        _ table: TOMLTable, _ key: String, in section: String, required: Bool
    ) throws(ExperimentError) -> String? {
        guard let value = table[key] else {
            if required { throw error(nil, "\"\(key)\" is missing") }
            return nil
        }
        guard let text = value.string, !text.isEmpty else {
            throw error(lines.key(key, in: section), "\"\(key)\" must be a string")
        }
        return text
    }

    private func choice<T: RawRepresentable & CaseIterable>(
        _ text: String, key: String, in section: String
    ) throws(ExperimentError) -> T where T.RawValue == String {
        if let value = T(rawValue: text) { return value }
        let names = T.allCases.map(\.rawValue)
        throw error(
            lines.key(key, in: section), "\(key) \"\(text)\": expected \(names.joined(separator: ", "))",
            Suggestion.nearest(to: text, in: names))
    }

    /// One dial of `[axes]`, `[quick]`, `[baseline]` or a filter, its values in canonical text.
    private func dial(
        _ key: String, _ table: TOMLTable, in section: String, _ occurrence: Int = 0
    ) throws(ExperimentError) -> Experiment.Dial {
        let line = lines.key(key, in: section, occurrence) ?? lines.section(section, occurrence)
        guard let axis = Axis(rawValue: key) else {
            let known = Axis.allCases.map(\.rawValue)
            throw error(line, "unknown axis \"\(key)\"", Suggestion.nearest(to: key, in: known))
        }
        guard measure.uses(axis) else { throw error(line, "\(key) changes nothing in measure \"\(measure.rawValue)\"") }
        guard let value = table[key] else { throw error(line, "\(key) has no value") }
        let elements = value.array.map { Array($0).map { $0 as any TOMLValueConvertible } } ?? [value]
        var texts: [String] = []
        for element in elements {
            guard let text = element.string ?? element.int.map(String.init) else {
                throw error(line, "\(key): values are strings or whole numbers, found \(element.debugDescription)")
            }
            var cell = Cell()
            do {
                try cell.set(axis, to: text, in: words)
            } catch let problem {
                throw error(
                    lines.value(text, of: key, in: section, occurrence),
                    "\(key) \"\(text)\": expected \(problem.expected)",
                    problem.suggestion)
            }
            guard !texts.contains(cell.text(axis)) else { throw error(line, "\(key): \"\(text)\" stands there twice") }
            texts.append(cell.text(axis))
        }
        guard !texts.isEmpty else { throw error(line, "\(key) is an empty list") }
        return .init(axis: axis, values: texts)
    }

    private func filters(_ name: String) throws(ExperimentError) -> [CellFilter] {
        guard let value = root[name] else { return [] }
        guard let array = value.array else {
            throw error(lines.section(name), "\"\(name)\" must be written [[\(name)]]")
        }
        var result: [CellFilter] = []
        for (index, element) in array.enumerated() {
            guard let table = element.table, !table.isEmpty else {
                throw error(lines.section(name, index), "[[\(name)]] names no dial, so it would match every cell")
            }
            var values: [Axis: [String]] = [:]
            for key in table.keys {
                let dial = try dial(key, table, in: name, index)
                values[dial.axis] = dial.values
            }
            result.append(CellFilter(values: values))
        }
        return result
    }

    private func runSettings(quick: Bool) throws(ExperimentError) -> RunSettings {
        let table = try table("run")
        let known = ["rounds", "seconds", "warmup_seconds"]
        try refuseUnknown(table.keys, known: known + known.map { "quick_" + $0 } + ["seed"], in: "run")
        func number(_ key: String, _ range: ClosedRange<Double>) throws(ExperimentError) -> Double? {
            var found: Double?
            for name in ["quick_" + key, key] {
                guard let value = table[name] else { continue }
                guard let number = value.double ?? value.int.map(Double.init), range.contains(number) else {
                    let bounds = "\(NumberText.format(range.lowerBound)) to \(NumberText.format(range.upperBound))"
                    throw error(lines.key(name, in: "run"), "\(name): expected a number of \(bounds)")
                }
                if name == key { found = found ?? number } else if quick { found = number }
            }
            return found
        }
        var run = RunSettings()
        if let rounds = try number("rounds", 1...10_000) { run.rounds = Int(rounds) }
        if let seconds = try number("seconds", 0.05...86_400) { run.seconds = seconds }
        if let seconds = try number("warmup_seconds", 0...3600) { run.warmupSeconds = seconds }
        if let value = table["seed"] {
            guard let seed = value.int, seed >= 0 else {
                throw error(lines.key("seed", in: "run"), "seed: expected a whole number of 0 or more")
            }
            run.seed = UInt64(seed)
        }
        return run
    }
}
