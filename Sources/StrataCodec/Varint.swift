/// Unsigned LEB128: seven bits a byte, least significant first, the top bit set in all but the last (DWARF 5, section 7.6).
///
/// Each number has one accepted form. A longer one of the same value is refused, so that equal numbers are equal bytes.
package enum Varint {
    /// 64 bits in groups of seven.
    package static let maximumSize = 10

    /// Bytes that `value` takes: 1 to 10.
    @inline(__always)
    package static func size(of value: UInt64) -> Int {
        // 0 counts as one significant bit.
        (64 - (value | 1).leadingZeroBitCount + 6) / 7
    }

    /// Writes `value` to the front of `output`, which must have room for it, and returns the size.
    @inline(__always)
    package static func encode(_ value: UInt64, into output: UnsafeMutableRawBufferPointer) -> Int {
        precondition(output.count >= size(of: value), "no room for the number")
        var rest = value
        var count = 0
        while rest >= 0x80 {
            output[count] = UInt8(truncatingIfNeeded: rest) | 0x80
            rest >>= 7
            count += 1
        }
        output[count] = UInt8(truncatingIfNeeded: rest)
        return count + 1
    }

    /// The number at `offset` and its size. Throws `.truncated` where the bytes end inside it, `.malformed` where it is
    /// overlong or above 64 bits.
    @inline(__always)
    package static func decode(_ bytes: RawSpan, at offset: Int) throws(CodecError) -> (value: UInt64, size: Int) {
        guard offset >= 0, offset < bytes.byteCount else { throw .truncated }
        let first = bytes.unsafeLoadUnaligned(fromUncheckedByteOffset: offset, as: UInt8.self)
        if first < 0x80 { return (UInt64(first), 1) }
        return try decodeLong(bytes, at: offset)
    }

    private static func decodeLong(
        _ bytes: RawSpan, at offset: Int
    ) throws(CodecError) -> (value: UInt64, size: Int) {
        var value: UInt64 = 0
        for index in 0..<maximumSize {
            guard offset + index < bytes.byteCount else { throw .truncated }
            let byte = bytes.unsafeLoadUnaligned(fromUncheckedByteOffset: offset + index, as: UInt8.self)
            // Nine bytes hold 63 bits; the tenth has room for one.
            if index == maximumSize - 1 && byte > 1 { throw .malformed("varint above 64 bits") }
            value |= UInt64(byte & 0x7F) << UInt64(7 * index)
            if byte < 0x80 {
                guard byte != 0 else { throw .malformed("overlong varint") }
                return (value, index + 1)
            }
        }
        throw .malformed("varint above 64 bits")
    }
}
