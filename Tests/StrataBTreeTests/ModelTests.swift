import StrataBTree
import StrataDisk
import StrataSim
import Testing

/// The tree beside a sorted dictionary, through everything that is allowed to happen.
@Suite struct ModelTests {
    struct Shape: CustomTestStringConvertible {
        var name: String
        var seed: UInt64
        var keys: Int
        var keyBytes: Range<Int>
        var valueBytes: Range<Int>
        var largeValues: Double
        var pageBytes = 4096
        var steps = 260
        var removes = 0.35
        var testDescription: String { "\(name), seed \(seed)" }
    }

    static let shapes: [Shape] = [
        Shape(name: "small", seed: 1, keys: 4000, keyBytes: 0..<24, valueBytes: 0..<120, largeValues: 0.01),
        Shape(
            name: "few keys", seed: 2, keys: 60, keyBytes: 0..<8, valueBytes: 0..<600, largeValues: 0.1, removes: 0.5),
        Shape(name: "long keys", seed: 3, keys: 1500, keyBytes: 400..<999, valueBytes: 0..<50, largeValues: 0.01),
        Shape(name: "any size", seed: 4, keys: 3000, keyBytes: 0..<999, valueBytes: 0..<1400, largeValues: 0.05),
        Shape(
            name: "shrinking", seed: 5, keys: 3000, keyBytes: 8..<200, valueBytes: 0..<200, largeValues: 0, removes: 0.6
        ),
        Shape(
            name: "64 KiB pages", seed: 6, keys: 3000, keyBytes: 0..<3000, valueBytes: 0..<3000, largeValues: 0.02,
            pageBytes: 65536, steps: 120),
    ]

