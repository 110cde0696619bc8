import StrataCodec
import StrataDisk
import StrataTesting
import Testing

@Suite struct VarintTests {
    /// 624485 is the worked example of DWARF's appendix on LEB128; the others are edges of a byte count.
    @Test(arguments: [
        (0, "00"), (1, "01"), (127, "7F"), (128, "80 01"), (16383, "FF 7F"), (16384, "80 80 01"),
        (624_485, "E5 8E 26"), (1 << 63, "80 80 80 80 80 80 80 80 80 01"),
        (UInt64.max, "FF FF FF FF FF FF FF FF FF 01"),
    ])
    func knownNumbersHaveTheirBytes(_ value: UInt64, _ hex: String) throws {
        let golden = try GoldenBytes(hex)
        var written: [UInt8] = []
        written.append(varint: value)
        golden.expect(written)

        var room = [UInt8](repeating: 0xEE, count: Varint.maximumSize)
        let size = room.withUnsafeMutableBytes { Varint.encode(value, into: $0) }
        golden.expect(Array(room[..<size]))
        #expect(Varint.size(of: value) == golden.bytes.count)

        let decoded = try Varint.decode(golden.bytes.span.bytes, at: 0)
        #expect(decoded.value == value)
        #expect(decoded.size == golden.bytes.count)
    }

    @Test(arguments: ["", "80", "FF FF", "80 80 80 80 80 80 80 80 80"])
    func anUnfinishedNumberIsTruncated(_ hex: String) throws {
        let golden = try GoldenBytes(hex)
        var reader = ByteReader()
        #expect(throws: CodecError.truncated) { try reader.readVarint(from: golden.bytes.span.bytes) }
        #expect(reader.offset == 0)
    }

    @Test(arguments: ["80 00", "FF 00", "81 80 00", "80 80 80 80 80 80 80 80 80 00"])
    func aNumberLongerThanNeedBeIsRefused(_ hex: String) throws {
        let golden = try GoldenBytes(hex)
        #expect(throws: CodecError.malformed("overlong varint")) { try Varint.decode(golden.bytes.span.bytes, at: 0) }
    }

    @Test(arguments: [
        "80 80 80 80 80 80 80 80 80 02", "FF FF FF FF FF FF FF FF FF 7F", "80 80 80 80 80 80 80 80 80 80 01",
    ])
    func aNumberAbove64BitsIsRefused(_ hex: String) throws {
        let golden = try GoldenBytes(hex)
        #expect(throws: CodecError.malformed("varint above 64 bits")) {
            try Varint.decode(golden.bytes.span.bytes, at: 0)
        }
    }

    @Test(arguments: [UInt64(1), 2, 3])
    func aStreamOfNumbersReadsBack(seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        // Shifting by a random distance visits every size about equally often.
        let numbers = (0..<2_000).map { _ in random.next() >> random.below(UInt64(64)) }
        var bytes: [UInt8] = []
        for number in numbers { bytes.append(varint: number) }
        #expect(bytes.count == numbers.reduce(0) { $0 + Varint.size(of: $1) })
        var reader = ByteReader()
        for number in numbers { #expect(try reader.readVarint(from: bytes.span.bytes) == number) }
        #expect(reader.remaining(in: bytes.span.bytes) == 0)
    }
}
