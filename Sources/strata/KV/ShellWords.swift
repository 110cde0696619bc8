/// Splits a line into words as a shell does: blanks between them, `'...'` as it stands, `"..."` with a backslash before `"`, `\`,
/// `$` and `` ` ``, a backslash elsewhere before any byte, `$'...'` with the escapes of C (`\n`, `\x00`, `\001`), and `#` for a comment.
/// Nothing is expanded.
struct ShellWords {
    private(set) var words: [[UInt8]] = []
    /// Inside a quote or behind a last backslash: the next line belongs to the same command.
    private(set) var isOpen = false

    init(_ line: [UInt8]) throws {
        var word: [UInt8]?
        var input = line[...]
        while let byte = input.popFirst() {
            switch byte {
            case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\n"), UInt8(ascii: "\r"):
                if let done = word { words.append(done) }
                word = nil
            case UInt8(ascii: "#") where word == nil:
                while let skipped = input.first, skipped != UInt8(ascii: "\n") { input = input.dropFirst() }
            case UInt8(ascii: "'"):
                guard let end = input.firstIndex(of: UInt8(ascii: "'")) else {
                    isOpen = true
                    return
                }
                word = (word ?? []) + input[..<end]
                input = input[(end + 1)...]
            case UInt8(ascii: "\""):
                guard let quoted = Self.doubleQuoted(&input) else {
                    isOpen = true
                    return
                }
                word = (word ?? []) + quoted
            case UInt8(ascii: "$") where input.first == UInt8(ascii: "'"):
                input = input.dropFirst()
                guard let quoted = try EscapedBytes.read(&input, until: UInt8(ascii: "'")) else {
                    isOpen = true
                    return
                }
                word = (word ?? []) + quoted
            case UInt8(ascii: "\\"):
                guard let next = input.popFirst() else {
                    isOpen = true
                    return
                }
                if next != UInt8(ascii: "\n") { word = (word ?? []) + [next] }
            default: word = (word ?? []) + [byte]
            }
        }
        if let word { words.append(word) }
    }

    private static func doubleQuoted(_ input: inout ArraySlice<UInt8>) -> [UInt8]? {
        var bytes: [UInt8] = []
        while let byte = input.popFirst() {
            if byte == UInt8(ascii: "\"") { return bytes }
            guard byte == UInt8(ascii: "\\") else {
                bytes.append(byte)
                continue
            }
            guard let next = input.popFirst() else { return nil }
            if next == UInt8(ascii: "\n") { continue }
            if !"\"\\$`".utf8.contains(next) { bytes.append(byte) }
            bytes.append(next)
        }
        return nil
    }
}

/// Bytes behind the escapes of C.
enum EscapedBytes {
    /// Takes everything through `quote` from `input`; nil where it does not come.
    static func read(_ input: inout ArraySlice<UInt8>, until quote: UInt8) throws -> [UInt8]? {
        var bytes: [UInt8] = []
        while let byte = input.popFirst() {
            if byte == quote { return bytes }
            guard byte == UInt8(ascii: "\\") else {
                bytes.append(byte)
                continue
            }
            guard let kind = input.popFirst() else { return nil }
            switch kind {
            case UInt8(ascii: "a"): bytes.append(7)
            case UInt8(ascii: "b"): bytes.append(8)
            case UInt8(ascii: "t"): bytes.append(9)
            case UInt8(ascii: "n"): bytes.append(10)
            case UInt8(ascii: "v"): bytes.append(11)
            case UInt8(ascii: "f"): bytes.append(12)
            case UInt8(ascii: "r"): bytes.append(13)
            case UInt8(ascii: "e"): bytes.append(27)
            case UInt8(ascii: "\\"), UInt8(ascii: "'"), UInt8(ascii: "\""): bytes.append(kind)
            case UInt8(ascii: "x"): bytes.append(try number(&input, radix: 16, digits: 2, escape: "\\x"))
            case UInt8(ascii: "0")...UInt8(ascii: "7"):
                input = [kind] + input
                bytes.append(try number(&input, radix: 8, digits: 3, escape: "\\"))
            default: throw ToolFailure("unknown escape \\\(Unicode.Scalar(kind))")
            }
        }
        return nil
    }

    private static func number(
        _ input: inout ArraySlice<UInt8>, radix: Int, digits: Int, escape: String
    ) throws -> UInt8 {
        let text = String(
            decoding: input.prefix(digits).prefix {
                Character(Unicode.Scalar($0)).hexDigitValue.map { $0 < radix } ?? false
            },
            as: UTF8.self)
        guard let value = UInt8(text, radix: radix) else { throw ToolFailure("\(escape)\(text) is no byte") }
        input = input.dropFirst(text.utf8.count)
        return value
    }
}
