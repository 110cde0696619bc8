import CStrataLua
import Glibc
import StrataRESP

/// JSON as values of Lua's, with lua-cjson's errors. Null is the null pointer.
struct JSONDecoder {
    private let settings: JSONSettings
    private let text: Bytes
    private let stack: LuaStack
    private var at = 0
    private var depth = 0

    private enum Token {
        case objectBegin, objectEnd, listBegin, listEnd, colon, comma, end, null
        case boolean(Bool)
        case number(Double)
        case string([UInt8])
        case wrong(String)

        /// As errors name it.
        var name: String {
            switch self {
            case .objectBegin: "T_OBJ_BEGIN"
            case .objectEnd: "T_OBJ_END"
            case .listBegin: "T_ARR_BEGIN"
            case .listEnd: "T_ARR_END"
            case .colon: "T_COLON"
            case .comma: "T_COMMA"
            case .end: "T_END"
            case .null: "T_NULL"
            case .boolean: "T_BOOLEAN"
            case .number: "T_NUMBER"
            case .string: "T_STRING"
            case .wrong(let reason): reason
            }
        }
    }

    init(_ settings: JSONSettings, _ text: Bytes, _ stack: LuaStack) {
        self.settings = settings
        self.text = text
        self.stack = stack
    }

    /// Pushes the one value that the text is.
    mutating func decode() throws(LuaError) {
        if text.count >= 2, text[0] == 0 || text[1] == 0 {
            throw .here("JSON parser does not support UTF-16 or UTF-32")
        }
        let (token, place) = next()
        try push(token, place)
        let (last, end) = next()
        guard case .end = last else { throw expected("the end", last, end) }
    }

    private func expected(_ wanted: String, _ token: Token, _ place: Int) -> LuaError {
        .here("Expected \(wanted) but found \(token.name) at character \(place + 1)")
    }

    private mutating func push(_ token: Token, _ place: Int) throws(LuaError) {
        switch token {
        case .string(let bytes): stack.push(bytes)
        case .number(let value): stack.push(value)
        case .boolean(let value): stack.push(value)
        case .null: lua_pushlightuserdata(stack.state, nil)
        case .objectBegin: try pushObject()
        case .listBegin: try pushList()
        default: throw expected("value", token, place)
        }
    }

    private mutating func descend() throws(LuaError) {
        depth += 1
        guard depth <= settings.decodeDepth, stack.reserve(6) else {
            throw .here("Found too many nested data structures (\(depth)) at character \(at)")
        }
        stack.pushTable()
    }

    private mutating func pushObject() throws(LuaError) {
        try descend()
        defer { depth -= 1 }
        var (token, place) = next()
        if case .objectEnd = token { return }
        while true {
            guard case .string(let key) = token else { throw expected("object key string", token, place) }
            stack.push(key)
            (token, place) = next()
            guard case .colon = token else { throw expected("colon", token, place) }
            (token, place) = next()
            try push(token, place)
            lua_rawset(stack.state, -3)
            (token, place) = next()
            if case .objectEnd = token { return }
            guard case .comma = token else { throw expected("comma or object end", token, place) }
            (token, place) = next()
        }
    }

    private mutating func pushList() throws(LuaError) {
        try descend()
        defer { depth -= 1 }
        var (token, place) = next()
        if case .listEnd = token { return }
        var index = 1
        while true {
            try push(token, place)
            stack.setElement(index)
            (token, place) = next()
            if case .listEnd = token { return }
            guard case .comma = token else { throw expected("comma or array end", token, place) }
            (token, place) = next()
            index += 1
        }
    }

    // MARK: Tokens

    private func byte(_ place: Int) -> UInt8? { place < text.count ? text[place] : nil }

    private mutating func next() -> (Token, Int) {
        while let byte = byte(at), byte == 32 || byte >= 9 && byte <= 10 || byte == 13 { at += 1 }
        let start = at
        guard let first = byte(at) else { return (.end, start) }
        let single: Token? =
            switch first {
            case UInt8(ascii: "{"): .objectBegin
            case UInt8(ascii: "}"): .objectEnd
            case UInt8(ascii: "["): .listBegin
            case UInt8(ascii: "]"): .listEnd
            case UInt8(ascii: ":"): .colon
            case UInt8(ascii: ","): .comma
            default: nil
            }
        if let single {
            at += 1
            return (single, start)
        }
        if first == UInt8(ascii: "\"") { return string() }
        if let number = number() { return (number, start) }
        if take("true") { return (.boolean(true), start) }
        if take("false") { return (.boolean(false), start) }
        if take("null") { return (.null, start) }
        return (.wrong("invalid token"), start)
    }

