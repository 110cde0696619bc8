import StrataCodec
import StrataDisk
import StrataTesting
import Testing

/// Whatever bytes a decoder is given, it throws or fills its output, and touches nothing beside it (`guarded`).
@Suite struct HostileInputTests {
    enum Decoder: String, CaseIterable, Sendable {
        case none, lz4, zstd, zstdDictionary, lzf, varint
    }

    /// A valid stored form of `input`.
    static func stored(_ input: [UInt8], _ decoder: Decoder, _ dictionary: CompressionDictionary) throws -> [UInt8] {
        switch decoder {
        case .none: return input
        case .lz4: return try #require(try input.compressed(.lz4))
        case .zstd: return try #require(try input.compressed(.zstd(level: 1)))
        case .zstdDictionary:
            return try #require(try input.compressed(.zstdDictionary(level: 1, dictionary: dictionary)))
        case .lzf: return try #require(input.compressedLZF())
        case .varint:
            var bytes: [UInt8] = []
            for byte in input.prefix(100) { bytes.append(varint: UInt64(byte) << UInt64(byte % 57)) }
            return bytes
        }
    }

    /// Whether `bytes` decoded; a throw of `CodecError` is the other allowed end.
    @discardableResult
    static func decode(
        _ bytes: [UInt8], _ decoder: Decoder, size: Int, _ dictionary: CompressionDictionary
    ) throws -> Bool {
        do {
            switch decoder {
            case .none: _ = try bytes.decompressed(.none, size: size)
            case .lz4: _ = try bytes.decompressed(.lz4, size: size)
            case .zstd: _ = try bytes.decompressed(.zstd, size: size)
            case .zstdDictionary: _ = try bytes.decompressed(.zstdDictionary, size: size, dictionary: dictionary)
            case .lzf: _ = try bytes.decompressedLZF(size: size)
            case .varint:
                var reader = ByteReader()
                while reader.remaining(in: bytes.span.bytes) > 0 { _ = try reader.readVarint(from: bytes.span.bytes) }
            }
            return true
        } catch is CodecError {
            return false
        }
    }

    @Test(arguments: Decoder.allCases, [UInt64(1), 2])
    func randomBytesNeverCrash(_ decoder: Decoder, seed: UInt64) throws {
        let dictionary = try CompressionTests.dictionary()
        var random = SeededRandom(seed: seed)
        for _ in 0..<rounds(2_000) {
            let bytes = Sample.random.bytes(random.below(200), seed: random.next())
            try Self.decode(bytes, decoder, size: random.below(2_000), dictionary)
        }
    }

    @Test(arguments: Decoder.allCases, [UInt64(3), 4])
    func damagedBytesNeverCrash(_ decoder: Decoder, seed: UInt64) throws {
        let dictionary = try CompressionTests.dictionary()
        var random = SeededRandom(seed: seed)
        for sample in [Sample.text, .constant, .random, .pages] {
            let size = 100 + random.below(6_000)
            let valid = try Self.stored(sample.bytes(size, seed: random.next()), decoder, dictionary)
            #expect(try Self.decode(valid, decoder, size: size, dictionary))
            for _ in 0..<rounds(400) {
                var bytes = valid
                switch random.below(4) {
                case 0:  // flipped bits
                    for _ in 0...random.below(3) { bytes[random.below(bytes.count)] ^= 1 << UInt8(random.below(8)) }
                case 1:  // a cut
                    bytes.removeLast(1 + random.below(bytes.count))
                case 2:  // a run overwritten
                    let start = random.below(bytes.count)
                    for index in start..<min(bytes.count, start + 8) { bytes[index] = random.chance(0.5) ? 0xFF : 0 }
                default:  // more behind
                    bytes += Sample.random.bytes(1 + random.below(20), seed: random.next())
                }
                try Self.decode(bytes, decoder, size: size, dictionary)
                try Self.decode(bytes, decoder, size: random.below(2 * size), dictionary)
            }
        }
    }

    @Test(arguments: [Decoder.lz4, .zstd, .zstdDictionary, .lzf])
    func noCutOfAStoredBatchDecodes(_ decoder: Decoder) throws {
        let dictionary = try CompressionTests.dictionary()
        let input = Sample.text.bytes(1_500, seed: 13)
        let valid = try Self.stored(input, decoder, dictionary)
        for count in 0..<valid.count {
            let decoded = try Self.decode(Array(valid[..<count]), decoder, size: input.count, dictionary)
            #expect(!decoded, "\(count) of \(valid.count) bytes")
        }
    }
}
