import StrataCodec
import StrataDisk
import StrataTesting
import Testing

@Suite struct LZFTests {
    /// Written by hand from the format: short and extended copies, an overlapping one, the far end of an offset.
    @Test(arguments: [
        ("", ""),
        ("00 61", "a"),
        ("02 61 62 63", "abc"),
        ("00 61 E0 0A 00", String(repeating: "a", count: 20)),
        ("02 61 62 63 20 02", "abcabc"),
        ("02 61 62 63 C0 02", "abcabcabcab"),
        ("01 68 69 E0 FF 01", String(repeating: "hi", count: 133)),
    ])
    func instructionsMeanWhatTheFormatSays(_ hex: String, _ text: String) throws {
        let stored = try GoldenBytes(hex).bytes
        #expect(try stored.decompressedLZF(size: text.utf8.count) == Array(text.utf8))
    }

    @Test func aCopyReaches8192BytesBackAndNoFurther() throws {
        let literals = Sample.random.bytes(8_192, seed: 1)
        let stored = stride(from: 0, to: 8_192, by: 32).flatMap { [31] + literals[$0..<$0 + 32] }
        let far: [UInt8] = [0x3F, 0xFF]
        #expect(try (stored + far).decompressedLZF(size: 8_195) == literals + literals[..<3])
        let tooFar = Array(stored.dropFirst(33)) + far
        #expect(throws: CodecError.malformed("LZF copies from 8192 bytes back at byte 8160")) {
            try tooFar.decompressedLZF(size: 8_163)
        }
    }

    @Test(arguments: ["00", "05 61 62", "00 61 20", "00 61 E0", "00 61 E0 05"])
    func anInstructionCutShortIsTruncated(_ hex: String) throws {
        let stored = try GoldenBytes(hex).bytes
        #expect(throws: CodecError.truncated) { try stored.decompressedLZF(size: 100) }
    }

    @Test func moreOrFewerBytesThanAnnouncedAreAnError() throws {
        let stored = try GoldenBytes("00 61 E0 0A 00").bytes
        #expect(throws: CodecError.size(expected: 19, found: 20)) { try stored.decompressedLZF(size: 19) }
        #expect(throws: CodecError.size(expected: 21, found: 20)) { try stored.decompressedLZF(size: 21) }
        #expect(throws: CodecError.size(expected: 0, found: 1)) { try stored.decompressedLZF(size: 0) }
    }

    @Test(arguments: Sample.allCases)
    func whatIsCompressedReadsBack(_ sample: Sample) throws {
        let compressor = LZFCompressor()
        for size in Array(0...40) + [263, 264, 265, 266, 300, 4_096, 8_191, 8_192, 8_193, 20_000, 100_000] {
            let input = sample.bytes(size, seed: 9)
            let stored = try #require(input.compressedLZF(by: compressor))
            #expect(try stored.decompressedLZF(size: size) == input, "\(size) bytes")
        }
    }

    @Test func theHistoryOfACompressorDoesNotShowInItsOutput() throws {
        let compressor = LZFCompressor()
        let input = Sample.text.bytes(5_000, seed: 10)
        let first = try #require(input.compressedLZF(by: compressor))
        for seed in UInt64(0)..<20 { _ = Sample.text.bytes(3_000, seed: seed).compressedLZF(by: compressor) }
        #expect(input.compressedLZF(by: compressor) == first)
    }

    @Test func textShrinksAndRandomBytesDoNotFit() throws {
        let text = Sample.text.bytes(20_000, seed: 11)
        let stored = try #require(text.compressedLZF(room: 19_996))
        #expect(stored.count * 2 < text.count, "\(stored.count) of \(text.count)")
        #expect(text.compressedLZF(room: stored.count) == stored)
        #expect(text.compressedLZF(room: stored.count - 1) == nil)
        #expect(Sample.random.bytes(1_000, seed: 12).compressedLZF(room: 996) == nil)
    }
}
