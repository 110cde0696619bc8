/// The generator behind math.random: the 48-bit linear congruence of POSIX' lrand48 with its own first state, as in Redis 7.0, which seeds it neither by chance
/// nor anew for every script.
struct LuaRandom {
    private var state: UInt64 = 0x1234_ABCD_330E

    mutating func seed(_ value: Int32) {
        state = UInt64(UInt32(bitPattern: value)) << 16 | 0x330E
    }

    /// From 0 to 2^31 - 1.
    mutating func next() -> UInt32 {
        state = (state &* 0x5_DEEC_E66D &+ 0xB) & (1 << 48 - 1)
        return UInt32(state >> 17)
    }

    /// From 0, included, to 1, excluded.
    mutating func fraction() -> Double { Double(next() % 0x7FFF_FFFF) / 2_147_483_647 }
}
