import Glibc

/// Replies of one connection, encoded as they are given, in RESP2 or RESP3
/// (https://redis.io/docs/latest/develop/reference/protocol-spec/).
/// What RESP2 has no form for is written as Redis does it there: a map as a flat array, a double as a bulk string, null
/// as `$-1`.
package final class ReplyBuffer {
    // Exclusive access is not checked at run time here and in `Arguments`: one thread uses them, nothing is lent
    // `inout`, and the checks were 5 % of a request.

    /// Of the connection: 2 until HELLO says 3.
    @exclusivity(unchecked) package var version = 2
    @exclusivity(unchecked) package private(set) var base: UnsafeMutableRawPointer
    @exclusivity(unchecked) package private(set) var count = 0
    @exclusivity(unchecked) private var capacity: Int
    /// Elements not yet given of the arrays that were begun without a count.
    private var open: [(at: Int, kind: UInt8)] = []

    package init(capacity: Int = 16 << 10) {
        self.capacity = max(capacity, 64)
        base = .allocate(byteCount: self.capacity, alignment: 16)
    }

    deinit { base.deallocate() }

    package var bytes: Bytes { Bytes(base, count) }
    package var isEmpty: Bool { count == 0 }

    package func removeAll() { count = 0 }

    /// Forgets what came after `size`: the replies of a command that is to answer otherwise.
    package func truncate(to size: Int) {
        precondition(size <= count, "truncated to more than there is")
        count = size
    }

    /// Forgets the first `size` bytes, which were sent, and gives back the memory of a reply that was far larger than
    /// most.
    package func removeFirst(_ size: Int) {
        precondition(size <= count, "more sent than there was")
        precondition(open.isEmpty, "sent in the middle of a reply")
        count -= size
        if count > 0 { memmove(base, base + size, count) }
        if capacity > Self.keptCapacity, count < Self.keptCapacity / 2 { shrink() }
    }

    /// A connection keeps so much, whatever it was sent.
    private static let keptCapacity = 256 << 10

    /// Bytes of memory.
    package var memory: Int { capacity }

    @inline(never)
    private func shrink() {
        capacity = Self.keptCapacity / 2
        let smaller = UnsafeMutableRawPointer.allocate(byteCount: capacity, alignment: 16)
        smaller.copyMemory(from: base, byteCount: count)
        base.deallocate()
        base = smaller
    }

    // MARK: Replies

    /// `+text`: without line breaks.
    @inline(__always)
    package func simple(_ text: StaticString) {
        let length = text.utf8CodeUnitCount
        reserve(length + 3)
        byte(UInt8(ascii: "+"))
        append(text.utf8Start, length)
        lineEnd()
    }

    @inline(__always)
    package func ok() { simple("OK") }

    /// `-text`. Line breaks within it are made spaces.
    package func error(_ text: String) {
        byteReserving(UInt8(ascii: "-"))
        for code in text.utf8 { byteReserving(code == 10 || code == 13 ? 32 : code) }
        reserve(2)
        lineEnd()
    }

    @inline(__always)
    package func integer(_ value: Int64) { header(UInt8(ascii: ":"), value) }
    @inline(__always)
    package func integer(_ value: Int) { header(UInt8(ascii: ":"), Int64(value)) }

    @inline(__always)
    package func bulk(_ bytes: Bytes) {
        reserve(bytes.count + 26)
        header(UInt8(ascii: "$"), Int64(bytes.count))
        append(bytes.start, bytes.count)
        lineEnd()
    }

    package func bulk(_ bytes: [UInt8]) { bytes.withLent { bulk($0) } }

    package func bulk(_ text: String) {
        var text = text
        text.withUTF8 { bulk(Bytes(UnsafeRawBufferPointer($0))) }
    }

    /// The number as a bulk string.
    package func bulk(_ value: Int64) {
        reserve(50)
        let digits = Self.digits(of: value)
        header(UInt8(ascii: "$"), Int64(digits))
        write(value, digits)
        lineEnd()
    }

    /// A status that is not known at compile time.
    package func simple(_ text: String) {
        byteReserving(UInt8(ascii: "+"))
        for code in text.utf8 { byteReserving(code) }
        reserve(2)
        lineEnd()
    }

    /// No value: `$-1`, `_` in RESP3.
    @inline(__always)
    package func null() { raw(version == 2 ? "$-1\r\n" : "_\r\n") }

    /// No array: `*-1`, `_` in RESP3.
    package func nullArray() { raw(version == 2 ? "*-1\r\n" : "_\r\n") }

    package func array(_ count: Int) { header(UInt8(ascii: "*"), Int64(count)) }

    /// `pairs` keys with their values follow.
    package func map(_ pairs: Int) {
        if version == 2 { array(2 * pairs) } else { header(UInt8(ascii: "%"), Int64(pairs)) }
    }

    package func set(_ count: Int) { header(version == 2 ? UInt8(ascii: "*") : UInt8(ascii: "~"), Int64(count)) }

    /// A message that answers no command.
    package func push(_ count: Int) { header(version == 2 ? UInt8(ascii: "*") : UInt8(ascii: ">"), Int64(count)) }

    package func boolean(_ value: Bool) {
        if version == 2 { integer(value ? 1 : 0) } else { raw(value ? "#t\r\n" : "#f\r\n") }
    }

    /// `text` is the number as Redis prints it: "%.17g", "inf", "-inf", "nan".
    package func double(_ text: String) {
        if version == 2 {
            bulk(text)
        } else {
            byteReserving(UInt8(ascii: ","))
            for code in text.utf8 { byteReserving(code) }
            reserve(2)
            lineEnd()
        }
    }

    package func bigNumber(_ digits: String) {
        if version == 2 {
            bulk(digits)
        } else {
            byteReserving(UInt8(ascii: "("))
            for code in digits.utf8 { byteReserving(code) }
            reserve(2)
            lineEnd()
        }
    }

    /// `format` is three letters: txt or mkd.
    package func verbatim(_ text: String, format: StaticString = "txt") {
        if version == 2 { return bulk(text) }
        header(UInt8(ascii: "="), Int64(text.utf8.count + 4))
        reserve(8)
        append(format.utf8Start, 3)
        byte(UInt8(ascii: ":"))
        for code in text.utf8 { byteReserving(code) }
        reserve(2)
        lineEnd()
    }

    // MARK: Aggregates whose size is known at the end

    package enum Aggregate: UInt8 {
        case array = 0x2A
        case map = 0x25
        case set = 0x7E
    }

    /// Begins an aggregate; `end(_:)` is given its count. May be nested.
    package func begin(_ kind: Aggregate) { open.append((count, kind.rawValue)) }

    /// - Parameter count: elements, or pairs of a map.
    package func end(_ elements: Int) {
        guard let (at, kind) = open.popLast() else { preconditionFailure("an aggregate ended that was not begun") }
        let length = count - at
        let size = version == 2 && kind == Aggregate.map.rawValue ? 2 * elements : elements
        let headerSize = Self.digits(of: Int64(size)) + 3
        reserve(headerSize)
        memmove(base + at + headerSize, base + at, length)
        count = at
        header(version == 2 ? Aggregate.array.rawValue : kind, Int64(size))
        count += length
    }

    // MARK: Bytes

    /// Bytes that are RESP already.
    package func raw(_ bytes: Bytes) {
        reserve(bytes.count)
        append(bytes.start, bytes.count)
    }

    @inline(__always)
    package func raw(_ text: StaticString) {
        reserve(text.utf8CodeUnitCount)
        append(text.utf8Start, text.utf8CodeUnitCount)
    }

    @inline(__always)
    private func header(_ kind: UInt8, _ value: Int64) {
        reserve(24)
        byte(kind)
        write(value, Self.digits(of: value))
        lineEnd()
    }

    @inline(__always)
    private func reserve(_ size: Int) { if capacity - count < size { grow(size) } }

    @inline(never)
    private func grow(_ size: Int) {
        capacity = max(2 * capacity, count + size)
        let larger = UnsafeMutableRawPointer.allocate(byteCount: capacity, alignment: 16)
        larger.copyMemory(from: base, byteCount: count)
        base.deallocate()
        base = larger
    }

    @inline(__always)
    private func byte(_ value: UInt8) {
        base.storeBytes(of: value, toByteOffset: count, as: UInt8.self)
        count += 1
    }

    @inline(__always)
    private func byteReserving(_ value: UInt8) {
        reserve(1)
        byte(value)
    }

    @inline(__always)
    private func append(_ start: UnsafeRawPointer, _ size: Int) {
        memcpy(base + count, start, size)
        count += size
    }

    @inline(__always)
    private func lineEnd() {
        base.storeBytes(of: 0x0A0D, toByteOffset: count, as: UInt16.self)
        count += 2
    }

    /// Characters of the decimal form.
    @inline(__always)
    private static func digits(of value: Int64) -> Int {
        var rest = value.magnitude
        var digits = value < 0 ? 2 : 1
        while rest >= 10 {
            rest /= 10
            digits += 1
        }
        return digits
    }

    @inline(__always)
    private func write(_ value: Int64, _ digits: Int) {
        var rest = value.magnitude
        var at = count + digits
        repeat {
            at -= 1
            base.storeBytes(of: UInt8(ascii: "0") + UInt8(rest % 10), toByteOffset: at, as: UInt8.self)
            rest /= 10
        } while rest > 0
        if value < 0 { base.storeBytes(of: UInt8(ascii: "-"), toByteOffset: count, as: UInt8.self) }
        count += digits
    }
}
