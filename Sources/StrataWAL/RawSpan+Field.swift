extension RawSpan {
    /// The little-endian integer at byte `offset` of a header whose length has been checked; a place outside is a
    /// mistake of ours and traps.
    @inline(__always)
    func field<T: FixedWidthInteger & BitwiseCopyable>(_ type: T.Type, at offset: Int) -> T {
        T(littleEndian: unsafeLoadUnaligned(fromByteOffset: offset, as: type))
    }
}
