import Testing

/// Bytes written down by hand: what holds a format's drawing true.
///
/// The text is hex pairs, with white space where it helps the reader, `#` comments to the end of the line, and `00*16` for
/// a pair repeated:
///
///     53 54 52 41   # magic
///     01 00 00 00   # version, little-endian
///     00*16         # reserved
package struct GoldenBytes: Sendable, Equatable {
    package let bytes: [UInt8]

    /// Throws `ScriptError` with the line of the first word that is no hex pair.
    package init(_ text: String) throws(ScriptError) {
        var bytes: [UInt8] = []
        for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            for word in line.prefix(while: { $0 != "#" }).split(whereSeparator: \.isWhitespace) {
                guard let more = Self.expand(word) else {
                    throw ScriptError(line: index + 1, reason: "\"\(word)\" is no hex pair")
                }
                bytes += more
            }
        }
        self.bytes = bytes
    }

    /// "0a1B", "00*16".
    private static func expand(_ word: Substring) -> [UInt8]? {
        let parts = word.split(separator: "*", maxSplits: 1, omittingEmptySubsequences: false)
        let digits = Array(parts[0].utf8)
        guard !digits.isEmpty, digits.count.isMultiple(of: 2) else { return nil }
        var pairs: [UInt8] = []
        for start in stride(from: 0, to: digits.count, by: 2) {
            guard let high = nibble(digits[start]), let low = nibble(digits[start + 1]) else { return nil }
            pairs.append(high << 4 | low)
        }
        guard parts.count == 2 else { return pairs }
        guard let times = Int(parts[1]), times >= 0 else { return nil }
        return (0..<times).flatMap { _ in pairs }
    }

    private static func nibble(_ digit: UInt8) -> UInt8? {
        switch digit {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): digit - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): digit - UInt8(ascii: "A") + 10
        default: nil
        }
    }

    /// Records an issue where `found` differs, with the first differing offset and both dumps from there.
    package func expect(_ found: [UInt8], sourceLocation: SourceLocation = #_sourceLocation) {
        guard let difference = difference(from: found) else { return }
        Issue.record("\(difference)", sourceLocation: sourceLocation)
    }

    /// How `found` differs from these bytes, or nil.
    package func difference(from found: [UInt8]) -> String? {
        guard found != bytes else { return nil }
        let common = min(found.count, bytes.count)
        let first = (0..<common).first { found[$0] != bytes[$0] } ?? common
        let row = first / 16 * 16
        return """
            bytes differ first at offset \(first) (\(Self.hex(first, digits: 4))): \
            expected \(bytes.count) bytes, found \(found.count)
            expected:
            \(Self.dump(bytes, from: row, rows: 3))
            found:
            \(Self.dump(found, from: row, rows: 3))
            """
    }

    /// Rows of 16 bytes, each with its offset as a comment, in the form that `init` reads.
    package static func dump(_ bytes: [UInt8], from start: Int = 0, rows: Int = .max) -> String {
        var lines: [String] = []
        var offset = start
        while offset < bytes.count, lines.count < rows {
            let row = bytes[offset..<min(offset + 16, bytes.count)]
            let pairs = row.map { hex(Int($0), digits: 2) }.joined(separator: " ")
            let text = row.map { (0x20..<0x7F).contains($0) ? String(UnicodeScalar($0)) : "." }.joined()
            lines.append(
                pairs + String(repeating: " ", count: 48 - pairs.count) + "# \(hex(offset, digits: 4)) \(text)")
            offset += 16
        }
        return lines.isEmpty ? "# nothing at \(hex(start, digits: 4))" : lines.joined(separator: "\n")
    }

    private static func hex(_ value: Int, digits: Int) -> String {
        let text = String(value, radix: 16)
        return String(repeating: "0", count: max(0, digits - text.count)) + text
    }
}
