import CStrataLua

/// Numbers as C prints them.
enum LuaNumber {
    /// `value` with so many significant digits: printf's %.*g.
    static func text(_ value: Double, precision: Int32) -> [UInt8] {
        withUnsafeTemporaryAllocation(of: CChar.self, capacity: 64) { buffer in
            let size = strata_lua_print(buffer.baseAddress, buffer.count, precision, value)
            return buffer[..<Int(min(size, 63))].map { UInt8(bitPattern: $0) }
        }
    }

    /// As a command's argument: all digits that matter.
    static func argument(_ value: Double) -> [UInt8] {
        // Whole numbers, the most by far, do not need printf. Below 2^53 all digits of %.17g are there.
        if value.magnitude < 9e15, let whole = Int64(exactly: value), whole != 0 || value.sign == .plus {
            return Array(String(whole).utf8)
        }
        return text(value, precision: 17)
    }
}
