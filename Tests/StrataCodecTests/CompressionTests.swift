import StrataCodec
import StrataDisk
import Testing

@Suite struct CompressionTests {
    static let sizes = [0, 1, 15, 100, 4_096, 65_536, 300_000]

    static func dictionary(seed: UInt64 = 11) throws -> CompressionDictionary {
        var random = SeededRandom(seed: seed)
        return try .train(on: (0..<2_000).map { _ in Sample.record(&random) }, capacity: 4_096)
    }

    @Test(arguments: Sample.allCases, sizes)
    func everyCodecReadsBackWhatItWrote(_ sample: Sample, _ size: Int) throws {
        let input = sample.bytes(size, seed: 42)
        let dictionary = try Self.dictionary()
        let all: [Compression] = [
            .lz4, .zstd(level: 1), .zstd(level: 3), .zstd(level: 9), .zstdDictionary(level: 3, dictionary: dictionary),
        ]
        for compression in all {
            let stored = try #require(try input.compressed(compression), "\(compression.codec)")
            let output = try stored.decompressed(compression.codec, size: size, dictionary: dictionary)
            #expect(output == input, "\(compression.codec)")
        }
    }

    @Test func uncompressedBytesPassThrough() throws {
        let input = Sample.random.bytes(1_000, seed: 1)
        #expect(try input.compressed(.none) == nil)
        #expect(try input.decompressed(.none, size: 1_000) == input)
        #expect(throws: CodecError.size(expected: 999, found: 1_000)) { try input.decompressed(.none, size: 999) }
        #expect(try [UInt8]().decompressed(.none, size: 0) == [])
    }

    @Test(arguments: [Compression.lz4, .zstd(level: 3)])
    func aResultThatDoesNotFitIsNoResult(_ compression: Compression) throws {
        let random = Sample.random.bytes(4_096, seed: 2)
        #expect(try random.compressed(compression, room: 4_095) == nil)
        let text = Sample.text.bytes(4_096, seed: 2)
        let stored = try #require(try text.compressed(compression, room: 4_095))
        #expect(stored.count < 4_096)
        #expect(try text.compressed(compression, room: stored.count - 1) == nil)
        #expect(try text.compressed(compression, room: 0) == nil)
    }

    @Test func oneCompressorGivesTheSameBytesForTheSameBatch() throws {
        let compressors = try [Compressor(.lz4), Compressor(.zstd(level: 3))]
        let first = Sample.text.bytes(10_000, seed: 3)
        let other = Sample.pages.bytes(50_000, seed: 4)
        for compressor in compressors {
            var a = [UInt8](repeating: 0, count: 70_000)
            var b = a
            let sizeA = a.withUnsafeMutableBytes { compressor.compress(first.span.bytes, into: $0) }
            _ = b.withUnsafeMutableBytes { compressor.compress(other.span.bytes, into: $0) }
            let sizeB = b.withUnsafeMutableBytes { compressor.compress(first.span.bytes, into: $0) }
            #expect(sizeA == sizeB)
            #expect(a[..<(sizeA ?? 0)] == b[..<(sizeB ?? 0)])
        }
    }

    @Test(arguments: [Compression.lz4, .zstd(level: 3)])
    func anAnnouncedSizeThatIsNotTheRealOneIsAnError(_ compression: Compression) throws {
        let input = Sample.text.bytes(5_000, seed: 5)
        let stored = try #require(try input.compressed(compression))
        #expect(throws: CodecError.size(expected: 5_001, found: 5_000)) {
            try stored.decompressed(compression.codec, size: 5_001)
        }
        #expect(throws: CodecError.self) { try stored.decompressed(compression.codec, size: 4_999) }
        #expect(throws: CodecError.self) { try stored.decompressed(compression.codec, size: 0) }
    }

    @Test(arguments: [0, -1, 20, 1_000_000])
    func aLevelThatZstdHasNotIsRefused(_ level: Int) {
        #expect(throws: CodecError.unsupported("zstd level \(level), levels are 1...19")) {
            try Compressor(.zstd(level: level))
        }
    }

    @Test func theStoredNumbersOfCodecsStay() {
        #expect(Codec.allCases.map(\.rawValue) == [0, 1, 2, 3])
        #expect(Codec.allCases == [.none, .lz4, .zstd, .zstdDictionary])
        #expect(Codec(rawValue: 4) == nil)
    }
}

