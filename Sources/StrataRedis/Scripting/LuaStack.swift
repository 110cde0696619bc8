import CStrataLua
import StrataRESP

/// The stack of a Lua state or coroutine: how Swift and Lua exchange values. Positive places count from the bottom of the running function's part, from 1;
/// negative ones from the top.
///
/// Nothing here raises an error of Lua (see strata_lua.h), as long as a key set in a table is neither nil nor NaN.
struct LuaStack {
    let state: OpaquePointer

    enum Kind {
        case none, null, boolean, lightPointer, number, string, table, function, other
    }

    var count: Int32 { lua_gettop(state) }

    func kind(_ place: Int32) -> Kind {
        switch lua_type(state, place) {
        case LUA_TNONE: .none
        case LUA_TNIL: .null
        case LUA_TBOOLEAN: .boolean
        case LUA_TLIGHTUSERDATA: .lightPointer
        case LUA_TNUMBER: .number
        case LUA_TSTRING: .string
        case LUA_TTABLE: .table
        case LUA_TFUNCTION: .function
        default: .other
        }
    }

    /// Lua's name of the kind, "no value" where there is none.
    func kindName(_ place: Int32) -> String { String(cString: lua_typename(state, lua_type(state, place))) }

    /// Room for `count` more values; false where a script has gone too deep.
    func reserve(_ count: Int32) -> Bool { lua_checkstack(state, count) != 0 }

    // MARK: Reading

    func number(_ place: Int32) -> Double { lua_tonumber(state, place) }
    func boolean(_ place: Int32) -> Bool { lua_toboolean(state, place) != 0 }

    /// A string's bytes, or a number's digits; nil for anything else. Lua's own, as long as the value is on the stack.
    func bytes(_ place: Int32) -> Bytes? {
        var size = 0
        guard lua_isstring(state, place) != 0, let start = lua_tolstring(state, place, &size) else { return nil }
        return Bytes(start, size)
    }

    /// Pushes the field of the table at `place`, no metatable asked.
    func pushField(_ name: StaticString, of place: Int32) {
        let table = place < 0 ? place - 1 : place
        push(name)
        lua_rawget(state, table)
    }

    // MARK: Writing

    func pushNull() { lua_pushnil(state) }
    func push(_ value: Double) { lua_pushnumber(state, value) }
    func push(_ value: Bool) { lua_pushboolean(state, value ? 1 : 0) }

    func push(_ bytes: Bytes) {
        lua_pushlstring(state, bytes.start.assumingMemoryBound(to: CChar.self), bytes.count)
    }

    func push(_ bytes: [UInt8]) { bytes.withLent { push($0) } }

    func push(_ text: StaticString) { push(Bytes(text.utf8Start, text.utf8CodeUnitCount)) }

    func push(text: String) {
        var text = text
        text.withUTF8 { push(Bytes(UnsafeRawBufferPointer($0))) }
    }

    func pushTable(elements: Int = 0, fields: Int = 0) {
        lua_createtable(state, Int32(clamping: elements), Int32(clamping: fields))
    }

    /// Pops a value into the field `name` of the table then on the top.
    func setField(_ name: StaticString) {
        push(name)
        lua_insert(state, -2)
        lua_rawset(state, -3)
    }

    /// Pops a value into element `index` of the table then on the top.
    func setElement(_ index: Int) { lua_rawseti(state, -2, Int32(clamping: index)) }

    func pop(_ count: Int32 = 1) { strata_lua_pop(state, count) }
}

/// Why a function that Lua called failed. Lua's error is raised once Swift has returned.
enum LuaError: Error {
    /// The value on the top.
    case value
    /// A text, before which Lua puts the place in the script.
    case here(String)
    /// Argument number so and so is not what it should be.
    case argument(Int32, String)
    /// An error as commands answer it: code and text.
    case reply(String)
}

extension LuaStack {
    // MARK: Arguments, checked as Lua's own libraries do

    func checkedNumber(_ place: Int32) throws(LuaError) -> Double {
        guard lua_isnumber(state, place) != 0 else { throw mismatch(place, "number") }
        return lua_tonumber(state, place)
    }

    func checkedBytes(_ place: Int32) throws(LuaError) -> Bytes {
        guard let bytes = bytes(place) else { throw mismatch(place, "string") }
        return bytes
    }

    /// A whole number, cut off as Lua does it; what does not fit is the nearest that does.
    func checkedInteger(_ place: Int32) throws(LuaError) -> Int { Self.integer(try checkedNumber(place)) }

    static func integer(_ number: Double) -> Int {
        if let exact = Int(exactly: number.rounded(.towardZero)) { return exact }
        return number.isNaN ? 0 : number < 0 ? .min : .max
    }

    func mismatch(_ place: Int32, _ wanted: String) -> LuaError {
        .argument(place, "\(wanted) expected, got \(kindName(place))")
    }
}
