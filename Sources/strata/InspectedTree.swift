import Foundation
import StrataBTree
import StrataDisk
import StrataLab
import StrataWAL

/// What the inspection of a tree file found, for people and for programs.
struct InspectedTree {
    let path: String
    let found: TreeInspection

    /// Throws the exit status of wrong usage where the file cannot be read.
    init(_ name: String, on disk: PosixDisk) throws {
        path = disk.path + "/" + name
        found = try answering { () throws(StorageError) in try TreeInspection(of: name, on: disk) }
    }

    /// By its name: none of those that a log gives its files. A snapshot is called what its owner likes.
    static func isTree(_ name: String) -> Bool {
        guard case .foreign = SegmentName(name) else { return false }
        return true
    }

    // MARK: Text

    var text: String {
        var text = ""
        func line(_ label: String, _ value: String) {
            text += label + String(repeating: " ", count: 13 - label.count) + value + "\n"
        }
        line("tree", "\(path): \(ShownSize.bytes(found.fileBytes))")
        for meta in found.metas {
            let what =
                switch (meta.verdict, meta.meta) {
                case (.refused(let error), _): "damaged: \(error)"
                case (_, let meta?): "commit \(meta.commit), through log entry \(meta.appliedIndex)"
                case (_, nil): "unreadable"
                }
            let isOpened = if case .newest = meta.verdict { true } else { false }
            line("meta page \(meta.slot)", what + (isOpened ? ", the newest" : ""))
        }
        if let survey = found.survey { text += details(survey) }
        for name in found.leftovers { line("left over", "\(name), which the next opening removes") }
        if found.isInUse { line("in use", "a process has it open: what is read may be changing") }
        return text + verdict
    }

    private func details(_ survey: TreeSurvey) -> String {
        var text = ""
        func line(_ label: String, _ value: String) {
            text += label + String(repeating: " ", count: 13 - label.count) + value + "\n"
        }
        let meta = survey.meta
        line("tree id", FindingText.hex(meta.treeID))
        line(
            "entries",
            "\(survey.entries): \(ShownSize.bytes(survey.keyBytes)) of keys, \(ShownSize.bytes(survey.valueBytes)) of values, "
                + "longest key \(ShownSize.bytes(survey.longestKey))")
        line(
            "pages",
            "\(meta.pages) of \(ShownSize.bytes(meta.pageBytes)), room for \(survey.reservedPages) more in the file")
        let share = Int((survey.freeShare * 100).rounded())
        let extents = ShownSize.count(survey.freeExtents.count, "run")
        line("free", "\(survey.freePages) pages in \(extents), \(share) %; their list takes \(survey.freeListPages)")
        if survey.overflowRuns > 0 {
            let values = ShownSize.count(survey.overflowRuns, "value")
            line("overflow", "\(values) in \(survey.overflowPages) pages, \(ShownSize.bytes(survey.overflowBytes))")
        }
        var levels = TextTable([("level", .left), ("pages", .right), ("entries", .right), ("fill", .right)])
        for level in survey.levels {
            let fill = Int((level.fill(pageBytes: meta.pageBytes) * 100).rounded())
            levels.add([
                level.level == 0 ? "leaves" : "\(level.level)", "\(level.pages)", "\(level.entries)", "\(fill) %",
            ])
        }
        if !levels.isEmpty { text += "\n" + levels.text + "\n" }
        return text
    }

    /// The last lines: intact or damaged, and what can be done.
    var verdict: String {
        guard !found.isClean else {
            return "intact: \(ShownSize.count(found.survey?.meta.pages ?? 0, "page")) checked or free\n"
        }
        var text = "damaged: \(ShownSize.count(found.problemCount, "problem"))\n"
        for problem in found.problems.prefix(20) { text += "  \(problem.kind.rawValue): \(problem)\n" }
        if found.problemCount > 20 { text += "  and \(found.problemCount - 20) more\n" }
        text += found.refusal == nil ? "it opens; damaged pages are errors when they are read\n" : "it does not open\n"
        return text
    }

