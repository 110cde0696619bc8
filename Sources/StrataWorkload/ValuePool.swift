import StrataDisk

/// Values made ready before a run and lent to its clients, so that making them costs the run nothing.
///
/// Immutable once built: every client thread may share one. The pool holds about `capacity` bytes and starts again after its
/// last value; with a corpus, successive values are successive records, as one writer would bring them, in runs of `runSize`
/// bytes from places spread evenly over the corpus. Clients that should not send the same bytes at the same time start at
/// different indices.
package final class ValuePool: @unchecked Sendable {
    /// 4 MiB: beyond a core's own cache on common machines, so values come from where a real caller's would.
    package static let capacity = 4 << 20
    /// 64 KiB: the largest batch that is commonly compressed as one block sees neighbours and nothing else.
    package static let runSize = 64 << 10
    /// Largest value, in bytes.
    package static let maximumValueSize = 16 << 20
    /// Of so many records of a corpus one is held back for `samples`.
    package static let heldOutShare = 5
    /// zstd trains on no fewer samples than this.
    static let minimumSamples = 8
    /// Bytes of samples handed out at most, as long as `minimumSamples` allow; a hundred times a common dictionary is the
    /// advice of zstd's manual, and 8 MiB is 512 times 16 KiB.
    static let maximumSampleBytes = 8 << 20
    static let minimumValues = 4
    static let maximumFixedValues = 1 << 17

    package let source: ValueSource
    /// Bytes of every value, 0 where each is a whole record.
    package let size: Int
    package let seed: UInt64
    /// The corpus of a `.corpus` source, with name, size and CRC for the manifest.
    package let corpus: Corpus?

    private let base: UnsafeRawPointer
    /// Where each value starts after `base`, and the end of the last.
    private let starts: [UInt32]
    private let heldOut: [UInt32]

    /// Makes the values: the same for the same source, size, seed and corpus. Value size 0 means whole records and needs a
    /// corpus. With a size, a value is consecutive records joined as in their file, cut at exactly that size; it always
    /// starts at a record's beginning. Throws `WorkloadError` for a size out of range and what `load` throws.
    package init(
        source: ValueSource, size: Int, seed: UInt64, load: (String) throws -> Corpus = { try Dataset.load($0) }
    ) throws {
        guard (0...Self.maximumValueSize).contains(size) else {
            throw WorkloadError(field: "value size", found: "\(size)", expected: "0 to \(Self.maximumValueSize) bytes")
        }
        self.source = source
        self.size = size
        self.seed = seed
        var random = SeededRandom(seed: seed)
        if case .corpus(let name) = source {
            let corpus = try load(name)
            let split = Self.split(corpus, seed: seed)
            var maker = CorpusValues(corpus: corpus, records: split.lent)
            maker.fill(size: size, random: &random)
            self.corpus = corpus
            (starts, heldOut) = (maker.starts, split.heldOut)
            base = Self.memory(maker.bytes)
            return
        }
        guard size > 0 else {
            throw WorkloadError(
                field: "value size", found: "0", expected: "a size in bytes: \(source) values have no size of their own"
            )
        }
        corpus = nil
        heldOut = []
        let count: Int
        if source == .constant {
            count = 1
            base = Self.memory(Self.printable(size, &random))
        } else {
            count = min(max(Self.capacity / size, Self.minimumValues), Self.maximumFixedValues)
            base = Self.memory(Self.noise(count * size, &random))
        }
        starts = (0...count).map { UInt32($0 * size) }
    }

    deinit { base.deallocate() }

    /// Different values in the pool.
    package var count: Int { starts.count - 1 }
    /// Mean size of a value, in bytes.
    package var averageSize: Double { Double(starts[count]) / Double(count) }
    /// Whether `samples` come from records that are never lent. False for a corpus too small to hold any back.
    package var samplesAreHeldOut: Bool { corpus == nil || !heldOut.isEmpty }

    /// Lends value number `index`, counted round the pool. Allocates nothing.
    @inline(__always)
    package func withValue<R, E: Error>(_ index: UInt64, _ body: (RawSpan) throws(E) -> R) throws(E) -> R {
        let slot = Int(index % UInt64(starts.count - 1))
        let start = Int(starts[slot])
        defer { withExtendedLifetime(self) {} }  // the memory outlives the loan
        return try body(UnsafeRawBufferPointer(start: base + start, count: Int(starts[slot + 1]) - start).bytes)
    }

    /// Up to `count` values to train a zstd dictionary on, of the same source and size as those lent, but not those lent:
    /// from a corpus, every fifth record is held back for this and spread evenly, so that a dictionary is never judged on
    /// what it was trained on; random values are drawn from another stream. A corpus of fewer than 40 records has nothing to
    /// hold back and gives what it lends (`samplesAreHeldOut`), and constant values are all alike.
    package func samples(count: Int) -> [[UInt8]] {
        guard count > 0 else { return [] }
        let mean = max(1, size > 0 ? size : Int(averageSize))
        let affordable = min(count, max(Self.minimumSamples, Self.maximumSampleBytes / mean))
        if source == .random {
            var random = SeededRandom(seed: seed, stream: 1)
            return (0..<affordable).map { _ in Self.noise(size, &random) }
        }
        guard let corpus, !heldOut.isEmpty else {
            return (0..<affordable).map { index in
                withValue(UInt64(index)) { value in value.withUnsafeBytes { [UInt8]($0) } }
            }
        }
        let number = min(affordable, heldOut.count)
        return (0..<number).map { index in
            var maker = CorpusValues(corpus: corpus, records: heldOut)
            maker.position = index * heldOut.count / number
            maker.appendValue(size: size)
            return maker.bytes
        }
    }

    /// Every fifth record, from a seeded first one, is held out; all are lent where that would leave too few to train on.
    private static func split(_ corpus: Corpus, seed: UInt64) -> (lent: [UInt32], heldOut: [UInt32]) {
        let all = UInt32(corpus.count)
        guard corpus.count >= minimumSamples * heldOutShare else { return (Array(0..<all), []) }
        let phase = UInt32(seed % UInt64(heldOutShare))
        let share = UInt32(heldOutShare)
        return ((0..<all).filter { $0 % share != phase }, (0..<all).filter { $0 % share == phase })
    }

    /// A copy that stays in place: an array's own memory cannot be lent as a span with typed errors.
    private static func memory(_ bytes: [UInt8]) -> UnsafeRawPointer {
        let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: bytes.count, alignment: 64)
        memory.copyBytes(from: bytes)
        guard let base = memory.baseAddress else { preconditionFailure("a pool without values") }
        return UnsafeRawPointer(base)
    }

    private static func noise(_ count: Int, _ random: inout SeededRandom) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
            var word: UInt64 = 0
            for index in 0..<count {
                if index % 8 == 0 { word = random.next() }
                buffer.initializeElement(at: index, to: UInt8(truncatingIfNeeded: word))
                word >>= 8
            }
            initialized = count
        }
    }

    /// 64 different characters from "0" on, so that a single value hardly compresses and only repetition does.
    private static func printable(_ count: Int, _ random: inout SeededRandom) -> [UInt8] {
        noise(count, &random).map { UInt8(ascii: "0") + $0 % 64 }
    }
}
