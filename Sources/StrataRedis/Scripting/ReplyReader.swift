import CStrataLua
import Glibc
import StrataRESP

/// Replies of our own commands as values of Lua's. What RESP3 adds comes as tables with one field that names the kind: map, set, double, big_number,
/// verbatim_string.
struct ReplyReader {
    private let bytes: Bytes
    private let stack: LuaStack
    private var at = 0

    init(_ bytes: Bytes, _ stack: LuaStack) {
        self.bytes = bytes
        self.stack = stack
    }

    /// Pushes the next reply. Replies of commands nest a few levels; beyond the stack's room nil stands for them.
    mutating func push() {
        guard at < bytes.count else { return stack.pushNull() }
        let kind = bytes[at]
        at += 1
        let line = line()
        switch kind {
        case UInt8(ascii: ":"): stack.push(Double(line.integer ?? 0))
        case UInt8(ascii: "$"): pushBulk(line)
        case UInt8(ascii: "+"): pushField("ok", line)
        case UInt8(ascii: "-"): pushField("err", line)
        case UInt8(ascii: "*"): pushArray(line)
        case UInt8(ascii: "%"): pushMap(line)
        case UInt8(ascii: "~"): pushSet(line)
        case UInt8(ascii: "#"): stack.push(line.count > 0 && line[0] == UInt8(ascii: "t"))
        case UInt8(ascii: ","):
            stack.pushTable(fields: 1)
            stack.push(Self.double(line))
            stack.setField("double")
        case UInt8(ascii: "("): pushField("big_number", line)
        case UInt8(ascii: "="): pushVerbatim(line)
        default: stack.pushNull()
        }
    }

    /// Up to the line's end, which is passed.
    private mutating func line() -> Bytes {
        let start = at
        while at < bytes.count, bytes[at] != 13 { at += 1 }
        let line = bytes[start..<at]
        at = min(at + 2, bytes.count)
        return line
    }

    private mutating func blob(_ size: Bytes) -> Bytes? {
        guard let size = size.integer, size >= 0, at + Int(size) + 2 <= bytes.count else { return nil }
        defer { at += Int(size) + 2 }
        return bytes[at..<at + Int(size)]
    }

    private mutating func pushBulk(_ size: Bytes) {
        // No value is false: nil would end a list.
        if let blob = blob(size) { stack.push(blob) } else { stack.push(false) }
    }

    private func pushField(_ name: StaticString, _ value: Bytes) {
        stack.pushTable(fields: 1)
        stack.push(value)
        stack.setField(name)
    }

    private mutating func pushVerbatim(_ size: Bytes) {
        guard let text = blob(size), text.count >= 4 else { return stack.pushNull() }
        stack.pushTable(fields: 1)
        stack.pushTable(fields: 2)
        stack.push(text[4..<text.count])
        stack.setField("string")
        stack.push(text[0..<3])
        stack.setField("format")
        stack.setField("verbatim_string")
    }

    private mutating func pushArray(_ count: Bytes) {
        guard let count = count.integer, count >= 0 else { return stack.push(false) }
        stack.pushTable(elements: Int(count))
        guard stack.reserve(8) else { return }
        for index in 0..<Int(count) {
            push()
            stack.setElement(index + 1)
        }
    }

    private mutating func pushMap(_ count: Bytes) {
        stack.pushTable(fields: 1)
        stack.pushTable(fields: Int(count.integer ?? 0))
        if stack.reserve(8) {
            for _ in 0..<(count.integer ?? 0) {
                push()
                push()
                setPair()
            }
        }
        stack.setField("map")
    }

    private mutating func pushSet(_ count: Bytes) {
        stack.pushTable(fields: 1)
        stack.pushTable(fields: Int(count.integer ?? 0))
        if stack.reserve(8) {
            for _ in 0..<(count.integer ?? 0) {
                push()
                stack.push(true)
                setPair()
            }
        }
        stack.setField("set")
    }

    /// Pops a value and its key into the table below them. A key that is no value has no place in a table.
    private func setPair() {
        if stack.kind(-2) == .null { stack.pop(2) } else { lua_rawset(stack.state, -3) }
    }

    private static func double(_ text: Bytes) -> Double {
        text.double ?? (text.isWord("nan") || text.isWord("-nan") ? .nan : 0)
    }
}
