/// Words as Redis separates them, in inline requests and in configuration files: by white space; "..." with \n \r \t \a
/// \b \" \\ \xHH; '...' with \'.
/// A quote that closes must be followed by white space or the end. A zero byte ends the line.
package enum QuotedWords {
    /// Appends copies of the words of `line` to `arguments`. False where quotes are not balanced.
    package static func split(_ line: Bytes, into arguments: Arguments) -> Bool {
        var at = 0
        while true {
            while at < line.count, isSpace(line[at]) { at += 1 }
            guard at < line.count, line[at] != 0 else { return true }
            arguments.beginWord()
            guard let end = word(of: line, from: at, into: arguments) else { return false }
            at = end
        }
    }

    /// The words of a text, or nil where quotes are not balanced.
    package static func split(_ text: String) -> [[UInt8]]? {
        let arguments = Arguments()
        return Array(text.utf8).withLent { split($0, into: arguments) } ? arguments.words : nil
    }

    private static func word(of line: Bytes, from start: Int, into arguments: Arguments) -> Int? {
        var at = start
        while at < line.count {
            let byte = line[at]
            switch byte {
            case 0, UInt8(ascii: " "), UInt8(ascii: "\n"), UInt8(ascii: "\r"), UInt8(ascii: "\t"):
                return at
            case UInt8(ascii: "\""), UInt8(ascii: "'"):
                let end =
                    byte == UInt8(ascii: "'")
                    ? singleQuoted(line, from: at + 1, into: arguments)
                    : doubleQuoted(line, from: at + 1, into: arguments)
                guard let end, end == line.count || isSpace(line[end]) || line[end] == 0 else { return nil }
                return end
            default:
                arguments.put(byte)
                at += 1
            }
        }
        return at
    }

    /// After the closing quote; nil if there is none.
    private static func singleQuoted(_ line: Bytes, from start: Int, into arguments: Arguments) -> Int? {
        var at = start
        while at < line.count, line[at] != 0 {
            if line[at] == UInt8(ascii: "'") { return at + 1 }
            if line[at] == UInt8(ascii: "\\"), at + 1 < line.count, line[at + 1] == UInt8(ascii: "'") { at += 1 }
            arguments.put(line[at])
            at += 1
        }
        return nil
    }

    private static func doubleQuoted(_ line: Bytes, from start: Int, into arguments: Arguments) -> Int? {
        var at = start
        while at < line.count, line[at] != 0 {
            if line[at] == UInt8(ascii: "\"") { return at + 1 }
            if line[at] == UInt8(ascii: "\\"), at + 1 < line.count, line[at + 1] != 0 {
                if line[at + 1] == UInt8(ascii: "x"), at + 3 < line.count, let high = nibble(line[at + 2]),
                    let low = nibble(line[at + 3])
                {
                    arguments.put(high << 4 | low)
                    at += 4
                } else {
                    arguments.put(unescaped(line[at + 1]))
                    at += 2
                }
            } else {
                arguments.put(line[at])
                at += 1
            }
        }
        return nil
    }

    private static func unescaped(_ byte: UInt8) -> UInt8 {
        switch byte {
        case UInt8(ascii: "n"): 10
        case UInt8(ascii: "r"): 13
        case UInt8(ascii: "t"): 9
        case UInt8(ascii: "b"): 8
        case UInt8(ascii: "a"): 7
        default: byte
        }
    }

    private static func isSpace(_ byte: UInt8) -> Bool { byte == 32 || (byte >= 9 && byte <= 13) }

    private static func nibble(_ digit: UInt8) -> UInt8? {
        switch digit {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): digit - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): digit - UInt8(ascii: "A") + 10
        default: nil
        }
    }
}
