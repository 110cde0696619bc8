import StrataCodec
import StrataDisk

/// What a corpus is like: its size and how it compresses.
package struct DatasetStatistics: Sendable {
    /// What is compressed at once.
    package enum Unit: Sendable, Hashable {
        case record
        /// Successive records, at least so many bytes together.
        case batch(bytes: Int)
        /// A record with a dictionary of `dictionarySize` bytes, trained on other records.
        case recordWithDictionary
    }

    package struct Ratio: Sendable {
        package var codec: String
        package var unit: Unit
        /// Size before by size after: above 1 where compression gains. nil where it cannot be had, as a dictionary from a
        /// handful of records.
        package var ratio: Double?
    }

    package static let dictionarySize = 16 * 1024
    package static let batchSizes = [4 * 1024, 64 * 1024]
    /// Of a larger corpus every second, third ... 64 KiB of records is measured, so that this many bytes are.
    package static let measuredBytes = 32 << 20

    package let records: Int
    /// Bytes of the whole text, and of its records alone.
    package let bytes: Int
    package let recordBytes: Int
    package let meanSize: Double
    package let largestRecord: Int
    package let crc32c: UInt32
    package let ratios: [Ratio]

    /// Measures for LZ4 and zstd at levels 1 and 3. Every result is decompressed and compared. Records are taken without what
    /// stands between them in their file. Takes some seconds for tens of MiB.
    package init(of corpus: Corpus) throws(CodecError) {
        records = corpus.count
        bytes = corpus.text.count
        recordBytes = corpus.recordBytes
        meanSize = corpus.meanSize
        largestRecord = Int(corpus.records.map(\.size).max() ?? 0)
        crc32c = corpus.crc32c

        // Every fifth record trains the dictionary, and no ratio is measured on it.
        let training = Set(Self.trainingRecords(corpus.count))
        let blocks = Self.blocks(corpus, without: training)
        var ratios: [Ratio] = []
        let codecs: [(String, Compression)] = [("lz4", .lz4), ("zstd:1", .zstd(level: 1)), ("zstd:3", .zstd(level: 3))]
        for (name, compression) in codecs {
            var meter = try RatioMeter(compression)
            for size in [0] + Self.batchSizes {
                let unit = size == 0 ? Unit.record : .batch(bytes: size)
                ratios.append(Ratio(codec: name, unit: unit, ratio: try meter.ratio(corpus, blocks, batchSize: size)))
            }
        }
        let dictionary = Self.dictionary(corpus)
        for level in [1, 3] {
            var ratio: Double?
            if let dictionary {
                var meter = try RatioMeter(.zstdDictionary(level: level, dictionary: dictionary))
                ratio = try meter.ratio(corpus, blocks, batchSize: 0)
            }
            ratios.append(Ratio(codec: "zstd:\(level)", unit: .recordWithDictionary, ratio: ratio))
        }
        self.ratios = ratios
    }

    package func ratio(_ codec: String, _ unit: Unit) -> Double? {
        ratios.first { $0.codec == codec && $0.unit == unit }?.ratio
    }

    private static func trainingRecords(_ count: Int) -> StrideTo<Int> {
        stride(from: 2, to: count, by: ValuePool.heldOutShare)
    }

    /// Some thousand records at most, spread evenly; nil where zstd finds too little in them.
    private static func dictionary(_ corpus: Corpus) -> CompressionDictionary? {
        let candidates = Array(trainingRecords(corpus.count))
        let wanted = min(candidates.count, max(1, 4 * 1024 * 1024 / max(1, Int(corpus.meanSize))), 20_000)
        guard wanted >= ValuePool.minimumSamples else { return nil }
        let samples = (0..<wanted).map { [UInt8](corpus[candidates[$0 * candidates.count / wanted]]) }
        return try? CompressionDictionary.train(on: samples, capacity: dictionarySize)
    }

    /// The records to measure, in blocks of neighbours of about the largest batch size.
    private static func blocks(_ corpus: Corpus, without training: Set<Int>) -> [[Int]] {
        let largest = batchSizes.max() ?? 1
        var blocks: [[Int]] = [[]]
        var size = 0
        for index in 0..<corpus.count where !training.contains(index) {
            if size >= largest {
                blocks.append([])
                size = 0
            }
            blocks[blocks.count - 1].append(index)
            size += Int(corpus.records[index].size)
        }
        let step = max(1, (corpus.recordBytes + measuredBytes - 1) / measuredBytes)
        return stride(from: 0, to: blocks.count, by: step).map { blocks[$0] }
    }
}
