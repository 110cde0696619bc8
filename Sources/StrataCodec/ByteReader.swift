/// A cursor over bytes that its caller lends anew with each read: it knows where it is, and borrows nothing.
///
/// Every read checks its bounds; a throwing read leaves the cursor where it was. Integers are little-endian unless the
/// name says otherwise.
package struct ByteReader: Sendable {
    /// Bytes from the start of the span to the next read.
    package private(set) var offset: Int

    @inline(__always)
    package init(at offset: Int = 0) {
        precondition(offset >= 0, "a cursor before the first byte")
        self.offset = offset
    }

    /// Bytes of `bytes` that are still to be read.
    @inline(__always)
    package func remaining(in bytes: RawSpan) -> Int { max(0, bytes.byteCount - offset) }

    /// Throws `.truncated` where fewer bytes are left than `T` has.
    @inline(__always)
    package mutating func read<T: FixedWidthInteger & BitwiseCopyable>(
        _ type: T.Type = T.self, from bytes: RawSpan
    ) throws(CodecError) -> T {
        let value = try bytes.littleEndian(T.self, at: offset)
        offset += MemoryLayout<T>.size
        return value
    }

    /// Throws `.truncated` where fewer bytes are left than `T` has.
    @inline(__always)
    package mutating func readBigEndian<T: FixedWidthInteger & BitwiseCopyable>(
        _ type: T.Type = T.self, from bytes: RawSpan
    ) throws(CodecError) -> T {
        try read(T.self, from: bytes).byteSwapped
    }

    /// The next LEB128 number. Throws `.truncated`, or `.malformed` where it is overlong or above 64 bits.
    @inline(__always)
    package mutating func readVarint(from bytes: RawSpan) throws(CodecError) -> UInt64 {
        let (value, size) = try Varint.decode(bytes, at: offset)
        offset += size
        return value
    }

    /// Steps over the next `count` bytes and returns where they are, for `bytes.extracting`. A negative `count`, which
    /// outside bytes can announce too, throws `.truncated` like one that is too large.
    @inline(__always)
    package mutating func skip(_ count: Int, in bytes: RawSpan) throws(CodecError) -> Range<Int> {
        guard count >= 0, count <= remaining(in: bytes) else { throw .truncated }
        let start = offset
        offset += count
        return start..<offset
    }
}

extension RawSpan {
    /// The integer of `T`'s size at `offset`, which need not be aligned. Throws `.truncated` where it does not lie within.
    @inline(__always)
    package func littleEndian<T: FixedWidthInteger & BitwiseCopyable>(
        _ type: T.Type = T.self, at offset: Int
    ) throws(CodecError) -> T {
        // Subtracting keeps the check free of overflow, whatever the offset.
        guard offset >= 0, offset <= byteCount - MemoryLayout<T>.size else { throw .truncated }
        return T(littleEndian: unsafeLoadUnaligned(fromUncheckedByteOffset: offset, as: T.self))
    }
}

extension [UInt8] {
    @inline(__always)
    package mutating func append<T: FixedWidthInteger & BitwiseCopyable>(littleEndian value: T) {
        Swift.withUnsafeBytes(of: value.littleEndian) { append(contentsOf: $0) }
    }

    @inline(__always)
    package mutating func append<T: FixedWidthInteger & BitwiseCopyable>(bigEndian value: T) {
        append(littleEndian: value.byteSwapped)
    }

    /// LEB128; see `Varint`.
    package mutating func append(varint value: UInt64) {
        var rest = value
        while rest >= 0x80 {
            append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        append(UInt8(truncatingIfNeeded: rest))
    }
}
