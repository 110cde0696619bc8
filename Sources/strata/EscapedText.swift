/// Any bytes as one line of text that a terminal shows as it is.
enum EscapedText {
    /// UTF-8 with control characters, invalid bytes and `\` as escapes (`\n`, `\x00`). At most `limit` bytes are shown, and
    /// what is left out is counted. With `quote`, `"` is escaped too.
    static func escape(_ bytes: RawSpan, limit: Int, quote: Bool = false) -> String {
        let shown = min(bytes.byteCount, limit)
        let buffer = bytes.withUnsafeBytes { Array($0.prefix(shown)) }
        var text = ""
        var decoder = UTF8.ForwardParser()
        var input = buffer.makeIterator()
        var place = 0
        loop: while true {
            switch decoder.parseScalar(from: &input) {
            case .valid(let encoded):
                let scalar = UTF8.decode(encoded)
                let next = place + encoded.count
                if let short = short(scalar) ?? (quote && scalar == "\"" ? "\\\"" : nil) {
                    text += short
                } else if isShown(scalar) {
                    text.unicodeScalars.append(scalar)
                } else {
                    for byte in buffer[place..<next] { text += hex(byte) }
                }
                place = next
            case .error(let length):
                for byte in buffer[place..<place + length] { text += hex(byte) }
                place += length
            case .emptyInput:
                break loop
            }
        }
        return bytes.byteCount > shown ? text + "... (\(bytes.byteCount - shown) more bytes)" : text
    }

    private static func short(_ scalar: Unicode.Scalar) -> String? {
        switch scalar {
        case "\\": "\\\\"
        case "\n": "\\n"
        case "\r": "\\r"
        case "\t": "\\t"
        default: nil
        }
    }

    private static func isShown(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator, .paragraphSeparator: false
        default: true
        }
    }

    private static func hex(_ byte: UInt8) -> String {
        let digits = String(byte, radix: 16)
        return "\\x" + (digits.count < 2 ? "0" : "") + digits
    }
}
