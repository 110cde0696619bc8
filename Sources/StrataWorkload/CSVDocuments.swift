import StrataDisk

/// Makes JSON documents (RFC 8259) of a CSV corpus: one object a row, its keys the column names in their order.
///
/// Fields that are numbers become numbers, "NA" and empty fields become null, all others strings.
package enum CSVDocuments {
    /// Throws `.invalid` where the documents would be larger than a corpus may be.
    package static func corpus(named name: String, from rows: Corpus) throws(StorageError) -> Corpus {
        precondition(rows.format == .csv, "\(rows.name) is not CSV")
        let comma = UInt8(ascii: ",")
        let header = rows.text.prefix { $0 != 0x0A }
        let keys = header.split(separator: comma, omittingEmptySubsequences: false).map { key in
            quoted(key) + [UInt8(ascii: ":")]
        }
        var text: [UInt8] = []
        var records: [Corpus.Record] = []
        for index in 0..<rows.count {
            let start = text.count
            let fields = rows[index].split(separator: comma, omittingEmptySubsequences: false)
            text.append(UInt8(ascii: "{"))
            for (column, field) in fields.enumerated() {
                if column > 0 { text.append(comma) }
                text += keys[column]
                if field.isEmpty || field.elementsEqual("NA".utf8) {
                    text += "null".utf8
                } else if isNumber(field) {
                    text += field
                } else {
                    text += quoted(field)
                }
            }
            text.append(UInt8(ascii: "}"))
            guard text.count < Corpus.maximumSize else {
                throw StorageError(
                    kind: .invalid("larger than a corpus may be, \(Corpus.maximumSize) bytes"), file: name)
            }
            records.append(Corpus.Record(start: UInt32(start), size: UInt32(text.count - start)))
            text.append(0x0A)
        }
        return Corpus(name: name, format: .jsonLines, text: text, records: records)
    }

    /// JSON's grammar without exponents: an optional minus, digits without a leading zero, an optional fraction.
    static func isNumber(_ field: ArraySlice<UInt8>) -> Bool {
        let zero = UInt8(ascii: "0")
        let unsigned = field.first == UInt8(ascii: "-") ? field.dropFirst() : field
        let parts = unsigned.split(separator: UInt8(ascii: "."), maxSplits: 1, omittingEmptySubsequences: false)
        guard let whole = parts.first, whole.first != zero || whole.count == 1 else { return false }
        return parts.allSatisfy { part in !part.isEmpty && part.allSatisfy { (zero...zero + 9).contains($0) } }
    }

    private static func quoted(_ field: ArraySlice<UInt8>) -> [UInt8] {
        let quote = UInt8(ascii: "\"")
        var result: [UInt8] = [quote]
        for byte in field {
            switch byte {
            case quote, UInt8(ascii: "\\"): result += [UInt8(ascii: "\\"), byte]
            case 0..<0x20:
                let hex = Array("0123456789abcdef".utf8)
                result += Array("\\u00".utf8) + [hex[Int(byte >> 4)], hex[Int(byte & 15)]]
            default: result.append(byte)
            }
        }
        return result + [quote]
    }
}
