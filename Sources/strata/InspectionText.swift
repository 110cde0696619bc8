import StrataWAL

/// Aligned tables and findings in sentences.
final class InspectionText: InspectionOutput {
    private let rows: InspectionRows
    private var blocks = TextTable([
        ("segment", .left), ("byte", .right), ("entries", .left), ("count", .right), ("raw", .right),
        ("stored", .right),
        ("ratio", .right), ("codec", .left), ("crc32c", .left), ("durable through", .right),
    ])
    private var hasEntries = false

    init(rows: InspectionRows) { self.rows = rows }

    func add(_ block: InspectedBlock) {
        let header = block.header
        blocks.add([
            block.segment, "\(block.offset)",
            header.count == 0 ? "(orderly close)" : "\(header.firstIndex)..\(header.lastIndex)", "\(header.count)",
            "\(header.rawSize)", "\(header.storedSize)", ShownSize.ratio(header.ratio), header.codec.shown,
            FindingText.hex(header.crc), "\(header.durableIndex)",
        ])
    }

    /// As it comes: a log may have more entries than memory.
    func add(_ entry: ListedEntry) {
        func right(_ text: String, _ width: Int) -> String {
            String(repeating: " ", count: max(0, width - text.count)) + text
        }
        if !hasEntries { print("     index  kind      size  payload") }
        hasEntries = true
        print(
            "\(right("\(entry.index)", 10))  \(right("\(entry.kind)", 4))  \(right("\(entry.size)", 8))  \(entry.text)")
    }

    func finish(_ inspection: LogInspection, isWholeLog: Bool) {
        switch rows {
        case .entries:
            if hasEntries { print() }
            print(FindingText.verdict(inspection, isWholeLog: isWholeLog), terminator: "")
            return
        case .blocks: if !blocks.isEmpty { print(blocks.text) }
        case .segments:
            if isWholeLog {
                print(segments(inspection))
            } else {
                for segment in inspection.segments { print(details(segment)) }
            }
        }
        print(FindingText.summary(inspection, isWholeLog: isWholeLog), terminator: "")
        print(FindingText.verdict(inspection, isWholeLog: isWholeLog), terminator: "")
    }

    private func segments(_ inspection: LogInspection) -> String {
        var table = TextTable([
            ("segment", .left), ("entries", .left), ("size", .right), ("blocks", .right), ("raw", .right),
            ("stored", .right), ("ratio", .right), ("codec", .left), ("entries/block", .right), ("free", .right),
            ("state", .left),
        ])
        for segment in inspection.segments {
            table.add([
                segment.name, segment.entries == 0 ? "none" : "\(segment.firstIndex)..\(segment.lastIndex)",
                ShownSize.bytes(segment.size), "\(segment.blocks)", ShownSize.bytes(segment.rawBytes),
                ShownSize.bytes(segment.storedBytes), ShownSize.ratio(segment.ratio), FindingText.codecs(segment),
                ShownSize.decimal(segment.meanBatch), segment.freeBytes == 0 ? "-" : ShownSize.bytes(segment.freeBytes),
                FindingText.state(segment, inspection),
            ])
        }
        return table.text
    }

    private func details(_ segment: InspectedSegment) -> String {
        var lines: [(String, String)] = [("segment", segment.name)]
        lines.append(("size", "\(ShownSize.bytes(segment.size)) (\(segment.size) bytes)"))
        if let header = segment.header {
            lines.append(("format version", "\(SegmentFormat.version)"))
            lines.append(("log id", FindingText.hex(header.logID)))
            lines.append(("salt", FindingText.hex(header.salt)))
            lines.append(("durable when begun", "through \(header.durableIndex)"))
            lines.append(
                ("dictionary", header.dictionaryID == 0 ? "none" : SegmentName.dictionary(header.dictionaryID)))
        } else {
            lines.append(("header", "damaged"))
        }
        lines.append(("entries", segment.entries == 0 ? "none" : "\(segment.firstIndex)..\(segment.lastIndex)"))
        lines.append(("blocks", "\(segment.blocks), \(ShownSize.decimal(segment.meanBatch)) entries each"))
        lines.append(("orderly closes", "\(segment.closings)"))
        let sizes = "\(ShownSize.bytes(segment.storedBytes)) for \(ShownSize.bytes(segment.rawBytes))"
        lines.append(("stored", "\(sizes), ratio \(ShownSize.ratio(segment.ratio)), \(FindingText.codecs(segment))"))
        lines.append(("end", "byte \(segment.end)"))
        if segment.brokenBytes > 0 { lines.append(("unreadable behind", ShownSize.bytes(segment.brokenBytes))) }
        if segment.supersededBytes > 0 {
            lines.append(("superseded behind", ShownSize.bytes(segment.supersededBytes)))
        }
        lines.append(("free room", ShownSize.bytes(segment.freeBytes)))
        let width = lines.reduce(0) { max($0, $1.0.count) }
        return lines.map { $0.0 + String(repeating: " ", count: width - $0.0.count + 2) + $0.1 + "\n" }.joined()
    }
}
