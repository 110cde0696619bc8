import StrataCodec
import StrataTesting
import Testing

@Suite struct ByteReaderTests {
    @Test func readsIntegersInBothOrdersFromAnyAlignment() throws {
        let golden = try GoldenBytes(
            """
            2A                        # UInt8
            34 12                     # UInt16, little-endian
            78 56 34 12               # UInt32
            EF CD AB 89 67 45 23 01   # UInt64
            FE FF FF FF               # Int32, -2
            12 34 56 78               # UInt32, big-endian
            """)
        let bytes = golden.bytes.span.bytes
        var reader = ByteReader()
        #expect(try reader.read(UInt8.self, from: bytes) == 0x2A)
        #expect(try reader.read(UInt16.self, from: bytes) == 0x1234)
        #expect(try reader.read(UInt32.self, from: bytes) == 0x1234_5678)
        #expect(try reader.read(UInt64.self, from: bytes) == 0x0123_4567_89AB_CDEF)
        #expect(try reader.read(Int32.self, from: bytes) == -2)
        #expect(try reader.readBigEndian(UInt32.self, from: bytes) == 0x1234_5678)
        #expect(reader.remaining(in: bytes) == 0)

        var written: [UInt8] = []
        written.append(littleEndian: UInt8(0x2A))
        written.append(littleEndian: UInt16(0x1234))
        written.append(littleEndian: UInt32(0x1234_5678))
        written.append(littleEndian: UInt64(0x0123_4567_89AB_CDEF))
        written.append(littleEndian: Int32(-2))
        written.append(bigEndian: UInt32(0x1234_5678))
        golden.expect(written)
    }

    @Test(arguments: 0..<8)
    func everyShortInputIsTruncatedAndLeavesTheCursor(_ count: Int) {
        let storage = [UInt8](repeating: 7, count: count)
        let bytes = storage.span.bytes
        var reader = ByteReader()
        #expect(throws: CodecError.truncated) { try reader.read(UInt64.self, from: bytes) }
        #expect(reader.offset == 0)
        #expect(throws: CodecError.truncated) { try reader.readBigEndian(UInt64.self, from: bytes) }
        #expect(reader.offset == 0)
    }

    @Test func skippingIsBoundedBelowAndAbove() throws {
        let storage: [UInt8] = [1, 2, 3, 4]
        let bytes = storage.span.bytes
        var reader = ByteReader(at: 1)
        #expect(throws: CodecError.truncated) { try reader.skip(4, in: bytes) }
        #expect(throws: CodecError.truncated) { try reader.skip(-1, in: bytes) }
        #expect(throws: CodecError.truncated) { try reader.skip(.max, in: bytes) }
        #expect(throws: CodecError.truncated) { try reader.skip(.min, in: bytes) }
        #expect(try reader.skip(3, in: bytes) == 1..<4)
        #expect(try reader.skip(0, in: bytes) == 4..<4)
        #expect(throws: CodecError.truncated) { try reader.read(UInt8.self, from: bytes) }
    }

    @Test(arguments: [-1, .min, .max, 3, 1 << 40])
    func anOffsetOutsideIsTruncated(_ offset: Int) {
        let storage: [UInt8] = [1, 2, 3, 4]
        let bytes = storage.span.bytes
        #expect(throws: CodecError.truncated) { try bytes.littleEndian(UInt32.self, at: offset) }
        #expect(throws: CodecError.truncated) { try bytes.littleEndian(UInt16.self, at: offset) }
    }

    @Test func aReaderPastTheEndHasNothingLeft() {
        let storage: [UInt8] = [1]
        #expect(ByteReader(at: 9).remaining(in: storage.span.bytes) == 0)
    }
}
