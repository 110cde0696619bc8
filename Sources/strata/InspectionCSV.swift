import StrataDisk
import StrataLab
import StrataWAL

/// Rows as they are found, for programs; findings for people go to standard error.
final class InspectionCSV: InspectionOutput {
    private let rows: InspectionRows

    init(rows: InspectionRows) {
        self.rows = rows
        switch rows {
        case .segments:
            write([
                "segment", "state", "size_bytes", "first_index", "last_index", "entries", "blocks", "closings",
                "raw_bytes",
                "stored_bytes", "ratio", "codecs", "entries_per_block", "dictionary_id", "log_id", "salt",
                "header_durable_index", "end_byte", "broken_bytes", "free_bytes", "superseded_bytes", "superseded_from",
                "damage_file", "damage_byte", "damage",
            ])
        case .blocks:
            write([
                "segment", "byte", "first_index", "last_index", "entries", "raw_bytes", "stored_bytes", "ratio",
                "codec",
                "crc32c", "link", "durable_index",
            ])
        case .entries: write(["index", "kind", "payload_bytes", "payload"])
        }
    }

    func add(_ block: InspectedBlock) {
        let header = block.header
        write([
            block.segment, "\(block.offset)", "\(header.firstIndex)", "\(header.lastIndex)", "\(header.count)",
            "\(header.rawSize)", "\(header.storedSize)", ratio(header.ratio), header.codec.shown,
            FindingText.hex(header.crc), FindingText.hex(header.link), "\(header.durableIndex)",
        ])
    }

    func add(_ entry: ListedEntry) { write(["\(entry.index)", "\(entry.kind)", "\(entry.size)", entry.text]) }

    func finish(_ inspection: LogInspection, isWholeLog: Bool) {
        if rows == .segments {
            for segment in inspection.segments { write(fields(segment, inspection)) }
        }
        StandardError.write(FindingText.verdict(inspection, isWholeLog: isWholeLog))
    }

    private func fields(_ segment: InspectedSegment, _ inspection: LogInspection) -> [String] {
        let damage = segment.bodyDamage ?? segment.damage
        return [
            segment.name, FindingText.state(segment, inspection), "\(segment.size)", "\(segment.firstIndex)",
            "\(segment.lastIndex)", "\(segment.entries)", "\(segment.blocks)", "\(segment.closings)",
            "\(segment.rawBytes)", "\(segment.storedBytes)", ratio(segment.ratio), FindingText.codecs(segment),
            segment.meanBatch.map(NumberText.format) ?? "", segment.header.map { "\($0.dictionaryID)" } ?? "",
            segment.header.map { FindingText.hex($0.logID) } ?? "",
            segment.header.map { FindingText.hex($0.salt) } ?? "",
            segment.header.map { "\($0.durableIndex)" } ?? "", "\(segment.end)", "\(segment.brokenBytes)",
            "\(segment.freeBytes)", "\(segment.supersededBytes)", segment.supersededFrom.map { "\($0)" } ?? "",
            damage?.file ?? "", damage.map { "\($0.offset)" } ?? "", damage.map { "\($0)" } ?? "",
        ]
    }

    private func ratio(_ ratio: Double?) -> String { ratio.map(NumberText.format) ?? "" }

    private func write(_ fields: [String]) { print(CSVText.line(fields), terminator: "") }
}
