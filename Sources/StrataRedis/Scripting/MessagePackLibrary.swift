import CStrataLua
import StrataRESP

/// The `cmsgpack` table: MessagePack (https://github.com/msgpack/msgpack/blob/master/spec.md), with lua-cmsgpack 0.4.0's choices.
enum MessagePackLibrary {
    static let functions = [
        LuaFunction("cmsgpack", "pack") { _, stack throws(LuaError) in
            guard stack.count > 0 else { throw .argument(0, "MessagePack pack needs input.") }
            var encoder = MessagePackEncoder(stack)
            for place in 1...stack.count {
                lua_pushvalue(stack.state, place)
                encoder.append(depth: 0)
                stack.pop()
            }
            stack.push(encoder.output)
            return 1
        },
        LuaFunction("cmsgpack", "unpack") { _, stack throws(LuaError) in
            try unpack(stack, limit: 0, offset: 0)
        },
        LuaFunction("cmsgpack", "unpack_one") { _, stack throws(LuaError) in
            let offset = stack.kind(2) == .none ? 0 : try stack.checkedInteger(2)
            return try unpack(stack, limit: 1, offset: offset)
        },
        LuaFunction("cmsgpack", "unpack_limit") { _, stack throws(LuaError) in
            let limit = try stack.checkedInteger(2)
            let offset = stack.kind(3) == .none ? 0 : try stack.checkedInteger(3)
            return try unpack(stack, limit: limit, offset: offset)
        },
    ]

    /// - Parameter limit: how many values; 0, with offset 0, for all, without the offset that else comes before them.
    private static func unpack(_ stack: LuaStack, limit: Int, offset: Int) throws(LuaError) -> Int32 {
        let data = try stack.checkedBytes(1)
        guard offset >= 0, limit >= 0 else {
            throw .here("Invalid request to unpack with offset of \(offset) and limit of \(data.count).")
        }
        guard offset <= data.count else {
            throw .here("Start offset \(offset) greater than input length \(data.count).")
        }
        let isAll = limit == 0 && offset == 0
        var decoder = MessagePackDecoder(data, offset, stack)
        var count: Int32 = 0
        while !decoder.isAtEnd, limit == 0 || count < limit {
            guard stack.reserve(6) else { throw .here("too many values to unpack") }
            try decoder.push(depth: 0)
            count += 1
        }
        if isAll { return count }
        stack.push(decoder.isAtEnd ? -1 : Double(decoder.at))
        lua_insert(stack.state, -count - 1)
        return count + 1
    }

    static func addConstants(_ stack: LuaStack) {
        lua_getfield(stack.state, LUA_GLOBALSINDEX, "cmsgpack")
        stack.push("cmsgpack")
        stack.setField("_NAME")
        stack.push("lua-cmsgpack 0.4.0")
        stack.setField("_VERSION")
        stack.push("MessagePack for Lua")
        stack.setField("_DESCRIPTION")
        stack.pop()
    }
}
