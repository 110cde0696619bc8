import StrataRESP

/// An integer of 1 to 64 bits at any bit of a string, as BITFIELD names it: i16, u8.
struct BitField {
    enum Overflow {
        case wrap, saturate, fail
    }

    let isSigned: Bool
    let width: Int64
    /// Of its highest bit.
    var offset: Int64

    static let error = RedisError(
        "ERR Invalid bitfield type. Use something like i16 u8. Note that u64 is not supported but i64 is.")

    init(type: Bytes, offset: Int64 = 0) throws(RedisError) {
        guard type.count > 1, type[0] == UInt8(ascii: "i") || type[0] == UInt8(ascii: "u"),
            let width = type[1..<type.count].integer
        else { throw Self.error }
        isSigned = type[0] == UInt8(ascii: "i")
        guard width >= 1, width <= (isSigned ? 64 : 63) else { throw Self.error }
        self.width = width
        self.offset = offset
    }

    var lastBit: Int64 { offset + width - 1 }

    /// Bits beyond the bytes are clear.
    func load(_ bytes: UnsafeRawBufferPointer) -> Int64 {
        var value: UInt64 = 0
        for bit in offset...lastBit {
            let at = Int(bit >> 3)
            let byte = at < bytes.count ? bytes[at] : 0
            value = value << 1 | UInt64(byte >> UInt8(7 - bit & 7) & 1)
        }
        return signed(value)
    }

    func store(_ value: Int64, _ bytes: UnsafeMutableRawBufferPointer) {
        for bit in offset...lastBit {
            let mask: UInt8 = 1 << UInt8(7 - bit & 7)
            let isSet = UInt64(bitPattern: value) >> UInt64(lastBit - bit) & 1 == 1
            if isSet { bytes[Int(bit >> 3)] |= mask } else { bytes[Int(bit >> 3)] &= ~mask }
        }
    }

    private func signed(_ value: UInt64) -> Int64 {
        let shift = UInt64(64 - width)
        return isSigned ? Int64(bitPattern: value << shift) >> Int64(shift) : Int64(bitPattern: value)
    }

    private var bounds: ClosedRange<Int64> {
        if isSigned { return (Int64.min >> (64 - width))...(Int64.max >> (64 - width)) }
        return 0...(Int64.max >> (63 - width))
    }

    /// `value` + `increment` as it fits into the field; nil where it does not and that fails.
    func sum(_ value: Int64, _ increment: Int64, _ overflow: Overflow) -> Int64? {
        let (sum, isOver) = value.addingReportingOverflow(increment)
        if !isOver, bounds.contains(sum) { return sum }
        switch overflow {
        case .fail: return nil
        case .wrap: return wrapped(sum)
        case .saturate:
            let isAbove = isOver ? increment > 0 : sum > bounds.upperBound
            return isAbove ? bounds.upperBound : bounds.lowerBound
        }
    }

    /// A value to be stored, likewise. An unsigned field takes a negative one for a large one, as Redis does.
    func fitted(_ value: Int64, _ overflow: Overflow) -> Int64? {
        if bounds.contains(value) { return value }
        switch overflow {
        case .fail: return nil
        case .wrap: return wrapped(value)
        case .saturate:
            if !isSigned { return bounds.upperBound }
            return value > bounds.upperBound ? bounds.upperBound : bounds.lowerBound
        }
    }

    private func wrapped(_ value: Int64) -> Int64 {
        width == 64 ? value : signed(UInt64(bitPattern: value) & (1 << UInt64(width) - 1))
    }
}
