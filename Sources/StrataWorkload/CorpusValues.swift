import StrataDisk

/// Strings values together from some records of a corpus, one after another.
struct CorpusValues {
    private let corpus: Corpus
    private let records: [UInt32]
    /// The next record, as an index of `records`.
    var position = 0
    private(set) var bytes: [UInt8] = []
    /// Where each value starts, and the end of the last.
    private(set) var starts: [UInt32] = [0]

    init(corpus: Corpus, records: [UInt32]) {
        precondition(!records.isEmpty, "no records to make values of")
        self.corpus = corpus
        self.records = records
    }

    /// A pool's worth of values: all records once where they fit, else runs of neighbours from evenly spread places.
    mutating func fill(size: Int, random: inout SeededRandom) {
        let total = records.reduce(0) { $0 + Int(corpus.records[Int($1)].size) }
        let first = random.below(records.count)
        guard total > ValuePool.capacity else {
            position = first
            var used = 0
            while used < records.count || starts.count <= ValuePool.minimumValues { used += appendValue(size: size) }
            return
        }
        let runSize = max(ValuePool.runSize, size)
        let runs = max(ValuePool.capacity / runSize, ValuePool.minimumValues)
        for run in 0..<runs {
            position = (first + run * records.count / runs) % records.count
            let end = bytes.count + runSize
            repeat { appendValue(size: size) } while bytes.count < end
        }
    }

    /// Appends one value, a whole record where `size` is 0. Returns how many records went into it.
    @discardableResult
    mutating func appendValue(size: Int) -> Int {
        let end = bytes.count + size
        var used = 0
        repeat {
            if used > 0 { bytes += corpus.format.separator }
            bytes += corpus[Int(records[position])]
            position = (position + 1) % records.count
            used += 1
        } while bytes.count < end
        if size > 0 { bytes.removeLast(bytes.count - end) }
        starts.append(UInt32(bytes.count))
        return used
    }
}
