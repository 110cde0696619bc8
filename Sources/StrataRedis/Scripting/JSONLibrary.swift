import CStrataLua
import StrataRESP

/// The `cjson` table: functions, errors and defaults of lua-cjson 2.1.0 (https://kyne.au/~mark/software/lua-cjson-manual.html).
enum JSONLibrary {
    static let functions = [
        LuaFunction("cjson", "encode") { scripting, stack throws(LuaError) in
            guard stack.count == 1 else { throw .argument(1, "expected 1 argument") }
            var encoder = JSONEncoder(scripting.json, stack)
            try encoder.append(depth: 0)
            stack.push(encoder.output)
            return 1
        },
        LuaFunction("cjson", "decode") { scripting, stack throws(LuaError) in
            guard stack.count == 1 else { throw .argument(1, "expected 1 argument") }
            var decoder = JSONDecoder(scripting.json, try stack.checkedBytes(1), stack)
            try decoder.decode()
            return 1
        },
        LuaFunction("cjson", "encode_sparse_array") { scripting, stack throws(LuaError) in
            if stack.kind(1) != .none, stack.kind(1) != .null {
                guard stack.kind(1) == .boolean else { throw stack.mismatch(1, "boolean") }
                scripting.json.convertsSparse = stack.boolean(1)
            }
            try setInteger(stack, 2, 0...Int(Int32.max)) { scripting.json.sparseRatio = $0 }
            try setInteger(stack, 3, 0...Int(Int32.max)) { scripting.json.sparseSafe = $0 }
            stack.push(scripting.json.convertsSparse)
            stack.push(Double(scripting.json.sparseRatio))
            stack.push(Double(scripting.json.sparseSafe))
            return 3
        },
        LuaFunction("cjson", "encode_max_depth") { scripting, stack throws(LuaError) in
            try setInteger(stack, 1, 1...Int(Int32.max)) { scripting.json.encodeDepth = $0 }
            stack.push(Double(scripting.json.encodeDepth))
            return 1
        },
        LuaFunction("cjson", "decode_max_depth") { scripting, stack throws(LuaError) in
            try setInteger(stack, 1, 1...Int(Int32.max)) { scripting.json.decodeDepth = $0 }
            stack.push(Double(scripting.json.decodeDepth))
            return 1
        },
        LuaFunction("cjson", "encode_number_precision") { scripting, stack throws(LuaError) in
            try setInteger(stack, 1, 1...14) { scripting.json.precision = $0 }
            stack.push(Double(scripting.json.precision))
            return 1
        },
        LuaFunction("cjson", "encode_keep_buffer") { scripting, stack throws(LuaError) in
            if stack.kind(1) == .boolean { scripting.json.keepsBuffer = stack.boolean(1) }
            stack.push(scripting.json.keepsBuffer)
            return 1
        },
        LuaFunction("cjson", "encode_invalid_numbers") { scripting, stack throws(LuaError) in
            if stack.kind(1) == .boolean {
                scripting.json.encodesInvalidNumbers = stack.boolean(1) ? .write : .refuse
            } else if stack.kind(1) != .none {
                let word = try stack.checkedBytes(1)
                guard let choice = invalidNumbers(word) else {
                    throw .argument(1, "invalid option '\(word.text)'")
                }
                scripting.json.encodesInvalidNumbers = choice
            }
            switch scripting.json.encodesInvalidNumbers {
            case .refuse: stack.push(false)
            case .write: stack.push(true)
            case .null: stack.push("null")
            }
            return 1
        },
        LuaFunction("cjson", "decode_invalid_numbers") { scripting, stack throws(LuaError) in
            if stack.kind(1) == .boolean { scripting.json.decodesInvalidNumbers = stack.boolean(1) }
            stack.push(scripting.json.decodesInvalidNumbers)
            return 1
        },
        LuaFunction("cjson", "new") { _, stack throws(LuaError) in
            // There is one encoder, whose settings scripts share; nothing else is in the table.
            lua_getfield(stack.state, LUA_GLOBALSINDEX, "cjson")
            return 1
        },
    ]

    private static func invalidNumbers(_ word: Bytes) -> JSONSettings.InvalidNumbers? {
        word.isWord("null") ? .null : word.isWord("on") ? .write : word.isWord("off") ? .refuse : nil
    }

    private static func setInteger(
        _ stack: LuaStack, _ place: Int32, _ range: ClosedRange<Int>, _ set: (Int) -> Void
    ) throws(LuaError) {
        if stack.kind(place) == .none || stack.kind(place) == .null { return }
        let value = try stack.checkedInteger(place)
        guard range.contains(value) else {
            throw .argument(place, "expected integer between \(range.lowerBound) and \(range.upperBound)")
        }
        set(value)
    }

    static func addConstants(_ stack: LuaStack) {
        lua_getfield(stack.state, LUA_GLOBALSINDEX, "cjson")
        lua_pushlightuserdata(stack.state, nil)
        stack.setField("null")
        stack.push("cjson")
        stack.setField("_NAME")
        stack.push("2.1.0")
        stack.setField("_VERSION")
        stack.pop()
    }
}
