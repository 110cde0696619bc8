/// The CRC-64 that ends an RDB file and a DUMP payload of Redis: polynomial 0xAD93D23594C935A9 ("Jones"), reflected,
/// initial value and final exclusive-or 0. "123456789" gives 0xE9C6D914C4B8D9CA.
///
/// Eight bytes a step by eight tables (Kounavis and Berry, "A Systematic Approach to Building High Performance
/// Software-based CRC Generators", ISCC 2005).
package enum CRC64 {
    /// The checksum of `bytes` after those that gave `seed`; 0 starts afresh.
    package static func checksum(_ bytes: RawSpan, seed: UInt64 = 0) -> UInt64 {
        tables.withUnsafeBufferPointer { table in
            var crc = seed
            var offset = 0
            while offset + 8 <= bytes.byteCount {
                crc ^= UInt64(
                    littleEndian: bytes.unsafeLoadUnaligned(fromUncheckedByteOffset: offset, as: UInt64.self))
                // The first byte of the word has seven more to travel through, the last none.
                crc =
                    table[7 << 8 | Int(crc & 0xFF)] ^ table[6 << 8 | Int(crc >> 8 & 0xFF)]
                    ^ table[5 << 8 | Int(crc >> 16 & 0xFF)] ^ table[4 << 8 | Int(crc >> 24 & 0xFF)]
                    ^ table[3 << 8 | Int(crc >> 32 & 0xFF)] ^ table[2 << 8 | Int(crc >> 40 & 0xFF)]
                    ^ table[1 << 8 | Int(crc >> 48 & 0xFF)] ^ table[Int(crc >> 56)]
                offset += 8
            }
            while offset < bytes.byteCount {
                let byte = bytes.unsafeLoadUnaligned(fromUncheckedByteOffset: offset, as: UInt8.self)
                crc = table[Int((crc ^ UInt64(byte)) & 0xFF)] ^ crc >> 8
                offset += 1
            }
            return crc
        }
    }

    /// 0xAD93D23594C935A9 with its bits in reverse order.
    private static let reflectedPolynomial: UInt64 = 0x95AC_9329_AC4B_C9B5

    /// Eight tables of 256, one after the other: entry `k << 8 | b` is what byte `b` becomes after `k` zero bytes.
    private static let tables: [UInt64] = {
        var tables = [UInt64](repeating: 0, count: 8 * 256)
        for byte in 0..<256 {
            tables[byte] = (0..<8).reduce(UInt64(byte)) { crc, _ in
                crc & 1 == 1 ? crc >> 1 ^ reflectedPolynomial : crc >> 1
            }
        }
        for index in 256..<tables.count {
            let before = tables[index - 256]
            tables[index] = before >> 8 ^ tables[Int(before & 0xFF)]
        }
        return tables
    }()
}
