/// The key of a number, for every system alike: "user" and 16 lower-case hexadecimal digits, as YCSB's records are called
/// "user" and a number. Of fixed length, so that the order of numbers is the order of keys.
package enum KeyName {
    /// Bytes of every key.
    package static let byteCount = 20

    /// Lends the key's bytes. Allocates nothing.
    @inline(__always)
    package static func withBytes<R, E: Error>(of number: UInt64, _ body: (RawSpan) throws(E) -> R) throws(E) -> R {
        let high = digits(UInt32(truncatingIfNeeded: number >> 32))
        let low = digits(UInt32(truncatingIfNeeded: number))
        // Five words of four characters each, as they stand in memory.
        let words: InlineArray<5, UInt32> = [
            user, UInt32(truncatingIfNeeded: high), UInt32(truncatingIfNeeded: high >> 32),
            UInt32(truncatingIfNeeded: low), UInt32(truncatingIfNeeded: low >> 32),
        ]
        return try body(words.span.bytes)
    }

    /// "user" with its first character at the lowest address.
    private static let user = UInt32(bigEndian: 0x7573_6572)

    /// Eight hexadecimal digits, the highest at the lowest address: all at once, in the bytes of one word.
    @inline(__always)
    private static func digits(_ value: UInt32) -> UInt64 {
        var nibbles = UInt64(value)
        nibbles = (nibbles << 16 | nibbles) & 0x0000_FFFF_0000_FFFF
        nibbles = (nibbles << 8 | nibbles) & 0x00FF_00FF_00FF_00FF
        nibbles = (nibbles << 4 | nibbles) & 0x0F0F_0F0F_0F0F_0F0F
        // 1 in each byte above 9: adding 6 carries into the upper half.
        let letters = ((nibbles &+ 0x0606_0606_0606_0606) >> 4) & 0x0101_0101_0101_0101
        // "0" is 0x30, and "a" stands 0x27 above what would follow "9".
        let text = nibbles &+ 0x3030_3030_3030_3030 &+ letters &* 0x27
        return text.bigEndian
    }
}
