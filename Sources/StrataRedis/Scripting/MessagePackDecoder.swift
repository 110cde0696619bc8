import CStrataLua
import StrataRESP

/// MessagePack as values of Lua's. Bytes come from outside: lengths are checked against what is there before anything is made.
struct MessagePackDecoder {
    private let data: Bytes
    private(set) var at: Int
    private let stack: LuaStack

    init(_ data: Bytes, _ offset: Int, _ stack: LuaStack) {
        self.data = data
        at = offset
        self.stack = stack
    }

    var isAtEnd: Bool { at == data.count }

    /// Pushes the next value.
    mutating func push(depth: Int) throws(LuaError) {
        let kind = UInt8(truncatingIfNeeded: try word(1))
        switch kind {
        case 0x00...0x7F: stack.push(Double(kind))
        case 0xE0...0xFF: stack.push(Double(Int8(bitPattern: kind)))
        case 0x80...0x8F: try pushMap(Int(kind & 15), depth)
        case 0x90...0x9F: try pushList(Int(kind & 15), depth)
        case 0xA0...0xBF: try pushString(Int(kind & 31))
        case 0xC0: stack.pushNull()
        case 0xC2: stack.push(false)
        case 0xC3: stack.push(true)
        case 0xC4, 0xD9: try pushString(Int(try word(1)))
        case 0xC5, 0xDA: try pushString(Int(try word(2)))
        case 0xC6, 0xDB: try pushString(Int(try word(4)))
        case 0xCA: stack.push(Double(Float(bitPattern: UInt32(try word(4)))))
        case 0xCB: stack.push(Double(bitPattern: try word(8)))
        case 0xCC: stack.push(Double(try word(1)))
        case 0xCD: stack.push(Double(try word(2)))
        case 0xCE: stack.push(Double(try word(4)))
        case 0xCF: stack.push(Double(try word(8)))
        case 0xD0: stack.push(Double(Int8(truncatingIfNeeded: try word(1))))
        case 0xD1: stack.push(Double(Int16(truncatingIfNeeded: try word(2))))
        case 0xD2: stack.push(Double(Int32(truncatingIfNeeded: try word(4))))
        case 0xD3: stack.push(Double(Int64(bitPattern: try word(8))))
        case 0xDC: try pushList(Int(try word(2)), depth)
        case 0xDD: try pushList(Int(try word(4)), depth)
        case 0xDE: try pushMap(Int(try word(2)), depth)
        case 0xDF: try pushMap(Int(try word(4)), depth)
        default: throw .here("Bad data format in input.")
        }
    }

    private func need(_ size: Int) throws(LuaError) {
        guard data.count - at >= size else { throw .here("Missing bytes in input.") }
    }

    private mutating func word(_ size: Int) throws(LuaError) -> UInt64 {
        try need(size)
        var word: UInt64 = 0
        for index in 0..<size { word = word << 8 | UInt64(data[at + index]) }
        at += size
        return word
    }

    private mutating func pushString(_ size: Int) throws(LuaError) {
        try need(size)
        stack.push(data[at..<at + size])
        at += size
    }

    private func descend(_ depth: Int) throws(LuaError) {
        // Each level takes of Lua's stack, which is bounded, and of ours.
        guard depth < 1000, stack.reserve(6) else { throw .here("Bad data format in input.") }
        stack.pushTable()
    }

    private mutating func pushList(_ count: Int, _ depth: Int) throws(LuaError) {
        try descend(depth)
        for index in 0..<count {
            try push(depth: depth + 1)
            stack.setElement(index + 1)
        }
    }

    private mutating func pushMap(_ count: Int, _ depth: Int) throws(LuaError) {
        try descend(depth)
        for _ in 0..<count {
            try push(depth: depth + 1)
            try push(depth: depth + 1)
            // nil and NaN are no keys in Lua.
            let isKey = stack.kind(-2) == .number ? !stack.number(-2).isNaN : stack.kind(-2) != .null
            if isKey { lua_rawset(stack.state, -3) } else { stack.pop(2) }
        }
    }
}
