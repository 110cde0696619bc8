import StrataCodec
import StrataDisk
import StrataWorkload
import Testing

/// A corpus of `count` lines "record N ...", each recognisable wherever it turns up.
func numberedCorpus(_ count: Int, padding: Int = 0) throws -> Corpus {
    let filler = String(repeating: "x", count: padding)
    let text = Array((0..<count).map { "<record \($0)\(filler)>\n" }.joined().utf8)
    return Corpus(
        name: "numbered", format: .lines, text: text, records: try RecordFormat.lines.split(text, file: "test"))
}

@Suite struct ValuePoolTests {
    private func values(_ pool: ValuePool, _ range: Range<Int>) -> [[UInt8]] {
        range.map { index in pool.withValue(UInt64(index)) { value in value.withUnsafeBytes { [UInt8]($0) } } }
    }

    /// LZ4's ratio over one batch.
    private func ratio(_ values: [[UInt8]]) throws -> Double {
        let batch = Array(values.joined())
        var output = [UInt8](repeating: 0, count: batch.count * 2 + 64)
        let compressor = try Compressor(.lz4)
        let size = output.withUnsafeMutableBytes { compressor.compress(batch.span.bytes, into: $0) }
        return Double(batch.count) / Double(try #require(size))
    }

    @Test(arguments: ["constant", "random", "corpus:nycflights13", "corpus:a:b"])
    func textIsReadAndWrittenBack(_ text: String) throws {
        #expect(try ValueSource(parsing: text).description == text)
    }

    @Test(arguments: ["", "corpus", "corpus:", "zero", "Random"])
    func anErrorSaysWhatIsAllowed(_ text: String) {
        let error = #expect(throws: WorkloadError.self) { try ValueSource(parsing: text) }
        #expect(error?.description.contains("corpus:NAME") == true)
    }

    @Test(arguments: [1, 100, 4096, 1 << 20])
    func constantAndRandomHaveTheSizeAskedForAndTheirRatio(_ size: Int) throws {
        let constant = try ValuePool(source: .constant, size: size, seed: 1)
        let random = try ValuePool(source: .random, size: size, seed: 1)
        for pool in [constant, random] {
            #expect(values(pool, 0..<10).allSatisfy { $0.count == size })
            #expect(pool.averageSize == Double(size))
        }
        #expect(Set(values(constant, 0..<10)).count == 1)
        if size >= 100 {
            #expect(Set(values(random, 0..<4)).count == 4)
            #expect(try ratio(values(random, 0..<4)) < 1.01)
            #expect(try ratio(values(constant, 0..<2)) > 1.3 || size > 65_536)  // LZ4 looks back 64 KiB
            #expect(try ratio(values(constant, 0..<1)) < 1.01)
        }
        #expect(random.count * size <= max(ValuePool.capacity, 4 * size))
    }

    @Test func wholeRecordsComeOnceEachInOrder() throws {
        let corpus = try numberedCorpus(1000)
        let pool = try ValuePool(source: .corpus("numbered"), size: 0, seed: 3) { _ in corpus }
        #expect(pool.count == 800)
        #expect(pool.samplesAreHeldOut)
        let numbers = values(pool, 0..<pool.count).map { value in
            Int(String(decoding: value, as: UTF8.self).dropFirst("<record ".count).dropLast()) ?? -1
        }
        #expect(Set(numbers).count == 800)
        // Rising, but for the one place where the corpus starts again.
        #expect(zip(numbers, numbers.dropFirst()).count { $0 > $1 } <= 1)
        #expect(values(pool, 800..<803) == values(pool, 0..<3))
    }

    @Test(arguments: [1, 10, 64, 1000, 300_000])
    func sizedValuesAreWholeNeighboursFromARecordsStart(_ size: Int) throws {
        let corpus = try numberedCorpus(5000)
        let pool = try ValuePool(source: .corpus("numbered"), size: size, seed: 4) { _ in corpus }
        for value in values(pool, 0..<min(pool.count, 50)) {
            #expect(value.count == size)
            #expect(value.first == UInt8(ascii: "<"))
            let lines = value.split(separator: 0x0A)
            for line in lines.dropLast() { #expect(line.last == UInt8(ascii: ">")) }
        }
        #expect(pool.averageSize == Double(size))
    }

    @Test func aLargeCorpusIsDrawnFromItsWholeLengthInRunsOfNeighbours() throws {
        let corpus = try numberedCorpus(200_000, padding: 60)  // 15 MB, above a pool's capacity
        let pool = try ValuePool(source: .corpus("numbered"), size: 0, seed: 12) { _ in corpus }
        let numbers = values(pool, 0..<pool.count).map { value in
            Int(String(decoding: value.prefix { $0 != UInt8(ascii: "x") }, as: UTF8.self).dropFirst(8)) ?? -1
        }
        let bytes = Double(pool.count) * pool.averageSize
        #expect(bytes > 4e6 && bytes < 4.5e6)
        for tenth in 0..<10 {
            #expect(numbers.contains { ($0 * 10 / 200_000) == tenth }, "nothing from tenth \(tenth)")
        }
        let neighbours = zip(numbers, numbers.dropFirst()).count { (1...2).contains($1 - $0) }
        #expect(neighbours > pool.count - 70)
    }

    @Test(arguments: [0, 200])
    func samplesAreNeverOfRecordsThatAreLent(_ size: Int) throws {
        let corpus = try numberedCorpus(2000)
        for seed: UInt64 in 0..<5 {
            let pool = try ValuePool(source: .corpus("numbered"), size: size, seed: seed) { _ in corpus }
            func records(_ values: [[UInt8]]) -> Set<ArraySlice<UInt8>> {
                Set(values.flatMap { $0.split(separator: 0x0A).filter { $0.last == UInt8(ascii: ">") } })
            }
            let lent = records(values(pool, 0..<pool.count))
            let samples = pool.samples(count: 100)
            #expect(samples.count == 100)
            #expect(lent.count > 1000, "seed \(seed)")
            #expect(records(samples).count >= 100, "seed \(seed)")
            #expect(lent.isDisjoint(with: records(samples)), "seed \(seed)")
        }
    }

    @Test func aTinyCorpusLendsEverythingAndSaysSo() throws {
        let corpus = try numberedCorpus(12)
        let pool = try ValuePool(source: .corpus("numbered"), size: 0, seed: 1) { _ in corpus }
        #expect(pool.count == 12)
        #expect(!pool.samplesAreHeldOut)
        #expect(pool.samples(count: 20).count == 20)
    }

    @Test func samplesOfOtherSourcesAreOtherValuesAndBounded() throws {
        let random = try ValuePool(source: .random, size: 1000, seed: 1)
        #expect(Set(random.samples(count: 10)).isDisjoint(with: values(random, 0..<random.count)))
        let large = try ValuePool(source: .random, size: 4 << 20, seed: 1)
        #expect(large.samples(count: 1000).count == 8)
        #expect(large.samples(count: 0).isEmpty)
    }

    @Test func theSameSeedGivesTheSameValuesAndAnotherOthers() throws {
        let corpus = try numberedCorpus(3000)
        for source in [ValueSource.random, .constant, .corpus("numbered")] {
            func pool(_ seed: UInt64) throws -> ValuePool {
                try ValuePool(source: source, size: 500, seed: seed) { _ in corpus }
            }
            #expect(try values(pool(7), 0..<50) == values(pool(7), 0..<50))
            #expect(try values(pool(7), 0..<50) != values(pool(8), 0..<50))
            #expect(try pool(7).samples(count: 9) == pool(7).samples(count: 9))
        }
    }

    @Test func sizesOutOfRangeAndUnknownCorporaAreRefused() {
        #expect(throws: WorkloadError.self) { try ValuePool(source: .random, size: 0, seed: 1) }
        #expect(throws: WorkloadError.self) { try ValuePool(source: .constant, size: -1, seed: 1) }
        #expect(throws: WorkloadError.self) { try ValuePool(source: .random, size: (16 << 20) + 1, seed: 1) }
        let error = #expect(throws: WorkloadError.self) {
            try ValuePool(source: .corpus("nycflight"), size: 0, seed: 1)
        }
        #expect(error?.description.contains("nycflights13-json") == true)
    }

    @Test func aTypedErrorPassesThrough() throws {
        let pool = try ValuePool(source: .constant, size: 10, seed: 1)
        #expect(throws: CodecError.truncated) {
            try pool.withValue(0) { (_: RawSpan) throws(CodecError) in throw CodecError.truncated }
        }
    }
}
