import CStrataLua
import StrataRESP

/// Values of Lua's as MessagePack, each in the shortest form that holds it.
struct MessagePackEncoder {
    private let stack: LuaStack
    private(set) var output: [UInt8] = []

    /// Tables within tables; deeper ones are nil, as in lua-cmsgpack.
    private static let depthLimit = 16

    init(_ stack: LuaStack) { self.stack = stack }

    /// Appends the value on the top, which stays there.
    mutating func append(depth: Int) {
        switch stack.kind(-1) {
        case .string: if let bytes = stack.bytes(-1) { append(string: bytes) }
        case .boolean: output.append(stack.boolean(-1) ? 0xC3 : 0xC2)
        case .number: append(number: stack.number(-1))
        case .table where depth < Self.depthLimit && stack.reserve(6): appendTable(depth: depth)
        default: output.append(0xC0)
        }
    }

    private mutating func append(_ kind: UInt8, _ value: UInt64, bytes: Int) {
        output.append(kind)
        for index in (0..<bytes).reversed() { output.append(UInt8(truncatingIfNeeded: value >> UInt64(8 * index))) }
    }

    private mutating func append(number: Double) {
        guard let whole = Int64(exactly: number) else {
            let short = Float(number)
            if Double(short) == number { return append(0xCA, UInt64(short.bitPattern), bytes: 4) }
            return append(0xCB, number.bitPattern, bytes: 8)
        }
        let bits = UInt64(bitPattern: whole)
        switch whole {
        case -32..<128: output.append(UInt8(truncatingIfNeeded: whole))
        case 128..<(1 << 8): append(0xCC, bits, bytes: 1)
        case 256..<(1 << 16): append(0xCD, bits, bytes: 2)
        case 65_536..<(1 << 32): append(0xCE, bits, bytes: 4)
        case 0...: append(0xCF, bits, bytes: 8)
        case (-128)...: append(0xD0, bits, bytes: 1)
        case (-32_768)...: append(0xD1, bits, bytes: 2)
        case (-2_147_483_648)...: append(0xD2, bits, bytes: 4)
        default: append(0xD3, bits, bytes: 8)
        }
    }

    private mutating func append(string: Bytes) {
        switch string.count {
        case 0..<32: output.append(0xA0 | UInt8(string.count))
        case 32..<256: append(0xD9, UInt64(string.count), bytes: 1)
        case 256..<65_536: append(0xDA, UInt64(string.count), bytes: 2)
        default: append(0xDB, UInt64(string.count), bytes: 4)
        }
        output.append(contentsOf: string.buffer)
    }

    private mutating func appendHeader(_ count: Int, fixed: UInt8, kind: UInt8) {
        switch count {
        case 0..<16: output.append(fixed | UInt8(count))
        case 16..<65_536: append(kind, UInt64(count), bytes: 2)
        default: append(kind + 1, UInt64(count), bytes: 4)
        }
    }

    private mutating func appendTable(depth: Int) {
        let (count, isList) = shape()
        if isList {
            appendHeader(count, fixed: 0x90, kind: 0xDC)
            for index in 0..<count {
                lua_rawgeti(stack.state, -1, Int32(clamping: index + 1))
                append(depth: depth + 1)
                stack.pop()
            }
            return
        }
        appendHeader(count, fixed: 0x80, kind: 0xDE)
        stack.pushNull()
        while lua_next(stack.state, -2) != 0 {
            lua_pushvalue(stack.state, -2)
            append(depth: depth + 1)
            stack.pop()
            append(depth: depth + 1)
            stack.pop()
        }
    }

    /// How many pairs a table has, and whether their keys are 1 to that number.
    private func shape() -> (count: Int, isList: Bool) {
        var count = 0
        var largest = 0.0
        var isList = true
        stack.pushNull()
        while lua_next(stack.state, -2) != 0 {
            count += 1
            let key = stack.kind(-2) == .number ? stack.number(-2) : 0
            if key < 1 || key.rounded(.down) != key { isList = false }
            largest = max(largest, key)
            stack.pop()
        }
        return (count, isList && largest == Double(count))
    }
}
