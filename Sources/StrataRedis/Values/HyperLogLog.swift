import Glibc
import StrataRESP

// The bytes of a HyperLogLog, as Redis keeps them in a string (Flajolet et al. 2007; Heule et al. 2013 for the sparse
// form).
//
//  byte 0        4          5         8                        16
//       +--------+----------+---------+------------------------+------------
//       | "HYLL" | encoding | 0 0 0   | cached count u64 LE    | registers
//       +--------+----------+---------+------------------------+------------
// 1. The cached count is out of date where its highest bit is set.
// 2. Encoding 0, dense: 16,384 registers of 6 bits, the lowest bits first: 12,288 bytes.
// 3. Encoding 1, sparse, runs that cover 16,384 registers:
//    00llllll           l + 1 registers are 0
//    01llllll llllllll  l + 1 registers are 0
//    1vvvvvll           l + 1 registers are v + 1

/// Cardinality estimation over bytes of the form above; 0.81 % standard error.
package struct HyperLogLog {
    package static let registerCount = 1 << precision
    static let precision: UInt64 = 14
    /// Bits of a hash that are not the register's index: the longest run of zeros, less one.
    static let tailBits = 64 - Int(precision)
    package static let headerSize = 16
    package static let denseSize = headerSize + registerCount * 6 / 8

    /// The string as it is stored.
    package var bytes: [UInt8]

    /// An empty one, sparse.
    package init() { bytes = Array("HYLL".utf8) + [1, 0, 0, 0] + [UInt8](repeating: 0, count: 8) + [0x7F, 0xFF] }

    /// Nil where the header is none of a HyperLogLog. The registers of a sparse one are checked when they are read.
    package init?(_ bytes: [UInt8]) {
        guard bytes.withLent({ Self.isValid($0) }) else { return nil }
        self.bytes = bytes
    }

    /// Whether the header is that of a HyperLogLog.
    package static func isValid(_ bytes: Bytes) -> Bool {
        guard bytes.count >= headerSize, memcmp(bytes.start, "HYLL", 4) == 0, bytes[4] <= 1 else { return false }
        return bytes[4] == 1 || bytes.count == denseSize
    }

    package struct Corrupt: Error {}

    package var isDense: Bool { bytes[4] == 0 }

    // MARK: Cached count

    package static func cachedCount(_ bytes: Bytes) -> UInt64? {
        if bytes[15] & 0x80 != 0 { return nil }
        return UInt64(littleEndian: bytes.start.loadUnaligned(fromByteOffset: 8, as: UInt64.self))
    }

    package mutating func invalidateCount() { bytes[15] |= 0x80 }

    package mutating func cache(_ count: UInt64) {
        for index in 0..<8 { bytes[8 + index] = UInt8(truncatingIfNeeded: count >> (8 * UInt64(index))) }
    }

    // MARK: Elements

    /// Register and run length of an element.
    @inline(__always)
    package static func place(of element: Bytes) -> (register: Int, value: UInt8) {
        let hash = MurmurHash64A.hash(element, seed: 0xadc8_3b19)
        let tail = hash >> precision | 1 << UInt64(tailBits)
        return (Int(hash & UInt64(registerCount - 1)), UInt8(tail.trailingZeroBitCount + 1))
    }

    /// Raises a register to `value`.
    /// - Parameter sparseMaxBytes: above which a sparse one is made dense.
    /// - Returns: whether the register was lower.
    package mutating func raise(_ register: Int, to value: UInt8, sparseMaxBytes: Int) throws(Corrupt) -> Bool {
        if isDense {
            return bytes.withUnsafeMutableBytes { Self.raiseDense($0, register, to: value) }
        }
        switch try raiseSparse(register, to: value, sparseMaxBytes: sparseMaxBytes) {
        case .same: return false
        case .changed: return true
        case .tooLarge:
            try makeDense()
            return bytes.withUnsafeMutableBytes { Self.raiseDense($0, register, to: value) }
        }
    }

    /// The same in a dense one where it lies.
    @inline(__always)
    package static func raiseDense(_ string: UnsafeMutableRawBufferPointer, _ register: Int, to value: UInt8) -> Bool {
        let bit = register * 6
        let at = headerSize + bit >> 3
        let shift = UInt16(bit & 7)
        // The last register ends with the last byte: it has no byte beyond.
        let isLast = shift <= 2
        var word = UInt16(string[at]) | (isLast ? 0 : UInt16(string[at + 1]) << 8)
        if UInt8(word >> shift & 63) >= value { return false }
        word = word & ~(63 << shift) | UInt16(value) << shift
        string[at] = UInt8(word & 0xFF)
        if !isLast { string[at + 1] = UInt8(word >> 8) }
        return true
    }

    @inline(__always)
    static func dense(_ string: Bytes, _ register: Int) -> UInt8 {
        let bit = register * 6
        let at = headerSize + bit >> 3
        let shift = UInt16(bit & 7)
        let word = UInt16(string[at]) | (shift <= 2 ? 0 : UInt16(string[at + 1]) << 8)
        return UInt8(word >> shift & 63)
    }

    // MARK: Registers

    /// Calls `body` with every run of equal registers. Traps on nothing, throws where the runs do not cover all
    /// registers.
    static func forEachRun(_ string: Bytes, _ body: (_ first: Int, _ length: Int, _ value: UInt8) -> Void)
        throws(Corrupt)
    {
        if string[4] == 0 {
            for register in 0..<registerCount { body(register, 1, dense(string, register)) }
            return
        }
        var register = 0
        var at = headerSize
        while at < string.count {
            let run = try SparseRun(string, at)
            guard register + run.length <= registerCount else { throw Corrupt() }
            body(register, run.length, run.value)
            register += run.length
            at += run.size
        }
        guard register == registerCount else { throw Corrupt() }
    }

    /// Raises `registers`, 16,384 of them, to those of `string` where they are lower.
    package static func merge(_ string: Bytes, into registers: inout [UInt8]) throws(Corrupt) {
        try registers.withUnsafeMutableBufferPointer { (registers) throws(Corrupt) in
            try forEachRun(string) { first, length, value in
                for register in first..<first + length where registers[register] < value { registers[register] = value }
            }
        }
    }

    package static func registers(_ string: Bytes) throws(Corrupt) -> [UInt8] {
        var registers = [UInt8](repeating: 0, count: registerCount)
        try merge(string, into: &registers)
        return registers
    }

    package mutating func makeDense() throws(Corrupt) {
        if isDense { return }
        let registers = try bytes.withLent { (string) throws(Corrupt) in try Self.registers(string) }
        var larger = [UInt8](repeating: 0, count: Self.denseSize)
        for index in 0..<Self.headerSize { larger[index] = bytes[index] }
        larger[4] = 0
        larger.withUnsafeMutableBytes { string in
            for (register, value) in registers.enumerated() where value > 0 {
                _ = Self.raiseDense(string, register, to: value)
            }
        }
        bytes = larger
    }
}
