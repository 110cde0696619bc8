import CStrataShims
import StrataCodec
import StrataDisk
import StrataTesting
import Testing

@Suite struct ChecksumTests {
    /// RFC 3720 appendix B.4, and the check value of the CRC catalogue.
    @Test(
        arguments: [
            ("00*32", 0x8A91_36AA), ("FF*32", 0x62A8_AB43),
            ("000102030405060708090A0B0C0D0E0F 101112131415161718191A1B1C1D1E1F", 0x46DD_794E),
            ("1F1E1D1C1B1A19181716151413121110 0F0E0D0C0B0A09080706050403020100", 0x113F_DB5C),
            (
                """
                01 C0 00 00  00*12  14 00 00 00 00 00 04 00  00 00 00 14 00 00 00 18
                28 00 00 00 00 00 00 00  02 00 00 00 00 00 00 00
                """, 0xD996_3A56
            ),
            ("31 32 33 34 35 36 37 38 39", 0xE306_9283), ("", 0),
        ] as [(String, UInt32)])
    func crc32cGivesThePublishedValues(_ hex: String, _ expected: UInt32) throws {
        let bytes = try GoldenBytes(hex).bytes
        #expect(CRC32C.checksum(bytes.span.bytes) == expected)
        #expect(CRC32C.checksumByTable(bytes.span.bytes) == expected)
    }

    /// The instruction's code takes 768 bytes at once from 768 on, 6,144 from 6,144 on, then words, then bytes: lengths on
    /// both sides of each edge, from every alignment.
    @Test(arguments: 0..<8)
    func theInstructionAgreesWithTheTable(offset: Int) {
        if strata_crc32c_has_hardware() == 0 { return skip("no CRC32C instruction on this processor") }
        let seed = UInt64(100 + offset)
        var random = SeededRandom(seed: seed)
        let bytes = (0..<20_000).map { _ in UInt8(truncatingIfNeeded: random.next()) }
        var lengths = [0, 1, 7, 8, 9, 767, 768, 769, 1535, 1536, 6143, 6144, 6145, 6912, 12_287, 12_288, 19_000]
        lengths += (0..<60).map { _ in random.below(19_000) }
        for length in lengths {
            let span = bytes.span.bytes.extracting(offset..<offset + length)
            let start = UInt32(truncatingIfNeeded: random.next())
            let byInstruction = CRC32C.checksum(span, seed: start)
            let byTable = CRC32C.checksumByTable(span, seed: start)
            #expect(byInstruction == byTable, "length \(length), seed \(seed)")
        }
    }

    @Test(arguments: [UInt64(1), 2, 3, 4])
    func aChecksumContinuesFromAnyCut(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        let bytes = (0..<random.below(30_000) + 1).map { _ in UInt8(truncatingIfNeeded: random.next()) }
        let whole32 = CRC32C.checksum(bytes.span.bytes)
        let whole64 = CRC64.checksum(bytes.span.bytes)
        for _ in 0..<50 {
            let cut = random.below(bytes.count + 1)
            let (front, back) = (bytes.span.bytes.extracting(0..<cut), bytes.span.bytes.extracting(cut..<bytes.count))
            #expect(CRC32C.checksum(back, seed: CRC32C.checksum(front)) == whole32, "cut at \(cut)")
            #expect(CRC64.checksum(back, seed: CRC64.checksum(front)) == whole64, "cut at \(cut)")
        }
    }

    @Test func crc64GivesTheValueOfRedis() throws {
        #expect(CRC64.checksum(Array("123456789".utf8).span.bytes) == 0xE9C6_D914_C4B8_D9CA)
        #expect(CRC64.checksum([UInt8]().span.bytes) == 0)
    }

    /// Eight bytes at a time against one bit at a time, written from the definition.
    @Test(arguments: [UInt64(5), 6])
    func crc64AgreesWithItsDefinition(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        for length in Array(0..<40) + [255, 256, 1000, 4099] {
            let bytes = (0..<length).map { _ in UInt8(truncatingIfNeeded: random.next()) }
            let start = random.next()
            var crc = start
            for byte in bytes {
                for bit in 0..<8 {
                    let isSet = (crc ^ UInt64(byte) >> UInt64(bit)) & 1 == 1
                    crc = crc >> 1 ^ (isSet ? 0x95AC_9329_AC4B_C9B5 : 0)
                }
            }
            #expect(CRC64.checksum(bytes.span.bytes, seed: start) == crc, "length \(length), seed \(seed)")
        }
    }
}
