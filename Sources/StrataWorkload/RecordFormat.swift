import StrataDisk

/// How a corpus's text falls into records.
package enum RecordFormat: String, Sendable, Codable, CaseIterable {
    /// One record a line; no empty lines.
    case lines
    /// A line of column names, then one record a line with as many fields; fields hold no quotes, commas or line breaks.
    case csv
    /// One JSON object a line (jsonlines.org).
    case jsonLines = "json-lines"
    /// Debian control stanzas, with empty lines between them, each beginning with its "Package" field (deb-control(5)).
    case stanzas

    /// What stands between two records where they are joined into one value.
    package var separator: [UInt8] { self == .stanzas ? [0x0A, 0x0A] : [0x0A] }

    /// The records of `text`, checked. `file` is for errors, which are `.corrupt` with the offset of the record at fault.
    package func split(_ text: [UInt8], file: String) throws(StorageError) -> [Corpus.Record] {
        guard text.count <= Corpus.maximumSize else {
            throw StorageError(kind: .invalid("larger than a corpus may be, \(Corpus.maximumSize) bytes"), file: file)
        }
        do throws(UTF8.ValidationError) {
            _ = try UTF8Span(validating: text.span)
        } catch {
            throw corrupt(file, error.byteOffsets.lowerBound, "text", expected: "UTF-8", found: "\(error.kind)")
        }
        if let zero = text.firstIndex(of: 0) {
            throw corrupt(file, zero, "text", expected: "no zero bytes", found: "one")
        }
        let records = self == .stanzas ? try splitStanzas(text, file) : try splitLines(text, file)
        guard !records.isEmpty else { throw corrupt(file, 0, "records", expected: "at least one", found: "none") }
        return records
    }

    private func splitLines(_ text: [UInt8], _ file: String) throws(StorageError) -> [Corpus.Record] {
        var records: [Corpus.Record] = []
        var columns: Int?
        for line in Lines(text) {
            let bytes = text[line]
            guard !bytes.isEmpty else {
                throw corrupt(file, line.lowerBound, "line", expected: "a record", found: "an empty line")
            }
            switch self {
            case .lines, .stanzas: break
            case .csv:
                if let quote = bytes.firstIndex(of: UInt8(ascii: "\"")) {
                    throw corrupt(file, quote, "field", expected: "no quotes", found: "a quote")
                }
                let fields = bytes.count { $0 == UInt8(ascii: ",") } + 1
                guard let expected = columns else {
                    columns = fields
                    continue
                }
                guard fields == expected else {
                    throw corrupt(file, line.lowerBound, "row", expected: "\(expected) fields", found: "\(fields)")
                }
            case .jsonLines:
                guard bytes.first == UInt8(ascii: "{"), bytes.last == UInt8(ascii: "}") else {
                    throw corrupt(file, line.lowerBound, "line", expected: "a JSON object", found: "something else")
                }
            }
            records.append(try record(line, file))
        }
        return records
    }

    private func splitStanzas(_ text: [UInt8], _ file: String) throws(StorageError) -> [Corpus.Record] {
        var records: [Corpus.Record] = []
        var stanza: Range<Int>?
        func close() throws(StorageError) {
            guard let range = stanza else { return }
            guard text[range].starts(with: "Package: ".utf8) else {
                throw corrupt(file, range.lowerBound, "stanza", expected: "\"Package: \" first", found: "another field")
            }
            records.append(try record(range, file))
            stanza = nil
        }
        for line in Lines(text) {
            if line.isEmpty {
                try close()
            } else {
                stanza = (stanza?.lowerBound ?? line.lowerBound)..<line.upperBound
            }
        }
        try close()
        return records
    }

    private func record(_ range: Range<Int>, _ file: String) throws(StorageError) -> Corpus.Record {
        guard range.count <= Corpus.maximumRecordSize else {
            throw corrupt(
                file, range.lowerBound, "record", expected: "at most \(Corpus.maximumRecordSize) bytes",
                found: "\(range.count)")
        }
        return Corpus.Record(start: UInt32(range.lowerBound), size: UInt32(range.count))
    }

    private func corrupt(
        _ file: String, _ offset: Int, _ field: String, expected: String, found: String
    ) -> StorageError {
        StorageError(
            kind: .corrupt(field: field, expected: expected, found: found), file: file, offset: UInt64(offset))
    }
}

/// The lines of a text as ranges without their line break; a break at the very end opens no further line.
private struct Lines: Sequence, IteratorProtocol {
    private let text: [UInt8]
    private var position = 0

    init(_ text: [UInt8]) { self.text = text }

    mutating func next() -> Range<Int>? {
        guard position < text.count else { return nil }
        let start = position
        let end = text[start...].firstIndex(of: 0x0A) ?? text.count
        position = end + 1
        return start..<end
    }
}