    private mutating func take(_ word: StaticString) -> Bool {
        let size = word.utf8CodeUnitCount
        guard text.count - at >= size, text[at..<at + size] == Bytes(word.utf8Start, size) else { return false }
        at += size
        return true
    }

    /// Whatever strtod takes, of which JSON knows a part only: the rest counts as invalid.
    private mutating func number() -> Token? {
        guard let first = byte(at) else { return nil }
        let letter = first | 0x20
        let isDigit = first >= UInt8(ascii: "0") && first <= UInt8(ascii: "9")
        guard
            isDigit || first == UInt8(ascii: "-") || first == UInt8(ascii: "+") || letter == UInt8(ascii: "i")
                || letter == UInt8(ascii: "n")
        else { return nil }
        if !settings.decodesInvalidNumbers, isInvalidNumber() {
            return first == UInt8(ascii: "n") ? nil : .wrong("invalid number")
        }
        // A string of Lua's ends with a zero byte, where strtod stops.
        let start = (text.start + at).assumingMemoryBound(to: CChar.self)
        var end: UnsafeMutablePointer<CChar>?
        let value = strtod(start, &end)
        guard let end, UnsafePointer(end) > start else {
            return letter == UInt8(ascii: "i") || letter == UInt8(ascii: "n") ? nil : .wrong("invalid number")
        }
        at += UnsafePointer(end) - start
        return .number(value)
    }

    private func isInvalidNumber() -> Bool {
        var place = at
        if byte(place) == UInt8(ascii: "+") { return true }
        if byte(place) == UInt8(ascii: "-") { place += 1 }
        guard let first = byte(place) else { return false }
        if first == UInt8(ascii: "0") {
            guard let second = byte(place + 1) else { return false }
            return second | 0x20 == UInt8(ascii: "x") || second >= UInt8(ascii: "0") && second <= UInt8(ascii: "9")
        }
        return first > UInt8(ascii: "9")
    }

    private mutating func string() -> (Token, Int) {
        let start = at
        var bytes: [UInt8] = []
        at += 1
        while true {
            guard let next = byte(at) else { return (.wrong("unexpected end of string"), at) }
            if next == UInt8(ascii: "\"") {
                at += 1
                return (.string(bytes), start)
            }
            guard next == UInt8(ascii: "\\") else {
                bytes.append(next)
                at += 1
                continue
            }
            let escape = byte(at + 1) ?? 0
            let place = at
            switch escape {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): bytes.append(escape)
            case UInt8(ascii: "b"): bytes.append(8)
            case UInt8(ascii: "t"): bytes.append(9)
            case UInt8(ascii: "n"): bytes.append(10)
            case UInt8(ascii: "f"): bytes.append(12)
            case UInt8(ascii: "r"): bytes.append(13)
            case UInt8(ascii: "u"):
                guard let scalar = scalar() else { return (.wrong("invalid unicode escape code"), place) }
                bytes += Array(String(Character(scalar)).utf8)
                continue
            default: return (.wrong("invalid escape code"), place)
            }
            at += 2
        }
    }

    /// Of `\uXXXX`, or of two that are a surrogate pair; passes them.
    private mutating func scalar() -> Unicode.Scalar? {
        guard let first = unit(at) else { return nil }
        at += 6
        if let scalar = Unicode.Scalar(UInt32(first)) { return scalar }
        guard first < 0xDC00, byte(at) == UInt8(ascii: "\\"), byte(at + 1) == UInt8(ascii: "u"),
            let second = unit(at), second >= 0xDC00, second <= 0xDFFF
        else { return nil }
        at += 6
        return Unicode.Scalar(0x10000 + (UInt32(first) - 0xD800) << 10 + UInt32(second) - 0xDC00)
    }

    private func unit(_ place: Int) -> UInt16? {
        guard place + 6 <= text.count else { return nil }
        var value: UInt16 = 0
        for byte in text[place + 2..<place + 6].buffer {
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): value = value << 4 | UInt16(byte - UInt8(ascii: "0"))
            case UInt8(ascii: "a")...UInt8(ascii: "f"): value = value << 4 | UInt16(byte - UInt8(ascii: "a") + 10)
            case UInt8(ascii: "A")...UInt8(ascii: "F"): value = value << 4 | UInt16(byte - UInt8(ascii: "A") + 10)
            default: return nil
            }
        }
        return value
    }
}
