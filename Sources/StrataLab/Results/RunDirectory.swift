import Foundation

/// One run on disk: makes it, opens it again, says what it holds already. `ResultSchema` has the drawing.
package struct RunDirectory: Sendable {
    package let path: String

    package init(path: String) { self.path = path }

    package func file(_ name: String) -> String { "\(path)/\(name)" }

    /// Makes the directory with its experiment and manifest. Throws where it holds a run already.
    package func create(_ manifest: Manifest, experiment text: String) throws {
        guard !FileManager.default.fileExists(atPath: file(ResultSchema.manifest)) else {
            throw ResultsError(
                file: path,
                message: "holds a run already; choose another --out, or continue that one with --resume \(path)")
        }
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        try text.write(toFile: file(ResultSchema.experiment), atomically: true, encoding: .utf8)
        try write(manifest)
    }

    package func write(_ manifest: Manifest) throws {
        try manifest.json().write(to: URL(fileURLWithPath: file(ResultSchema.manifest)), options: .atomic)
    }

    package func manifest() throws -> Manifest {
        guard let data = FileManager.default.contents(atPath: file(ResultSchema.manifest)) else {
            throw ResultsError(file: path, message: "is no run directory: it has no \(ResultSchema.manifest)")
        }
        do {
            return try Manifest(json: data)
        } catch {
            throw ResultsError(file: file(ResultSchema.manifest), message: "does not read as a manifest: \(error)")
        }
    }

    /// The experiment as this run has it: its own copy of the file, with the run's overrides.
    package func experiment(_ manifest: Manifest) throws -> Experiment {
        let path = file(ResultSchema.experiment)
        guard let data = FileManager.default.contents(atPath: path) else {
            throw ResultsError(file: path, message: "cannot be read")
        }
        var experiment = try Experiment(
            text: String(decoding: data, as: UTF8.self), file: path, quick: manifest.isQuick)
        experiment.name = manifest.experiment
        for text in manifest.overrides { try experiment.apply(override: text) }
        return experiment
    }

    /// The sets of rows that are complete. Cuts off the file what an interruption left behind the last of them.
    package func repairResults() throws -> Set<Schedule.Key> {
        let path = file(ResultSchema.results)
        guard let data = FileManager.default.contents(atPath: path) else { return [] }
        let text = String(decoding: data, as: UTF8.self)
        // A row without its line end was being written.
        let whole = text.utf8.lastIndex(of: UInt8(ascii: "\n")).map { text[...$0] } ?? ""
        guard !whole.isEmpty else {
            try FileManager.default.removeItem(atPath: path)
            return []
        }
        let rows = try ResultsReader.rows(parsing: String(whole), file: path)
        let kept = rows.lastIndex { $0.endsSet }.map { $0 + 1 } ?? 0
        if kept < rows.count || whole.utf8.count < text.utf8.count {
            let lines = whole.split(separator: "\n").prefix(kept + 1)  // one header, then a line for every row
            try (lines.joined(separator: "\n") + "\n").write(toFile: path, atomically: true, encoding: .utf8)
        }
        let complete = Set(rows[..<kept].map(Schedule.Key.init))
        try repairSeries(complete)
        return complete
    }

    /// Bins are written before their rows, so some may belong to a cell that will be measured again.
    private func repairSeries(_ complete: Set<Schedule.Key>) throws {
        let path = file(ResultSchema.series)
        guard let data = FileManager.default.contents(atPath: path) else { return }
        let text = String(decoding: data, as: UTF8.self)
        var lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        let isTorn = lines.popLast().map { !$0.isEmpty } ?? false
        let kept = lines.enumerated().filter { index, line in
            if index == 0 { return true }
            let fields = line.split(separator: ",", omittingEmptySubsequences: false)
            guard fields.count == ResultSchema.seriesHeader.count, let round = Int(fields[2]) else { return false }
            let isControl = fields[1] == ResultRow.Role.control.rawValue
            return complete.contains(.init(round: round, cellID: String(fields[0]), isControl: isControl))
        }
        guard isTorn || kept.count < lines.count else { return }
        try (kept.map(\.element).joined(separator: "\n") + "\n").write(toFile: path, atomically: true, encoding: .utf8)
    }
}
