/// The `bit` table: operations on numbers as 32-bit words, with the semantics of BitOp (https://bitop.luajit.org/semantics.html): arguments are rounded to
/// whole numbers and taken modulo 2^32, results are signed.
enum BitLibrary {
    static let functions: [LuaFunction] =
        [
            unary("tobit") { $0 },
            unary("bnot") { ~$0 },
            unary("bswap") { $0.byteSwapped },
            fold("band") { $0 & $1 },
            fold("bor") { $0 | $1 },
            fold("bxor") { $0 ^ $1 },
            shift("lshift") { $0 << $1 },
            shift("rshift") { $0 >> $1 },
            shift("arshift") { UInt32(bitPattern: Int32(bitPattern: $0) >> Int32($1)) },
            shift("rol") { $0 << $1 | $0 >> (32 - $1) },
            shift("ror") { $0 >> $1 | $0 << (32 - $1) },
            LuaFunction("bit", "tohex") { _, stack throws(LuaError) in
                let value = try word(stack, 1)
                let given = stack.kind(2) == .none ? 8 : Int32(bitPattern: try word(stack, 2))
                let digits = String(value, radix: 16, uppercase: given < 0)
                let padded = String(repeating: "0", count: 8 - digits.count) + digits
                stack.push(text: String(padded.suffix(Int(min(8, given.magnitude)))))
                return 1
            },
        ]

    private static func word(_ stack: LuaStack, _ place: Int32) throws(LuaError) -> UInt32 {
        // 2^52 + 2^51: the sum has the rounded number, modulo 2^32, in its lowest bits.
        UInt32(truncatingIfNeeded: (try stack.checkedNumber(place) + 6_755_399_441_055_744).bitPattern)
    }

    private static func push(_ stack: LuaStack, _ word: UInt32) -> Int32 {
        stack.push(Double(Int32(bitPattern: word)))
        return 1
    }

    private static func unary(_ name: String, _ operation: @escaping @Sendable (UInt32) -> UInt32) -> LuaFunction {
        LuaFunction("bit", name) { _, stack throws(LuaError) in push(stack, operation(try word(stack, 1))) }
    }

    private static func fold(
        _ name: String, _ operation: @escaping @Sendable (UInt32, UInt32) -> UInt32
    ) -> LuaFunction {
        LuaFunction("bit", name) { _, stack throws(LuaError) in
            var result = try word(stack, 1)
            var place: Int32 = 2
            while place <= stack.count {
                result = operation(result, try word(stack, place))
                place += 1
            }
            return push(stack, result)
        }
    }

    private static func shift(
        _ name: String, _ operation: @escaping @Sendable (UInt32, UInt32) -> UInt32
    ) -> LuaFunction {
        LuaFunction("bit", name) { _, stack throws(LuaError) in
            push(stack, operation(try word(stack, 1), try word(stack, 2) & 31))
        }
    }
}
