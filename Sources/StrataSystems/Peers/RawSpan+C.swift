extension RawSpan {
    /// Lends the bytes as C strings of given length take them.
    @inline(__always)
    func withCharacters<R>(_ body: (UnsafePointer<CChar>?, Int) throws -> R) rethrows -> R {
        try withUnsafeBytes { bytes in
            try body(bytes.baseAddress?.assumingMemoryBound(to: CChar.self), bytes.count)
        }
    }
}
