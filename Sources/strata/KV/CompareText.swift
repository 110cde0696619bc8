import StrataKV

/// A compare as etcdctl has it: `mod("key") > "0"`. Quotes may be left out around what has no blanks and brackets.
enum CompareText {
    static func parse(_ line: [UInt8]) throws -> Compare {
        let shown = EscapedText.escape(line.span.bytes, limit: 200)
        let malformed = ToolFailure("malformed comparison: \(shown)")
        guard let open = line.firstIndex(of: UInt8(ascii: "(")) else { throw malformed }
        let target = String(decoding: line[..<open], as: UTF8.self).filter { $0 != " " }
        var input = line[(open + 1)...]
        guard let key = try word(&input, endingAt: ")") else { throw malformed }
        skipBlanks(&input)
        guard input.popFirst() == UInt8(ascii: ")") else { throw malformed }
        skipBlanks(&input)
        let result: Compare.Result
        switch input.popFirst() {
        case UInt8(ascii: "="): result = .equal
        case UInt8(ascii: "<"): result = .less
        case UInt8(ascii: ">"): result = .greater
        case UInt8(ascii: "!"):
            guard input.popFirst() == UInt8(ascii: "=") else { throw malformed }
            result = .notEqual
        default: throw malformed
        }
        skipBlanks(&input)
        guard let value = try word(&input, endingAt: " ") else { throw malformed }
        skipBlanks(&input)
        guard input.isEmpty else { throw malformed }
        func number(_ radix: Int = 10) throws -> Int64 {
            let text = String(decoding: value, as: UTF8.self)
            guard let number = Int64(text, radix: radix) else {
                throw ToolFailure("\(text) is no number, in: \(shown)")
            }
            return number
        }
        let wanted: Compare.Target =
            switch target {
            case "ver", "version": .version(try number())
            case "c", "create": .create(try number())
            case "m", "mod": .mod(try number())
            case "val", "value": .value(value)
            case "lease": .lease(try number(16))
            default: throw ToolFailure("malformed comparison: \(shown) (unknown target \(target))")
            }
        return Compare(key: key, result, wanted)
    }

    private static func skipBlanks(_ input: inout ArraySlice<UInt8>) {
        while let byte = input.first, [UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\r")].contains(byte) {
            input = input.dropFirst()
        }
    }

    /// In quotes with the escapes of C, or bare; nil where there is none.
    private static func word(_ input: inout ArraySlice<UInt8>, endingAt end: Unicode.Scalar) throws -> [UInt8]? {
        skipBlanks(&input)
        guard let first = input.first else { return nil }
        if first == UInt8(ascii: "\"") {
            input = input.dropFirst()
            return try EscapedBytes.read(&input, until: first)
        }
        let word = Array(input.prefix { $0 != UInt8(ascii: end) && $0 != UInt8(ascii: "\r") })
        input = input.dropFirst(word.count)
        return word.isEmpty ? nil : word
    }
}
