import StrataRESP

/// Bytes between double quotes, with escapes: as MONITOR, DEBUG and redis.conf write them.
package enum Quoted {
    package static func text(_ bytes: Bytes) -> String {
        var text = "\""
        for byte in bytes.buffer {
            switch byte {
            case UInt8(ascii: "\\"), UInt8(ascii: "\""): text += "\\" + String(UnicodeScalar(byte))
            case 10: text += "\\n"
            case 13: text += "\\r"
            case 9: text += "\\t"
            case 7: text += "\\a"
            case 8: text += "\\b"
            case 0x20...0x7E: text.unicodeScalars.append(UnicodeScalar(byte))
            default:
                let digits = String(byte, radix: 16)
                text += "\\x" + (digits.count == 1 ? "0" : "") + digits
            }
        }
        return text + "\""
    }
}
