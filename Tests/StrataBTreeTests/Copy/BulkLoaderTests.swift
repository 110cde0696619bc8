import StrataBTree
import StrataDisk
import StrataSim
import StrataTesting
import Testing

@Suite struct BulkLoaderTests {
    private static func load(
        _ pairs: [Pair], on disk: any Disk, _ options: BTreeOptions, fill: Double = 1
    ) throws(StorageError) -> TreeCommit {
        let loader = try BulkLoader(on: disk, options: options, fill: fill)
        for pair in pairs { try loader.append(pair.key.span.bytes, pair.value.span.bytes) }
        return try loader.finish(appliedIndex: 77)
    }

    private static func pairs(_ count: Int, keys: Range<Int>, values: Range<Int>, seed: UInt64) -> [Pair] {
        var random = SeededRandom(seed: seed)
        func bytes(_ sizes: Range<Int>) -> [UInt8] {
            (0..<sizes.lowerBound + random.below(sizes.count)).map { _ in
                UInt8(truncatingIfNeeded: random.next()) & 0x83
            }
        }
        var model: [[UInt8]: [UInt8]] = [:]
        for _ in 0..<count { model[bytes(keys)] = bytes(values) }
        return TreeStory.sorted(model)
    }

    /// Every number of entries, so that each page that is just full or just begun is met, in all levels.
    @Test func treesOfEverySizeAreWholeAndTakeWrites() throws {
        for count in Array(0...40) + Array(stride(from: 43, to: 700, by: 13)) {
            let pairs = (0..<count).map { Pair(key: [UInt8](repeating: 9, count: 900) + TreeStory.key($0), value: [1]) }
            let disk = SimulatedDisk(recordsTrace: false)
            let loaded = try Self.load(pairs, on: disk, smallOptions())
            #expect(loaded.entries == UInt64(count) && loaded.appliedIndex == 77)
            let tree = try BTree(on: disk, options: smallOptions())
            defer { tree.abandon() }
            #expect(try TreeExpectation.problem(of: tree, expecting: pairs) == nil, "\(count) entries")
            // No branch has a single child.
            #expect(try tree.check().levels.dropFirst().allSatisfy { $0.fewestEntries >= 2 }, "\(count) entries")
            var left = pairs
            try commit(tree, at: 78) { (writer) throws(StorageError) in
                for number in stride(from: 0, to: count, by: 2) { try writer.remove(pairs[number].key) }
                try writer.put([1], [2])
            }
            left = [Pair(key: [1], value: [2])] + pairs.indices.filter { $0 % 2 == 1 }.map { pairs[$0] }
            #expect(try TreeExpectation.problem(of: tree, expecting: left) == nil, "\(count) entries, then fewer")
        }
    }

    @Test(arguments: [4096, 16384, 65536], [0.5, 0.8, 1])
    func anyEntriesAnyPages(_ pageBytes: Int, _ fill: Double) throws {
        var options = smallOptions()
        options.pageBytes = pageBytes
        for (seed, shape) in [(0..<20, 0..<100), (0..<998, 0..<1400), (5..<300, 0..<20_000)].enumerated() {
            let pairs = Self.pairs(1000, keys: shape.0, values: shape.1, seed: UInt64(seed))
            let disk = SimulatedDisk(recordsTrace: false)
            _ = try Self.load(pairs, on: disk, options, fill: fill)
            let tree = try BTree(on: disk, options: options)
            defer { tree.abandon() }
            #expect(try TreeExpectation.problem(of: tree, expecting: pairs) == nil, "shape \(seed)")
        }
    }

    @Test func pagesAreFilledAsAsked() throws {
        let pairs = Self.pairs(20_000, keys: 8..<20, values: 10..<60, seed: 3)
        for (fill, range) in [(1.0, 0.97...1.0), (0.7, 0.66...0.71)] {
            let disk = SimulatedDisk(recordsTrace: false)
            _ = try Self.load(pairs, on: disk, smallOptions(), fill: fill)
            let survey = try #require(try TreeInspection(on: disk).survey)
            #expect(survey.isClean && survey.freePages == 0 && survey.reservedPages == 0)
            #expect(range.contains(survey.levels[0].fill(pageBytes: 4096)))
        }
    }

    @Test func wrongOrderIsRefusedAndTheLoadGoesOn() throws {
        let disk = SimulatedDisk(recordsTrace: false)
        let loader = try BulkLoader(on: disk, options: smallOptions())
        let value: [UInt8] = [1]
        try loader.append(([5] as [UInt8]).span.bytes, value.span.bytes)
        for (key, reason) in [([5], "twice"), ([4], "less"), ([UInt8](repeating: 7, count: 1000), "at most")]
            as [([UInt8], String)]
        {
            do throws(StorageError) {
                try loader.append(key.span.bytes, value.span.bytes)
                Issue.record("accepted \(key.count) bytes")
            } catch {
                #expect(error.description.contains(reason))
            }
        }
        try loader.append(([6] as [UInt8]).span.bytes, value.span.bytes)
        #expect(try loader.finish(appliedIndex: 1).entries == 2)
        try BTree(on: disk, options: smallOptions()).close()
        #expect(throws: StorageError.self) { try loader.append(([9] as [UInt8]).span.bytes, value.span.bytes) }
        #expect(throws: StorageError.self) { _ = try BulkLoader(on: disk, options: smallOptions()) }
        for fill in [0.4, 1.01, .nan] {
            #expect(throws: StorageError.self) {
                _ = try BulkLoader(on: disk, name: "x", options: smallOptions(), fill: fill)
            }
        }
    }

    @Test func whatIsGivenUpLeavesNothing() throws {
        let disk = SimulatedDisk(recordsTrace: false)
        do {
            let loader = try BulkLoader(on: disk, options: smallOptions())
            for number in 0..<9000 {
                try loader.append(TreeStory.key(number).span.bytes, TreeStory.value(number, 1, size: 300).span.bytes)
            }
            #expect(try disk.list().contains("store.tree.new"))
        }
        #expect(try disk.list().filter { !$0.hasSuffix(".lock") } == [])
    }

    @Test(arguments: SyncMethod.allCases) func onARealDisk(_ method: SyncMethod) throws {
        try withTemporaryDirectory("tree") { directory in
            let disk = try PosixDisk(path: directory.path)
            var options = smallOptions()
            options.method = method
            let pairs = Self.pairs(3000, keys: 8..<20, values: 10..<3000, seed: 3)
            do throws(StorageError) {
                _ = try Self.load(pairs, on: disk, options)
            } catch {
                guard case .unsupported = error.kind else { throw error }
                return skip("\(error)")
            }
            let tree = try BTree(on: disk, options: options)
            #expect(try TreeExpectation.problem(of: tree, expecting: pairs) == nil)
            try tree.close()
        }
    }
}
