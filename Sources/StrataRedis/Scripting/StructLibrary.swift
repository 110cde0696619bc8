import CStrataLua
import StrataRESP

/// The `struct` table: numbers and strings to and from bytes, by the formats of Lua's struct library (http://www.inf.puc-rio.br/~roberto/struct/).
enum StructLibrary {
    static let functions = [
        LuaFunction("struct", "pack") { _, stack throws(LuaError) in
            // Stands for the first argument that is missing, as in errors of the original.
            stack.pushNull()
            var layout = StructLayout(try stack.checkedBytes(1))
            var output: [UInt8] = []
            var place: Int32 = 2
            while let item = try layout.next(at: output.count) {
                output += [UInt8](repeating: 0, count: item.padding)
                switch item.kind {
                case .padByte: output.append(0)
                case .integer:
                    let value = try stack.checkedNumber(place)
                    place += 1
                    append(value, item.size, layout.isLittleEndian, to: &output)
                case .float:
                    let value = Float(try stack.checkedNumber(place)).bitPattern
                    place += 1
                    append(UInt64(value), 4, layout.isLittleEndian, to: &output)
                case .double:
                    let value = try stack.checkedNumber(place).bitPattern
                    place += 1
                    append(value, 8, layout.isLittleEndian, to: &output)
                case .fixedString, .zeroString:
                    let bytes = try stack.checkedBytes(place)
                    let size = item.size == 0 ? bytes.count : item.size
                    guard bytes.count >= size else { throw .argument(place, "string too short") }
                    place += 1
                    output += bytes[0..<size].copy()
                    if item.kind == .zeroString { output.append(0) }
                case .setting: break
                }
            }
            stack.push(output)
            return 1
        },
        LuaFunction("struct", "unpack") { _, stack throws(LuaError) in try unpack(stack) },
        LuaFunction("struct", "size") { _, stack throws(LuaError) in
            var layout = StructLayout(try stack.checkedBytes(1))
            var size = 0
            while let item = try layout.next(at: size) {
                if item.kind == .zeroString { throw .argument(1, "option 's' has no fixed size") }
                if item.kind == .fixedString, item.size == 0 { throw .argument(1, "option 'c0' has no fixed size") }
                size += item.padding + item.size
            }
            stack.push(Double(size))
            return 1
        },
    ]

    private static func unpack(_ stack: LuaStack) throws(LuaError) -> Int32 {
        var layout = StructLayout(try stack.checkedBytes(1))
        let data = try stack.checkedBytes(2)
        let first = stack.kind(3) == .none ? 1 : try stack.checkedInteger(3)
        guard first > 0 else { throw .argument(3, "offset must be 1 or greater") }
        var at = first - 1
        var count: Int32 = 0
        while let item = try layout.next(at: at) {
            at += item.padding
            var size = item.size
            if item.kind == .fixedString, size == 0 {
                guard count > 0, stack.kind(-1) == .number else {
                    throw .here("format 'c0' needs a previous size")
                }
                size = LuaStack.integer(stack.number(-1))
                stack.pop()
                count -= 1
            }
            guard size >= 0, size <= data.count, at <= data.count - size else {
                throw .argument(2, "data string too short")
            }
            guard stack.reserve(3) else { throw .here("too many results to unpack") }
            let bytes = data[at..<at + size]
            at += size
            switch item.kind {
            case .padByte, .setting: continue
            case .integer: stack.push(number(bytes, item.isSigned, layout.isLittleEndian))
            case .float: stack.push(Double(Float(bitPattern: UInt32(word(bytes, layout.isLittleEndian)))))
            case .double: stack.push(Double(bitPattern: word(bytes, layout.isLittleEndian)))
            case .fixedString: stack.push(bytes)
            case .zeroString:
                guard let end = data[at..<data.count].buffer.firstIndex(of: 0) else {
                    throw .here("unfinished string in data")
                }
                stack.push(data[at..<at + end])
                at += end + 1
            }
            count += 1
        }
        stack.push(Double(at + 1))
        return count + 1
    }

    /// Whole numbers are taken modulo the size, negative ones in two's complement.
    private static func append(_ value: Double, _ size: Int, _ isLittle: Bool, to output: inout [UInt8]) {
        let whole: UInt64
        if value < 0 {
            whole = UInt64(bitPattern: Int64(LuaStack.integer(value)))
        } else {
            whole = value < 18_446_744_073_709_551_616 ? UInt64(value) : .max
        }
        append(whole, size, isLittle, to: &output)
    }

