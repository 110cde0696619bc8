import Glibc

/// Bytes that somebody else owns, lent for the time of a call: an argument of a command, a field of a table. Whoever
/// keeps them copies them.
package struct Bytes: @unchecked Sendable {
    // Unchecked: whoever lends them to another thread waits for it.
    package let start: UnsafeRawPointer
    package let count: Int

    @inlinable @inline(__always)
    package init(_ start: UnsafeRawPointer, _ count: Int) {
        self.start = start
        self.count = count
    }

    @inlinable @inline(__always)
    package init(_ buffer: UnsafeRawBufferPointer) {
        // An empty buffer may have no address; nothing is ever read from this one.
        start = buffer.baseAddress ?? UnsafeRawPointer(bitPattern: 1)!
        count = buffer.count
    }

    @inlinable @inline(__always)
    package var isEmpty: Bool { count == 0 }

    @inlinable @inline(__always)
    package subscript(index: Int) -> UInt8 {
        precondition(index >= 0 && index < count, "a byte outside of its bytes")
        return start.load(fromByteOffset: index, as: UInt8.self)
    }

    /// Part of them.
    @inlinable @inline(__always)
    package subscript(range: Range<Int>) -> Bytes {
        precondition(range.lowerBound >= 0 && range.upperBound <= count, "a part outside of its bytes")
        return Bytes(start + range.lowerBound, range.count)
    }

    @inlinable @inline(__always)
    package var buffer: UnsafeRawBufferPointer { UnsafeRawBufferPointer(start: start, count: count) }

    package func copy() -> [UInt8] { Array(buffer) }

    /// As UTF-8, with what is none replaced: for messages, never for keys.
    package var text: String { String(decoding: buffer, as: UTF8.self) }

    @inlinable @inline(__always)
    package static func == (a: Bytes, b: Bytes) -> Bool {
        a.count == b.count && memcmp(a.start, b.start, a.count) == 0
    }

    /// By value, then the shorter first: below zero where this one is smaller.
    @inlinable
    package func compare(_ other: Bytes) -> Int {
        let order = memcmp(start, other.start, min(count, other.count))
        return order != 0 ? Int(order) : count - other.count
    }

    /// The same letters in either case (ASCII). `word` is in lower case.
    @inlinable
    package func isWord(_ word: StaticString) -> Bool {
        guard count == word.utf8CodeUnitCount else { return false }
        for index in 0..<count {
            var byte = start.load(fromByteOffset: index, as: UInt8.self)
            if byte >= 0x41, byte <= 0x5A { byte |= 0x20 }
            if byte != word.utf8Start[index] { return false }
        }
        return true
    }

    /// The number that they are the canonical decimal form of: no sign but a minus, no leading zeros, no spaces. Nil
    /// for anything else.
    package var integer: Int64? {
        if count == 0 || count > 20 { return nil }
        let isNegative = self[0] == UInt8(ascii: "-")
        var at = isNegative ? 1 : 0
        guard at < count else { return nil }
        let first = self[at]
        if first == UInt8(ascii: "0") { return count == 1 ? 0 : nil }
        var value: UInt64 = 0
        while at < count {
            let digit = self[at] &- UInt8(ascii: "0")
            if digit > 9 { return nil }
            let (product, isOver) = value.multipliedReportingOverflow(by: 10)
            let (sum, isOverToo) = product.addingReportingOverflow(UInt64(digit))
            if isOver || isOverToo { return nil }
            value = sum
            at += 1
        }
        if isNegative { return value <= 1 << 63 ? Int64(truncatingIfNeeded: 0 &- value) : nil }
        return value <= UInt64(Int64.max) ? Int64(value) : nil
    }
}

extension Array where Element == UInt8 {
    /// Lends the array's bytes.
    @inline(__always)
    package func withLent<R, E: Error>(_ body: (Bytes) throws(E) -> R) throws(E) -> R {
        try span.bytes.withUnsafeBytes { (buffer) throws(E) -> R in try body(Bytes(buffer)) }
    }
}
