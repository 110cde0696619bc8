import CStrataShims

/// CRC-32C (Castagnoli; RFC 3720 appendix B.4): by instruction where the processor has one, else by table.
package enum CRC32C {
    private static let hasHardware = strata_crc32c_has_hardware() != 0

    /// The checksum of `bytes` after those that gave `seed`; 0 starts afresh. "123456789" gives 0xE3069283.
    @inline(__always)
    package static func checksum(_ bytes: RawSpan, seed: UInt32 = 0) -> UInt32 {
        bytes.withUnsafeBytes { buffer in
            guard let start = buffer.baseAddress else { return seed }
            if hasHardware { return ~strata_crc32c_hardware(~seed, start, buffer.count) }
            return ~byTable(~seed, buffer)
        }
    }

    /// Slow and portable; tests hold the instruction's answer against it.
    package static func checksumByTable(_ bytes: RawSpan, seed: UInt32 = 0) -> UInt32 {
        bytes.withUnsafeBytes { ~byTable(~seed, $0) }
    }

    private static func byTable(_ seed: UInt32, _ bytes: UnsafeRawBufferPointer) -> UInt32 {
        var crc = seed
        for byte in bytes { crc = table[Int((crc ^ UInt32(byte)) & 0xFF)] ^ (crc >> 8) }
        return crc
    }

    private static let table: [UInt32] = (0..<256).map { index in
        (0..<8).reduce(UInt32(index)) { crc, _ in crc & 1 == 1 ? (crc >> 1) ^ 0x82F6_3B78 : crc >> 1 }
    }
}
