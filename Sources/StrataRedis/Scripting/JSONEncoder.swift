import CStrataLua
import StrataRESP

/// Values of Lua's as JSON (RFC 8259), byte by byte as lua-cjson writes them.
struct JSONEncoder {
    private let settings: JSONSettings
    private let stack: LuaStack
    private(set) var output: [UInt8] = []

    init(_ settings: JSONSettings, _ stack: LuaStack) {
        self.settings = settings
        self.stack = stack
    }

    /// Appends the value on the top, which stays there.
    mutating func append(depth: Int) throws(LuaError) {
        switch stack.kind(-1) {
        case .string: if let bytes = stack.bytes(-1) { append(string: bytes) }
        case .number: try append(number: stack.number(-1))
        case .boolean: output += Array((stack.boolean(-1) ? "true" : "false").utf8)
        case .null: appendNull()
        case .lightPointer where lua_touserdata(stack.state, -1) == nil: appendNull()
        case .table: try appendTable(depth: depth + 1)
        default: throw refusal("type not supported")
        }
    }

    private mutating func appendNull() { output += Array("null".utf8) }

    private func refusal(_ reason: String) -> LuaError { .here("Cannot serialise \(stack.kindName(-1)): \(reason)") }

    private mutating func append(number: Double) throws(LuaError) {
        if !number.isFinite {
            switch settings.encodesInvalidNumbers {
            case .refuse: throw refusal("must not be NaN or Inf")
            case .null: return appendNull()
            case .write: break
            }
        }
        output += LuaNumber.text(number, precision: Int32(settings.precision))
    }

    private mutating func append(string: Bytes) {
        output.append(UInt8(ascii: "\""))
        for byte in string.buffer {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"):
                output.append(UInt8(ascii: "\\"))
                output.append(byte)
            case 8: output += Array("\\b".utf8)
            case 9: output += Array("\\t".utf8)
            case 10: output += Array("\\n".utf8)
            case 12: output += Array("\\f".utf8)
            case 13: output += Array("\\r".utf8)
            case 0..<32, 127:
                let digits = String(byte, radix: 16)
                output += Array("\\u00".utf8) + (digits.count == 1 ? [UInt8(ascii: "0")] : []) + Array(digits.utf8)
            default: output.append(byte)
            }
        }
        output.append(UInt8(ascii: "\""))
    }

    // MARK: Tables

    private mutating func appendTable(depth: Int) throws(LuaError) {
        guard depth <= settings.encodeDepth, stack.reserve(6) else {
            throw .here("Cannot serialise, excessive nesting (\(depth))")
        }
        let length = try listLength()
        if length > 0 { return try appendList(length, depth) }
        output.append(UInt8(ascii: "{"))
        var isFirst = true
        stack.pushNull()
        while lua_next(stack.state, -2) != 0 {
            if !isFirst { output.append(UInt8(ascii: ",")) }
            isFirst = false
            switch stack.kind(-2) {
            case .string: if let key = stack.bytes(-2) { append(string: key) }
            case .number:
                output.append(UInt8(ascii: "\""))
                try append(number: stack.number(-2))
                output.append(UInt8(ascii: "\""))
            default:
                stack.pop(2)
                throw refusal("table key must be a number or string")
            }
            output.append(UInt8(ascii: ":"))
            try append(depth: depth)
            stack.pop()
        }
        output.append(UInt8(ascii: "}"))
    }

    private mutating func appendList(_ length: Int, _ depth: Int) throws(LuaError) {
        output.append(UInt8(ascii: "["))
        for index in 1...length {
            if index > 1 { output.append(UInt8(ascii: ",")) }
            lua_rawgeti(stack.state, -1, Int32(clamping: index))
            try append(depth: depth)
            stack.pop()
        }
        output.append(UInt8(ascii: "]"))
    }

    /// The largest index of a table that is a list; 0 of one that is to be an object.
    private func listLength() throws(LuaError) -> Int {
        var largest = 0
        var count = 0
        stack.pushNull()
        while lua_next(stack.state, -2) != 0 {
            let index = stack.kind(-2) == .number ? stack.number(-2) : 0
            guard index >= 1, index <= Double(Int32.max), let whole = Int(exactly: index) else {
                stack.pop(2)
                return 0
            }
            largest = max(largest, whole)
            count += 1
            stack.pop()
        }
        if settings.sparseRatio > 0, largest > count * settings.sparseRatio, largest > settings.sparseSafe {
            if !settings.convertsSparse { throw refusal("excessively sparse array") }
            return 0
        }
        return largest
    }
}