    private static func append(_ word: UInt64, _ size: Int, _ isLittle: Bool, to output: inout [UInt8]) {
        for index in 0..<size {
            let place = isLittle ? index : size - 1 - index
            output.append(place < 8 ? UInt8(truncatingIfNeeded: word >> UInt64(8 * place)) : 0)
        }
    }

    /// The lowest eight bytes.
    private static func word(_ bytes: Bytes, _ isLittle: Bool) -> UInt64 {
        var word: UInt64 = 0
        for index in 0..<bytes.count { word = word << 8 | UInt64(bytes[isLittle ? bytes.count - 1 - index : index]) }
        return word
    }

    private static func number(_ bytes: Bytes, _ isSigned: Bool, _ isLittle: Bool) -> Double {
        let word = word(bytes, isLittle)
        guard isSigned else { return Double(word) }
        let unused = UInt64(64 - 8 * min(8, bytes.count))
        return Double(Int64(bitPattern: word << unused) >> Int64(unused))
    }
}

/// A format of the struct library, read option by option. The defaults are those of x86-64: little endian, no alignment.
struct StructLayout {
    enum Kind {
        case padByte, integer, float, double, fixedString, zeroString, setting
    }
    struct Item {
        var kind: Kind
        var size: Int
        /// Zeros before it.
        var padding = 0
        var isSigned = false
    }
    private let format: Bytes
    private var at = 0
    private(set) var isLittleEndian = true
    private var alignment = 1

    private static let integerLimit = 32
    private static let nativeAlignment = 8

    init(_ format: Bytes) { self.format = format }

    /// The next item that is laid out, `offset` bytes after the beginning; nil at the end.
    mutating func next(at offset: Int) throws(LuaError) -> Item? {
        while at < format.count {
            let option = format[at]
            at += 1
            var item: Item
            switch option {
            case UInt8(ascii: "x"): item = Item(kind: .padByte, size: 1)
            case UInt8(ascii: "b"), UInt8(ascii: "B"): item = Item(kind: .integer, size: 1)
            case UInt8(ascii: "h"), UInt8(ascii: "H"): item = Item(kind: .integer, size: 2)
            case UInt8(ascii: "l"), UInt8(ascii: "L"), UInt8(ascii: "T"): item = Item(kind: .integer, size: 8)
            case UInt8(ascii: "i"), UInt8(ascii: "I"): item = Item(kind: .integer, size: try integerSize())
            case UInt8(ascii: "f"): item = Item(kind: .float, size: 4)
            case UInt8(ascii: "d"): item = Item(kind: .double, size: 8)
            case UInt8(ascii: "s"): return Item(kind: .zeroString, size: 0)
            case UInt8(ascii: "c"): return Item(kind: .fixedString, size: try number() ?? 1)
            case UInt8(ascii: " "): continue
            case UInt8(ascii: "<"):
                isLittleEndian = true
                continue
            case UInt8(ascii: ">"):
                isLittleEndian = false
                continue
            case UInt8(ascii: "!"):
                try align()
                continue
            default:
                throw .argument(1, "invalid format option '\(String(UnicodeScalar(option)))'")
            }
            item.isSigned = option >= UInt8(ascii: "a")
            let unit = min(item.size, alignment)
            item.padding = (unit - offset & (unit - 1)) & (unit - 1)
            return item
        }
        return nil
    }

    private mutating func number() throws(LuaError) -> Int? {
        var value: Int?
        while at < format.count, format[at] >= UInt8(ascii: "0"), format[at] <= UInt8(ascii: "9") {
            let next = (value ?? 0) * 10 + Int(format[at] - UInt8(ascii: "0"))
            guard next <= Int(Int32.max) else { throw .here("integral size overflow") }
            value = next
            at += 1
        }
        return value
    }

    private mutating func integerSize() throws(LuaError) -> Int {
        let size = try number() ?? 4
        guard size <= Self.integerLimit else {
            throw .here("integral size \(size) is larger than limit of \(Self.integerLimit)")
        }
        return size
    }

    private mutating func align() throws(LuaError) {
        let unit = try number() ?? Self.nativeAlignment
        guard unit > 0, unit & (unit - 1) == 0 else { throw .here("alignment \(unit) is not a power of 2") }
        alignment = unit
    }
}
