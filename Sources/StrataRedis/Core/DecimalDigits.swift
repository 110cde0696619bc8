import StrataRESP

/// The decimal form of an integer, without an allocation.
package struct DecimalDigits {
    // 24 bytes: a minus and 19 digits fit.
    private var storage: (UInt64, UInt64, UInt64) = (0, 0, 0)
    package let count: Int

    @inline(__always)
    package init(_ value: Int64) {
        let count = Self.count(of: value)
        self.count = count
        withUnsafeMutableBytes(of: &storage) { buffer in
            var rest = value.magnitude
            var at = count
            repeat {
                at -= 1
                buffer[at] = UInt8(ascii: "0") &+ UInt8(truncatingIfNeeded: rest % 10)
                rest /= 10
            } while rest > 0
            if value < 0 { buffer[0] = UInt8(ascii: "-") }
        }
    }

    @inline(__always)
    package func withBytes<R, E: Error>(_ body: (Bytes) throws(E) -> R) throws(E) -> R {
        try withUnsafeBytes(of: storage) { (buffer) throws(E) -> R in
            try body(Bytes(UnsafeRawBufferPointer(rebasing: buffer[..<count])))
        }
    }

    /// Characters of the decimal form.
    @inline(__always)
    package static func count(of value: Int64) -> Int {
        var rest = value.magnitude
        var digits = value < 0 ? 2 : 1
        while rest >= 10 {
            rest /= 10
            digits += 1
        }
        return digits
    }
}
