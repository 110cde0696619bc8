/// From the number of a record to its key. Keys are compared as numbers, so this decides where in the order of keys the
/// records stand that were written one after the other.
package enum KeyOrder: Sendable, Hashable {
    /// The number itself: new records go to the end.
    case ascending
    /// Spread over all keys as if by chance, no two alike: new records go everywhere, as with YCSB's hashed inserts.
    case scattered

    /// SplitMix64's output function (Steele, Lea and Flood, OOPSLA 2014), which is a bijection.
    @inline(__always)
    package func key(of number: UInt64) -> UInt64 {
        guard self == .scattered else { return number }
        var z = number &+ 0x9E37_79B9_7F4A_7C15
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}