@Suite struct CompressionDictionaryTests {
    @Test func aDictionaryMakesSmallBatchesCompress() throws {
        let dictionary = try CompressionTests.dictionary()
        var random = SeededRandom(seed: 99)
        let batch = (0..<2).flatMap { _ in Sample.record(&random) }
        let plain = try #require(try batch.compressed(.zstd(level: 3)))
        let shared = try #require(try batch.compressed(.zstdDictionary(level: 3, dictionary: dictionary)))
        #expect(shared.count * 2 < batch.count, "\(batch.count) -> \(shared.count)")
        #expect(shared.count * 3 < plain.count * 2, "\(plain.count) without, \(shared.count) with")
    }

    @Test func trainingTwiceOnTheSameSamplesGivesTheSameDictionary() throws {
        let (a, b) = (try CompressionTests.dictionary(), try CompressionTests.dictionary())
        #expect(a == b)
        #expect(a.id != 0)
        #expect(Set([a, b]).count == 1)
    }

    @Test func anotherDictionaryIsAnErrorAndNotWrongBytes() throws {
        let (right, wrong) = (try CompressionTests.dictionary(seed: 11), try CompressionTests.dictionary(seed: 12))
        #expect(right != wrong)
        let input = Sample.text.bytes(1_000, seed: 6)
        let stored = try #require(try input.compressed(.zstdDictionary(level: 3, dictionary: right)))
        let mismatch = CodecError.dictionary("Dictionary mismatch")
        #expect(throws: mismatch) { try stored.decompressed(.zstdDictionary, size: 1_000, dictionary: wrong) }
        #expect(throws: mismatch) { try stored.decompressed(.zstd, size: 1_000) }
        #expect(throws: CodecError.dictionary("needed to decompress, and none was given")) {
            try stored.decompressed(.zstdDictionary, size: 1_000)
        }
    }

    @Test func bytesReadBackFromAFileGiveTheSameDictionary() throws {
        let trained = try CompressionTests.dictionary()
        let loaded = try CompressionDictionary(bytes: trained.bytes)
        #expect(loaded == trained)
        let input = Sample.text.bytes(1_000, seed: 7)
        let stored = try #require(try input.compressed(.zstdDictionary(level: 3, dictionary: trained)))
        #expect(try stored.decompressed(.zstdDictionary, size: 1_000, dictionary: loaded) == input)
    }

    @Test func whatIsNoDictionaryIsRefused() throws {
        #expect(throws: CodecError.dictionary("not a trained zstd dictionary")) { try CompressionDictionary(bytes: []) }
        #expect(throws: CodecError.dictionary("not a trained zstd dictionary")) {
            try CompressionDictionary(bytes: Sample.text.bytes(4_096, seed: 8))
        }
        #expect(throws: CodecError.dictionary("larger than 1048576 bytes")) {
            try CompressionDictionary(bytes: [UInt8](repeating: 0, count: 1 << 20 + 1))
        }
        let trained = try CompressionTests.dictionary()
        // The number is whole, the tables behind it are not.
        #expect(throws: CodecError.dictionary("refused by zstd")) {
            try CompressionDictionary(bytes: Array(trained.bytes[..<40]))
        }
    }

    @Test func tooFewSamplesAreAnErrorOfTheirOwn() {
        #expect(throws: CodecError.self) { try CompressionDictionary.train(on: []) }
        #expect(throws: CodecError.self) { try CompressionDictionary.train(on: [Array("one".utf8)]) }
        #expect(throws: CodecError.self) { try CompressionDictionary.train(on: [[], []]) }
    }
}
