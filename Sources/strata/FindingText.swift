import StrataCodec
import StrataDisk
import StrataWAL

/// What an inspection found, in sentences.
enum FindingText {
    static func state(_ segment: InspectedSegment, _ inspection: LogInspection) -> String {
        let isTorn = if case .torn = inspection.verdict { true } else { false }
        if !segment.isKept { return isTorn ? "cut" : "given up" }
        if segment.bodyDamage != nil { return "damaged" }
        if segment.damage != nil { return isTorn ? "torn" : "damaged" }
        return "ok"
    }

    /// "lz4", "lz4 +12 none": the commonest codec first, each further one with its blocks.
    static func codecs(_ segment: InspectedSegment) -> String { codecs(segment.blocksByCodec) }

    private static func codecs(_ blocks: [Codec: UInt64]) -> String {
        let ranked = blocks.sorted { ($0.value, $1.key.rawValue) > ($1.value, $0.key.rawValue) }
        guard let first = ranked.first else { return "-" }
        return ([first.key.shown] + ranked.dropFirst().map { "+\($0.value) \($0.key.shown)" }).joined(separator: " ")
    }

    static func entries(_ inspection: LogInspection) -> String {
        inspection.entries == 0 ? "no entries" : "entries \(inspection.firstIndex)..\(inspection.lastIndex)"
    }

    /// Lines of "label  text".
    static func summary(_ inspection: LogInspection, isWholeLog: Bool) -> String {
        var text = ""
        func line(_ label: String, _ value: String) {
            text += label + String(repeating: " ", count: 13 - label.count) + value + "\n"
        }
        if isWholeLog {
            let segments = ShownSize.count(inspection.segments.count, "segment")
            line(
                "log", "\(inspection.path): \(entries(inspection)) in \(segments), \(ShownSize.bytes(inspection.size))")
            if let id = inspection.segments.lazy.compactMap({ $0.header?.logID }).first { line("log id", hex(id)) }
            var blocks: [Codec: UInt64] = [:]
            for segment in inspection.segments { blocks.merge(segment.blocksByCodec, uniquingKeysWith: +) }
            let sizes = "\(ShownSize.bytes(inspection.storedBytes)) stored for \(ShownSize.bytes(inspection.rawBytes))"
            line("compression", "\(codecs(blocks)), ratio \(ShownSize.ratio(inspection.ratio)): \(sizes)")
        }
        if inspection.entries > 0 {
            let behind = inspection.lastIndex - min(inspection.durableIndex, inspection.lastIndex)
            let note =
                behind == 0 || !isWholeLog
                ? "" : "; opening writes the \(behind) after it again, unless the policy is never"
            line("durable", "proven through \(inspection.durableIndex)\(note)")
        }
        for dictionary in inspection.dictionaries {
            line("dictionary", "\(dictionary.id), " + (dictionary.size.map { ShownSize.bytes($0) } ?? "unusable"))
        }
        for (label, kinds) in [("pool", isPool), ("set aside", isDropped), ("foreign", isForeign)] {
            let files = inspection.others.filter { kinds($0.kind) && !$0.name.hasPrefix("store.tree") }
            guard !files.isEmpty else { continue }
            let names = files.prefix(3).map(\.name).joined(separator: ", ") + (files.count > 3 ? " ..." : "")
            line(
                label,
                "\(ShownSize.count(files.count, "file")), \(ShownSize.bytes(files.reduce(0) { $0 + $1.size })): \(names)"
            )
        }
        for segment in inspection.segments {
            if let damage = segment.supersededDamage {
                line("superseded", "of no consequence, replaced by the next segment: \(damage)")
            }
        }
        if inspection.isOpenElsewhere == true { line("in use", "the log is open now: its end may be moving") }
        return text
    }

    private static func isPool(_ kind: SegmentName) -> Bool { if case .pool = kind { true } else { false } }
    private static func isDropped(_ kind: SegmentName) -> Bool { kind == .dropped }
    private static func isForeign(_ kind: SegmentName) -> Bool { kind == .foreign }

    /// The last lines: intact, torn or damaged, and what it means.
    static func verdict(_ inspection: LogInspection, isWholeLog: Bool) -> String {
        let damage = inspection.damage
        let checked = "\(ShownSize.count(inspection.blocks, "block")) checked"
        switch inspection.verdict {
        case .intact where damage.isEmpty: return "intact: \(checked)\n"
        case .torn(let place) where damage.isEmpty:
            let bytes = inspection.loss?.bytes ?? 0
            return """
                intact, with a torn end: \(checked). Opening cuts \(ShownSize.bytes(bytes)) that were never proven durable\
                \(lost(inspection.loss)):
                  \(place)

                """
        case .corrupt where isWholeLog:
            let kept = "`strata repair` keeps \(entries(inspection))"
            return problems(damage) + "\(kept)\(lost(inspection.loss, " and gives up"))\n"
        case .corrupt:
            return problems(damage)
                + "readable before it: \(entries(inspection))\(lost(inspection.loss, "; behind it:"))\n"
        case .intact, .torn:
            return problems(damage) + "the chain of blocks is whole, so there is nothing that `strata repair` can do\n"
        }
    }

    static func problems(_ damage: [StorageError]) -> String {
        let shown = damage.prefix(20).map { "  \($0)\n" }.joined()
        let more = damage.count > 20 ? "  and \(damage.count - 20) more\n" : ""
        return "damaged: \(ShownSize.count(damage.count, "place"))\n" + shown + more
    }

    /// ", entries 5..9 among them", and which of them are whole.
    static func lost(_ loss: LogInspection.Loss?, _ verb: String = " with") -> String {
        guard let entries = loss?.entries else { return "" }
        let range = entries.count == 1 ? "entry \(entries.lowerBound)" : "entries \(ranges([entries]))"
        let whole = loss?.wholeEntries ?? []
        return "\(verb) \(range)" + (whole.isEmpty ? "" : " (\(ranges(whole)) can still be read)")
    }

    private static func ranges(_ ranges: [ClosedRange<UInt64>]) -> String {
        let shown = ranges.prefix(5).map { "\($0.lowerBound)..\($0.upperBound)" }.joined(separator: ", ")
        return ranges.count > 5 ? shown + " ..." : shown
    }

    static func hex(_ value: some FixedWidthInteger & UnsignedInteger) -> String {
        let digits = String(value, radix: 16)
        return "0x" + String(repeating: "0", count: value.bitWidth / 4 - digits.count) + digits
    }
}

extension Codec {
    /// As `strata bench` writes them.
    var shown: String {
        switch self {
        case .none: "none"
        case .lz4: "lz4"
        case .zstd: "zstd"
        case .zstdDictionary: "zstd+dictionary"
        }
    }
}

extension BlockHeader {
    /// `firstIndex - 1` in a block without entries.
    var lastIndex: UInt64 { firstIndex &+ UInt64(count) &- 1 }
    var ratio: Double? { storedSize > 0 ? Double(rawSize) / Double(storedSize) : nil }
}
