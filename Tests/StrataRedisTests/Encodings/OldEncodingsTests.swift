import StrataDisk
import StrataRESP
import StrataRedis
import StrataTesting
import Testing

/// Ziplists and zipmaps, which are only ever read.
struct OldEncodingsTests {
    static let ziplist = """
        43 00 00 00  3d 00 00 00  0a 00
        00 03 61 62 63            # "abc"
        05 f1                     # 0
        02 fd                     # 12
        02 fe 80                  # -128
        03 c0 00 80               # -32768
        04 f0 ff ff 7f            # 8388607
        05 d0 00 00 00 80         # -2147483648
        06 e0 ff*7 7f             # Int64.max
        0a 40 0a 30 31 32 33 34 35 36 37 38 39   # ten bytes, with a length of 14 bits
        0d 80 00 00 00 00         # none, with a length of 32 bits
        ff
        """

    /// Written by hand from the format's description.
    @Test func ziplistsBecomeListpacks() throws {
        var bytes = try GoldenBytes(Self.ziplist).bytes
        let tail = bytes.count - 7
        bytes[0] = UInt8(bytes.count)
        bytes[4] = UInt8(tail)
        bytes.withLent { bytes in
            guard let list = Ziplist(validating: bytes) else {
                Issue.record("refused")
                return
            }
            #expect(list.count == 10)
            let expected = [
                "abc", "0", "12", "-128", "-32768", "8388607", "-2147483648", "9223372036854775807", "0123456789", "",
            ]
            #expect(ListpackTests.elements(list.listpack()) == expected.map { Array($0.utf8) })
        }
    }

    /// An entry behind one of 254 bytes or more has five bytes for that size.
    @Test func ziplistsWithWideEntriesAreRead() throws {
        let bytes = try GoldenBytes(
            """
            16 01 00 00  0e 01 00 00  02 00
            00 41 00 61*256
            fe 03 01 00 00 01 62
            ff
            """
        ).bytes
        var fixed = bytes
        fixed[0] = UInt8(truncatingIfNeeded: bytes.count)
        fixed[1] = UInt8(bytes.count >> 8)
        let tail = bytes.count - 8
        fixed[4] = UInt8(truncatingIfNeeded: tail)
        fixed[5] = UInt8(tail >> 8)
        fixed.withLent { bytes in
            #expect(Ziplist(validating: bytes)?.count == 2)
            #expect(
                Ziplist(validating: bytes).map { ListpackTests.elements($0.listpack()).last } == [UInt8(ascii: "b")])
        }
    }

    @Test(arguments: 0..<3)
    func damagedZiplistsAreRefusedOrHarmless(_ seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        var whole = try GoldenBytes(Self.ziplist).bytes
        whole[0] = UInt8(whole.count)
        whole[4] = UInt8(whole.count - 7)
        Self.fuzz(whole, &random) { bytes in
            guard let list = Ziplist(validating: bytes) else { return false }
            #expect(list.listpack().count == list.count, "seed \(seed)")
            return true
        }
    }

    static let zipmap = "02 03 66 6f 6f 03 00 62 61 72 fe 01 00 00 00 7a 05 02 68 65 6c 6c 6f 2a 2a ff"

    @Test func zipmapsBecomeListpacks() throws {
        try GoldenBytes(Self.zipmap).bytes.withLent { bytes in
            let map = Zipmap(validating: bytes)
            #expect(map?.count == 2)
            let expected = ["foo", "bar", "z", "hello"].map { Array($0.utf8) }
            #expect(map.map { ListpackTests.elements($0.listpack()) } == expected)
        }
    }

    @Test(arguments: 0..<3)
    func damagedZipmapsAreRefusedOrHarmless(_ seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        Self.fuzz(try GoldenBytes(Self.zipmap).bytes, &random) { bytes in
            guard let map = Zipmap(validating: bytes) else { return false }
            #expect(map.listpack().count == 2 * map.count, "seed \(seed)")
            return true
        }
    }

    /// Hands `body`, which tells whether it took them, blocks of damaged bytes without a byte to spare.
    private static func fuzz(_ whole: [UInt8], _ random: inout SeededRandom, _ body: (Bytes) -> Bool) {
        var accepted = 0
        for _ in 0..<rounds(5000) {
            let bytes = RandomElement.damage(whole, &random)
            let block = UnsafeMutableRawBufferPointer.allocate(byteCount: bytes.count, alignment: 8)
            defer { block.deallocate() }
            block.copyBytes(from: bytes)
            if body(Bytes(UnsafeRawBufferPointer(block))) { accepted += 1 }
        }
        #expect(accepted > 0)
    }
}