    @Test(arguments: shapes)
    func treeAgreesWithADictionary(_ shape: Shape) throws {
        var random = SeededRandom(seed: shape.seed)
        var disk = SimulatedDisk(recordsTrace: false)
        var options = smallOptions()
        options.pageBytes = shape.pageBytes
        options.cacheBytes = 64 * (shape.pageBytes + 64)
        var tree = try BTree(on: disk, options: options)
        let keys = (0..<shape.keys).map { _ in Self.key(shape, &random) }
        var model: [[UInt8]: [UInt8]] = [:]
        var held: [(snapshot: TreeSnapshot, model: [[UInt8]: [UInt8]])] = []
        var applied: UInt64 = 0

        for step in 0..<shape.steps {
            let comment = Comment(rawValue: "\(shape.testDescription), step \(step)")
            let writer = try tree.begin()
            var draft = model
            // One in four in rising order, as a merge would come.
            var chosen = (0..<random.below(400)).map { _ in keys[random.below(keys.count)] }
            if random.chance(0.25) { chosen.sort { $0.lexicographicallyPrecedes($1) } }
            for key in chosen {
                if random.chance(shape.removes) {
                    let was = draft.removeValue(forKey: key) != nil
                    #expect(try writer.remove(key) == was, comment)
                } else {
                    let value = Self.value(shape, &random)
                    draft[key] = value
                    try writer.put(key, value)
                }
                if random.chance(0.1) {
                    let other = keys[random.below(keys.count)]
                    #expect(try writer.value(other) == draft[other], comment)
                }
            }
            if random.chance(0.15) {
                writer.rollback()
            } else {
                applied += UInt64(random.below(100))
                let commit = try writer.commit(appliedIndex: applied)
                #expect(commit.entries == draft.count, comment)
                model = draft
            }
            #expect(tree.latest.appliedIndex == applied, comment)
            if random.chance(0.2) { held.append((tree.snapshot(), model)) }
            if held.count > 4 || (random.chance(0.1) && !held.isEmpty) {
                let (snapshot, expected) = held.remove(at: random.below(held.count))
                try Self.compare(snapshot, expected, &random, comment)
            }
            if random.chance(0.08) {
                for (snapshot, expected) in held { try Self.compare(snapshot, expected, &random, comment) }
                held.removeAll()
                if random.chance(0.5) { try tree.close() } else { tree.abandon() }
                if random.chance(0.5) { disk = disk.rebooted(keeping: .nothing) }
                tree = try BTree(on: disk, options: options)
                #expect(tree.opening.damage.isEmpty, comment)
                try Self.compare(tree.snapshot(), model, &random, comment)
            }
        }
        try Self.compare(tree.snapshot(), model, &random, "\(shape.testDescription), at the end")
        held.removeAll()
        // All of it goes, and the pages come back.
        try commit(tree) { (writer) throws(StorageError) in
            for key in model.keys.sorted(by: { $0.lexicographicallyPrecedes($1) }) { #expect(try writer.remove(key)) }
        }
        #expect(tree.latest.depth == 0)
        #expect(tree.latest.entries == 0)
        try commit(tree) { _ in }
        #expect(tree.statistics.pinnedPages == tree.statistics.freePages || tree.statistics.freePages > 0)
        #expect(try tree.snapshot().all().isEmpty)
    }

    static func key(_ shape: Shape, _ random: inout SeededRandom) -> [UInt8] {
        let count = shape.keyBytes.lowerBound + random.below(shape.keyBytes.count)
        // Few letters and long common starts: heads and prefixes meet all their cases.
        let shared = random.chance(0.5) ? min(count, random.below(20)) : 0
        return (0..<count).map { $0 < shared ? 0x61 : random.chance(0.1) ? 0 : UInt8(0x61 + random.below(3)) }
    }

    static func value(_ shape: Shape, _ random: inout SeededRandom) -> [UInt8] {
        var count = shape.valueBytes.lowerBound + random.below(shape.valueBytes.count)
        if random.chance(shape.largeValues) { count = random.below(40_000) }
        let first = UInt8(truncatingIfNeeded: random.next())
        return (0..<count).map { first &+ UInt8(truncatingIfNeeded: $0 &* 7) }
    }

    static func compare(
        _ snapshot: TreeSnapshot, _ model: [[UInt8]: [UInt8]], _ random: inout SeededRandom, _ comment: Comment
    ) throws {
        let sorted = model.sorted { $0.key.lexicographicallyPrecedes($1.key) }.map {
            Pair(key: $0.key, value: $0.value)
        }
        #expect(try snapshot.all() == sorted, comment)
        #expect(try snapshot.allBackwards() == sorted, comment)
        let cursor = snapshot.makeCursor()
        for _ in 0..<40 {
            var probe = sorted.isEmpty ? [] : sorted[random.below(sorted.count)].key
            if random.chance(0.5) { probe.append(UInt8(random.below(256))) }
            if random.chance(0.3), !probe.isEmpty { probe[random.below(probe.count)] &+= 1 }
            if random.chance(0.3) { probe = Array(probe.prefix(random.below(probe.count + 1))) }
            let place = sorted.partitioningIndex { !$0.key.lexicographicallyPrecedes(probe) }
            #expect(try snapshot.value(probe) == model[probe], comment)
            #expect(try cursor.seek(probe) == (place < sorted.count), comment)
            #expect(try !cursor.isValid || cursor.pair() == sorted[place], comment)
            if cursor.isValid {
                #expect(try cursor.previous() == (place > 0), comment)
                #expect(try !cursor.isValid || cursor.pair() == sorted[place - 1], comment)
            }
            #expect(try cursor.seekBack(probe) == (place > 0), comment)
            #expect(try !cursor.isValid || cursor.pair() == sorted[place - 1], comment)
            if cursor.isValid {
                #expect(try cursor.next() == (place < sorted.count), comment)
                #expect(try !cursor.isValid || cursor.pair() == sorted[place], comment)
            }
        }
    }
}

extension Array {
    fileprivate func partitioningIndex(_ belongs: (Element) -> Bool) -> Int {
        var low = 0
        var high = count
        while low < high {
            let middle = (low + high) / 2
            if belongs(self[middle]) { high = middle } else { low = middle + 1 }
        }
        return low
    }
}
