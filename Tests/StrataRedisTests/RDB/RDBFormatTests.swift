import StrataCodec
import StrataDisk
import StrataRESP
import StrataRedis
import StrataTesting
import Testing

/// The drawings of `RDBFormat`, held true by bytes written down by hand.
@Suite struct RDBFormatTests {
    private func encoded(_ body: (RDBEncoder) -> Void) -> [UInt8] {
        let encoder = RDBEncoder()
        body(encoder)
        return encoder.bytes.copy()
    }

    private func string(_ text: String) -> [UInt8] { encoded { $0.string(text) } }

    @Test func lengths() throws {
        for (value, bytes) in [
            (0, "00"), (63, "3f"), (64, "40 40"), (16383, "7f ff"), (16384, "80 00 00 40 00"),
            (2_147_483_648, "80 80 00 00 00"), (4_294_967_296, "81 00 00 00 01 00 00 00 00"),
        ] {
            try GoldenBytes(bytes).expect(encoded { $0.length(value) })
        }
    }

    @Test func stringsInTheirShortestForm() throws {
        try GoldenBytes("03 61 62 63").expect(string("abc"))
        try GoldenBytes("c0 7f").expect(string("127"))
        try GoldenBytes("c0 80").expect(string("-128"))
        try GoldenBytes("c1 80 00").expect(string("128"))
        try GoldenBytes("c2 00 00 00 80").expect(string("-2147483648"))
        try GoldenBytes("0a 32 31 34 37 34 38 33 36 34 38").expect(string("2147483648"))
        // No canonical number: kept as it is.
        try GoldenBytes("02 30 31").expect(string("01"))
        try GoldenBytes("02 2d 30").expect(string("-0"))
        // 100 times "a": a literal, copies, and what is left.
        let packed = string(String(repeating: "a", count: 100))
        #expect(packed[0] == 0xC3 && packed.count < 12)
        #expect(encoded { $0.string(integer: 1 << 40) } == [13] + Array("1099511627776".utf8))
    }

    @Test func everyStringReadsBack() throws {
        var random = SeededRandom(seed: 11)
        for round in 0..<2000 {
            let size = random.below(round % 10 == 0 ? 70_000 : 60)
            let letters = 1 + random.below(255)
            let text = (0..<size).map { _ in UInt8(random.below(letters)) }
            for compresses in [true, false] {
                let encoder = RDBEncoder(compresses: compresses)
                encoder.byte(RDBType.string.rawValue)
                text.withLent { encoder.string($0) }
                encoder.payloadFooter(from: 0)
                let found = RDBRecordCollector()
                try RDBPayload.read(encoder.bytes, into: found)
                #expect(found.lastContent == .string(text), "seed 11, round \(round)")
            }
        }
    }

    /// An empty dump as Redis writes it, and one key with all that can stand before it.
    @Test func aDumpOfOneKey() throws {
        let disk = try PosixDisk(path: TemporaryDirectory("rdb").path)
        var options = RDBWriter.Options()
        options.auxiliary = [("a", "1")]
        try RDBFile.save(to: disk, name: "dump.rdb", temporary: "temp-1.rdb", options: options) { writer in
            writer.encoder.select(3, keys: 1, expiring: 1)
            Array("k".utf8).withLent {
                writer.encoder.key($0, type: .string, expiry: 0x0102_0304_0506, idleSeconds: 7, frequency: nil)
            }
            writer.encoder.string("v")
        }
        let golden = try GoldenBytes(
            """
            52 45 44 49 53 30 30 31 30      # REDIS0010
            fa 01 61 c0 01                  # a: 1
            fe 03 fb 01 01                  # database 3, one key that expires
            fc 06 05 04 03 02 01 00 00      # expiry
            f8 07                           # idle
            00 01 6b 01 76                  # string k: v
            ff
            """)
        let file = try disk.open("dump.rdb", .read, method: .fdatasync)
        var bytes = [UInt8](repeating: 0, count: Int(try file.size()))
        var span = bytes.mutableSpan
        var raw = span.mutableBytes
        _ = try file.read(into: &raw, at: 0)
        golden.expect(Array(bytes.dropLast(8)))
        let checksum = CRC64.checksum(golden.bytes.span.bytes)
        #expect(Array(bytes.suffix(8)) == (0..<8).map { UInt8(truncatingIfNeeded: checksum >> UInt64(8 * $0)) })

        var found: [RDBRecord] = []
        let summary = try RDBFile.load(from: disk, name: "dump.rdb", into: RDBRecordCollector { found.append($0) })
        #expect(summary.keys == 1 && summary.checksum == checksum && summary.size == UInt64(bytes.count))
        #expect(found.count == 1 && found[0].content == .string([0x76]) && found[0].database == 3)
        #expect(found[0].expiry == 0x0102_0304_0506 && found[0].idleSeconds == 7 && found[0].frequency == nil)

        // Any flipped bit is noticed: by the format, or by the checksum at the latest.
        for index in bytes.indices {
            for bit in 0..<8 {
                var damaged = bytes
                damaged[index] ^= 1 << UInt8(bit)
                let isRead = damaged.withLent { lent in
                    (try? RDBReader(RDBInput(lent, name: "damaged")).read(into: RDBRecordCollector())) != nil
                }
                #expect(!isRead, "byte \(index), bit \(bit)")
            }
        }
    }

    @Test func sumsOfSHA1() {
        func sum(_ text: String) -> String { Array(text.utf8).withLent { SHA1.text(SHA1.digest($0)) } }
        #expect(sum("") == "da39a3ee5e6b4b0d3255bfef95601890afd80709")
        #expect(sum("abc") == "a9993e364706816aba3e25717850c26c9cd0d89d")
        #expect(sum(String(repeating: "a", count: 1000)) == "291e9a6c66994949b57ba5e650361e98fc36b1ba")
        #expect(
            sum("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq")
                == "84983e441c3bd26ebaae4aa1f95129e5e54670f1")
    }

    @Test func whatIsRefusedSaysWhere() {
        func failure(_ bytes: String) -> String {
            guard let golden = try? GoldenBytes(bytes) else { return "no bytes" }
            return golden.bytes.withLent { lent in
                do throws(StorageError) {
                    try RDBReader(RDBInput(lent, name: "x.rdb")).read(into: RDBRecordCollector())
                    return "accepted"
                } catch { return "\(error)" }
            }
        }
        #expect(
            failure("52 45 44 49 53 30 30 31")
                == "x.rdb at byte 0: corrupt length, expected 9 more bytes, found 8 up to the end")
        #expect(failure("52 45 44 49 54 30 30 31 30").hasPrefix("x.rdb at byte 0: corrupt signature"))
        #expect(failure("52 45 44 49 53 30 30 39 39").hasPrefix("x.rdb at byte 5: format version 99 is newer than 12"))
        // A list of four thousand million elements in two bytes.
        #expect(
            failure("52 45 44 49 53 30 30 30 33 01 01 6b 80 ff ff ff ff 00 00").contains(
                "corrupt number of elements, expected at most the 2 bytes that follow, found 4294967295"))
        #expect(
            failure("52 45 44 49 53 30 30 30 33 63 01 6b").contains(
                "corrupt record, expected a type or opcode, found 99"))
    }
}
