/// States in words, for whoever reads the failure.
extension CrashStates {
    /// One line on the power cut, and one on each change that it decided over.
    func describe(_ id: CrashState.ID) -> String {
        var text = "no such state: \(id)"
        let names = fileNames
        walk(id.point..<id.point + 1) { moment in
            var kept = UnitSet()
            id.recipe.fill(&kept, for: moment.stored)
            let call = moment.step.map { Self.describe($0, names) } ?? "after the last call"
            text = "state \(id): power cut at I/O point \(moment.point) (\(call)), \(moment.markCount) acknowledged"
            var unit = 0
            for change in moment.stored.pending {
                let units = unit..<unit + change.unitCount
                unit = units.upperBound
                text += "\n  \(change.point < 0 ? "before" : "#\(change.point)") \(Self.describe(change.kind, names)): "
                text += change.fate == .certain ? "durable" : Self.describe(units, of: change, kept)
                if change.fate == .unknown { text += " (its sync failed)" }
            }
        }
        return text
    }

    /// The first name of each inode.
    private var fileNames: [Int: String] {
        var names: [Int: String] = [:]
        for (name, file) in trace.start.names { names[file] = name }
        var changes = trace.start.pending.map(\.kind)
        for case .step(let step) in trace.entries { if let change = step.change { changes.append(change) } }
        for case .create(let file, let name) in changes where names[file] == nil { names[file] = name }
        return names
    }

    private static func describe(_ step: DiskTrace.Step, _ names: [Int: String]) -> String {
        var words: [String] = []
        if let change = step.change { words.append(describe(change, names)) }
        switch step.completion {
        case .none: if words.isEmpty { words.append("a call without effect") }
        case .writtenThrough: words.append("written through")
        case .writeThroughFailed: words.append("writing through failed")
        case .synced(let file): words.append("sync \(names[file] ?? "?")")
        case .syncFailed(let file): words.append("failed sync \(names[file] ?? "?")")
        case .directorySynced: words.append("sync directory")
        case .directorySyncFailed: words.append("failed sync directory")
        }
        return words.joined(separator: ", ")
    }

    private static func describe(_ kind: PendingChange.Kind, _ names: [Int: String]) -> String {
        let name = { (file: Int) in names[file] ?? "inode \(file)" }
        return switch kind {
        case .write(let file, let offset, let bytes, let grows):
            "write \(name(file)) \(offset)..<\(offset + bytes.count)\(grows ? " growing it" : "")"
        case .resize(let file, let size): "resize \(name(file)) to \(size)"
        case .create(_, let created): "create \(created)"
        case .rename(_, let from, let to): "rename \(from) to \(to)"
        case .remove(_, let removed): "remove \(removed)"
        }
    }

    private static func describe(_ units: Range<Int>, of change: PendingChange, _ kept: UnitSet) -> String {
        let count = units.count { kept.contains($0) }
        if count == units.count { return "kept" }
        if count == 0 { return "dropped" }
        guard case .write(_, _, _, let grows) = change.kind else { return "torn" }
        let sectors = grows ? units.dropLast() : units
        var runs: [String] = []
        kept.forEachRun(in: sectors) { run in
            let (first, last) = (run.lowerBound - units.lowerBound, run.upperBound - 1 - units.lowerBound)
            runs.append(first == last ? "\(first)" : "\(first)-\(last)")
        }
        let size = grows ? (kept.contains(units.upperBound - 1) ? ", size kept" : ", size dropped") : ""
        let list = runs.isEmpty ? "none" : runs.joined(separator: ", ")
        return "torn: of sectors 0-\(sectors.count - 1) kept \(list)\(size)"
    }
}