    // MARK: CSV

    /// A row for each level; damage goes to standard error.
    func writeCSV() {
        print(CSVText.line(["level", "pages", "entries", "used_bytes", "fill"]), terminator: "")
        if let survey = found.survey {
            for level in survey.levels {
                let fill = NumberText.format(level.fill(pageBytes: survey.meta.pageBytes))
                let row = ["\(level.level)", "\(level.pages)", "\(level.entries)", "\(level.usedBytes)", fill]
                print(CSVText.line(row), terminator: "")
            }
        }
        StandardError.write(verdict)
    }

    // MARK: JSON

    var json: JSONText {
        var members: [(String, JSONText)] = [
            ("path", .text(path)), ("is_intact", .flag(found.isClean)), ("opens", .flag(found.refusal == nil)),
            ("is_open_elsewhere", .flag(found.isInUse)), ("file_bytes", .unsigned(found.fileBytes)),
            ("meta_pages", .array(found.metas.map(Self.meta))),
            ("left_over", .array(found.leftovers.map { .text($0) })),
        ]
        if let survey = found.survey { members += Self.members(survey) }
        members.append(("problem_count", .unsigned(UInt64(found.problemCount))))
        let problems = found.problems.map { problem in
            JSONText.object([
                ("kind", .text(problem.kind.rawValue)), ("page", .unsigned(UInt64(problem.page))),
                ("byte", .unsigned(problem.offset)), ("message", .text(problem.description)),
            ])
        }
        members.append(("problems", .array(problems)))
        return .object(members)
    }

    private static func meta(_ meta: TreeInspection.Meta) -> JSONText {
        var members: [(String, JSONText)] = [("slot", .number(Int64(meta.slot)))]
        switch meta.verdict {
        case .newest: members.append(("verdict", .text("newest")))
        case .older: members.append(("verdict", .text("older")))
        case .refused(let error): members += [("verdict", .text("damaged")), ("damage", .text("\(error)"))]
        }
        if let meta = meta.meta {
            members += [("commit", .unsigned(meta.commit)), ("applied_index", .unsigned(meta.appliedIndex))]
        }
        return .object(members)
    }

    private static func members(_ survey: TreeSurvey) -> [(String, JSONText)] {
        let meta = survey.meta
        let levels = survey.levels.map { level in
            JSONText.object([
                ("level", .number(Int64(level.level))), ("pages", .unsigned(level.pages)),
                ("entries", .unsigned(level.entries)), ("used_bytes", .unsigned(level.usedBytes)),
            ])
        }
        let largest = survey.largestValues.map { value in
            JSONText.object([
                ("key", .text(EscapedText.escape(value.key.span.bytes, limit: 256))),
                ("bytes", .number(Int64(value.size))), ("page", .unsigned(UInt64(value.page))),
                ("is_in_overflow", .flag(value.isInOverflow)),
            ])
        }
        return [
            ("tree_id", .text(FindingText.hex(meta.treeID))), ("commit", .unsigned(meta.commit)),
            ("applied_index", .unsigned(meta.appliedIndex)), ("page_bytes", .number(Int64(meta.pageBytes))),
            ("depth", .number(Int64(meta.depth))), ("pages", .unsigned(UInt64(meta.pages))),
            ("free_pages", .unsigned(survey.freePages)), ("reserved_pages", .unsigned(survey.reservedPages)),
            ("unaccounted_pages", .unsigned(survey.unaccountedPages)), ("entries", .unsigned(survey.entries)),
            ("key_bytes", .unsigned(survey.keyBytes)), ("value_bytes", .unsigned(survey.valueBytes)),
            ("overflow_pages", .unsigned(survey.overflowPages)), ("overflow_bytes", .unsigned(survey.overflowBytes)),
            ("is_complete", .flag(survey.isComplete)), ("levels", .array(levels)), ("largest_values", .array(largest)),
        ]
    }
}
