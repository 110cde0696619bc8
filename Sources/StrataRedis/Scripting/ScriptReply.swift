import CStrataLua
import StrataRESP

/// What a script returns, as a reply.
struct ScriptReply {
    /// The protocol that the script chose by redis.setresp: booleans depend on it.
    let version: Int
    let stack: LuaStack
    let reply: ReplyBuffer

    /// Pops the value on the top and replies it.
    func write() {
        guard stack.reserve(10) else {
            stack.pop()
            return reply.error("ERR reached lua stack limit")
        }
        switch stack.kind(-1) {
        case .string: if let bytes = stack.bytes(-1) { reply.bulk(bytes) }
        case .number: reply.integer(LuaStack.integer(stack.number(-1)))
        case .boolean: write(stack.boolean(-1))
        case .table: writeTable()
        default: reply.null()
        }
        stack.pop()
    }

    private func write(_ value: Bool) {
        if version > 2 { return reply.boolean(value) }
        value ? reply.integer(1) : reply.null()
    }

    /// The first of these fields that fits says what the table is; without any it is a list, which ends at the first nil.
    private func writeTable() {
        if writeField("err", .string, { reply.error($0.text) }) { return }
        if writeField("ok", .string, { reply.simple(Self.oneLine($0)) }) { return }
        stack.pushField("double", of: -1)
        if stack.kind(-1) == .number {
            writeDouble(stack.number(-1))
            return stack.pop()
        }
        stack.pop()
        if writePairs("map", hasValues: true) || writePairs("set", hasValues: false) { return }
        if writeField("big_number", .string, { reply.bigNumber(Self.oneLine($0)) }) { return }
        if writeVerbatim() { return }
        writeList()
    }

    private func writeField(_ name: StaticString, _ kind: LuaStack.Kind, _ body: (Bytes) -> Void) -> Bool {
        stack.pushField(name, of: -1)
        defer { stack.pop() }
        guard stack.kind(-1) == kind, let bytes = stack.bytes(-1) else { return false }
        body(bytes)
        return true
    }

    private func writeDouble(_ value: Double) {
        if value.isNaN { return reply.double("nan") }
        if value.isInfinite { return reply.double(value < 0 ? "-inf" : "inf") }
        reply.double(String(decoding: LuaNumber.text(value, precision: 17), as: UTF8.self))
    }

    private func writePairs(_ name: StaticString, hasValues: Bool) -> Bool {
        stack.pushField(name, of: -1)
        defer { stack.pop() }
        guard stack.kind(-1) == .table else { return false }
        reply.begin(hasValues ? .map : .set)
        var count = 0
        stack.pushNull()
        while lua_next(stack.state, -2) != 0 {
            // A copy of the key: a number must stay one for lua_next.
            lua_pushvalue(stack.state, -2)
            write()
            if hasValues { write() } else { stack.pop() }
            count += 1
        }
        reply.end(count)
        return true
    }

    private func writeVerbatim() -> Bool {
        stack.pushField("verbatim_string", of: -1)
        defer { stack.pop() }
        guard stack.kind(-1) == .table else { return false }
        stack.pushField("format", of: -1)
        stack.pushField("string", of: -2)
        defer { stack.pop(2) }
        guard stack.kind(-1) == .string, stack.kind(-2) == .string, let text = stack.bytes(-1),
            let format = stack.bytes(-2)
        else { return false }
        if reply.version == 2 {
            reply.bulk(text)
        } else {
            // Three letters, whatever was given.
            let letters = Array((format.copy() + Array("   ".utf8)).prefix(3))
            let header = Array("=\(text.count + 4)\r\n".utf8) + letters + [UInt8(ascii: ":")]
            header.withLent { reply.raw($0) }
            reply.raw(text)
            reply.raw("\r\n")
        }
        return true
    }

    private func writeList() {
        reply.begin(.array)
        var count = 0
        while true {
            lua_rawgeti(stack.state, -1, Int32(clamping: count + 1))
            if stack.kind(-1) == .null { break }
            write()
            count += 1
        }
        stack.pop()
        reply.end(count)
    }

    /// A status is one line.
    private static func oneLine(_ bytes: Bytes) -> String {
        String(decoding: bytes.buffer.map { $0 == 13 || $0 == 10 ? 32 : $0 }, as: UTF8.self)
    }
}
