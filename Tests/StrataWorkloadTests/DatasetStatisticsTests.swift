import StrataDisk
import StrataTesting
import StrataWorkload
import Testing

@Suite struct DatasetStatisticsTests {
    @Test func theFlightsCompressAsTextDoes() throws {
        guard (try? DatasetPlaces.system.committed(file: "nycflights13.csv")) != nil else {
            return skip("datasets/nycflights13.csv is not above the current directory; set STRATA_HOME")
        }
        let statistics = try DatasetStatistics(of: Dataset.load("nycflights13"))
        #expect(statistics.records == 19_811)
        #expect((85...100).contains(statistics.meanSize))
        #expect(statistics.bytes == statistics.recordBytes + 19_811 + 158)  // line breaks and the header
        for codec in ["lz4", "zstd:1", "zstd:3"] {
            let ratios = try [.record, .batch(bytes: 4096), .batch(bytes: 65_536)].map {
                try #require(statistics.ratio(codec, $0))
            }
            // A single row hardly compresses, a batch of rows does, a larger batch better.
            #expect((0.8..<1.3).contains(ratios[0]), "\(codec)")
            #expect(ratios[1] > ratios[0] * 1.4 && ratios[2] > ratios[1], "\(codec)")
        }
        for codec in ["zstd:1", "zstd:3"] {
            let alone = try #require(statistics.ratio(codec, .record))
            #expect(try #require(statistics.ratio(codec, .recordWithDictionary)) > alone * 1.2)
        }
        #expect(statistics.ratio("lz4", .recordWithDictionary) == nil)
    }

    @Test func aHandfulOfRecordsHasNoDictionary() throws {
        let statistics = try DatasetStatistics(of: numberedCorpus(10))
        #expect(statistics.records == 10)
        #expect(statistics.largestRecord == 10)
        #expect(statistics.ratio("zstd:1", .recordWithDictionary) == nil)
        #expect(statistics.ratio("zstd:1", .batch(bytes: 4096)) != nil)
    }

    /// Only the records that train the dictionary compress here, so a ratio above 1 would be theirs.
    @Test func noRatioIsMeasuredOnRecordsThatTrain() throws {
        var random = SeededRandom(seed: 3)
        let lines = (0..<500).map { index in
            let trains = index % 5 == 2
            return String((0..<999).map { _ in Character(UnicodeScalar(48 + UInt8(trains ? 0 : random.below(64)))) })
        }
        let text = Array(lines.joined(separator: "\n").utf8)
        let records = try RecordFormat.lines.split(text, file: "test")
        let corpus = Corpus(name: "mixed", format: .lines, text: text, records: records)
        let statistics = try DatasetStatistics(of: corpus)
        for unit in [DatasetStatistics.Unit.record, .batch(bytes: 4096), .batch(bytes: 65_536)] {
            #expect(try #require(statistics.ratio("lz4", unit)) < 1.01, "seed 3")
        }
    }

    @Test func oneRecordHasRatiosToo() throws {
        #expect(try DatasetStatistics(of: numberedCorpus(1)).ratio("lz4", .record) != nil)
    }
}
