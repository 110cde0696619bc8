import StrataBTree
import StrataDisk
import StrataSim
import Testing

@Suite struct WriterTests {
    private func key(_ number: Int) -> [UInt8] { Array("key \(1_000_000 + number)".utf8) }

    @Test func limitsOfKeys() throws {
        let disk = SimulatedDisk()
        let tree = try BTree(on: disk, options: smallOptions())
        #expect(tree.maximumKeySize == 998)
        let longest = [UInt8](repeating: 0x61, count: 998)
        let writer = try tree.begin()
        try writer.put([], Array("empty".utf8))
        try writer.put(longest, [UInt8](repeating: 1, count: 5000))
        // Four and more of the longest.
        for last in UInt8(0)..<20 { try writer.put(longest.dropLast() + [last], [last]) }
        #expect { try writer.put(longest + [0], []) } throws: { error in
            (error as? StorageError)?.description.contains("at most 998") == true
        }
        #expect(try writer.value([]) == Array("empty".utf8))
        #expect(try writer.remove(longest + [0]) == false)
        try writer.commit(appliedIndex: 1)
        let snapshot = tree.snapshot()
        #expect(try snapshot.value(longest)?.count == 5000)
        #expect(try snapshot.value(longest + [0]) == nil)
        #expect(try snapshot.all().count == 22)
        #expect(try snapshot.all().first?.key == [])
        try commit(tree) { (writer) throws(StorageError) in try writer.remove([]) }
        #expect(try tree.snapshot().value([]) == nil)
        #expect(try snapshot.value([]) == Array("empty".utf8))
    }

    @Test func valuesOfEverySizeComeBack() throws {
        let disk = SimulatedDisk()
        let tree = try BTree(on: disk, options: smallOptions())
        let sizes = [
            0, 1, 1000, 1330, 1331, 1340, 1341, 1342, 1343, 4063, 4064, 4065, 8159, 8160, 8161, 100_000, 1_572_864,
        ]
        func value(_ size: Int) -> [UInt8] { (0..<size).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ size) } }
        try commit(tree) { (writer) throws(StorageError) in
            for size in sizes {
                try writer.put(key(size), value(size))
                #expect(try writer.value(key(size)) == value(size))
            }
        }
        try tree.close()
        let again = try BTree(on: disk, options: smallOptions())
        let snapshot = again.snapshot()
        for size in sizes { #expect(try snapshot.value(key(size)) == value(size), "\(size) bytes") }
        #expect(try snapshot.all().map(\.value.count) == sizes)
        // Replaced and removed, their pages come back.
        let pages = again.latest.pages
        for _ in 0..<6 {
            try commit(again) { (writer) throws(StorageError) in
                for size in sizes { try writer.put(key(size), value(size)) }
            }
        }
        #expect(again.latest.pages < 4 * pages, "\(pages) pages became \(again.latest.pages)")
    }

    @Test func aRollbackLeavesNothing() throws {
        let disk = SimulatedDisk()
        let tree = try BTree(on: disk, options: smallOptions())
        try commit(tree, at: 5) { (writer) throws(StorageError) in
            for number in 0..<500 { try writer.put(key(number), [1]) }
        }
        let before = tree.latest
        do {
            let dropped = try tree.begin()
            for number in 0..<500 { try dropped.put(key(number), [UInt8](repeating: 2, count: 500)) }
        }
        let writer = try tree.begin()
        for number in 0..<250 { try writer.remove(key(number)) }
        writer.rollback()
        writer.rollback()
        #expect { try writer.put(key(1), []) } throws: { ($0 as? StorageError)?.kind == .closed }
        #expect { try writer.commit(appliedIndex: 9) } throws: { ($0 as? StorageError)?.kind == .closed }
        #expect(tree.latest == before)
        #expect(try tree.snapshot().all() == (0..<500).map { Pair(key: key($0), value: [1]) })
    }

    @Test func aCommitWithoutChangesRecordsItsIndex() throws {
        let disk = SimulatedDisk()
        let tree = try BTree(on: disk, options: smallOptions())
        for index in 1...5 { try commit(tree, at: UInt64(index)) { _ in } }
        #expect(tree.durableAppliedIndexes == (5, 4))
        #expect(tree.latest.pages == 2)
        let again = try BTree(on: disk.rebooted(keeping: .nothing), options: smallOptions())
        #expect(again.durableAppliedIndexes == (5, 4))
    }

    @Test func risingKeysFillTheirPages() throws {
        let disk = SimulatedDisk(recordsTrace: false)
        let tree = try BTree(on: disk, options: smallOptions())
        try commit(tree) { (writer) throws(StorageError) in
            for number in 0..<20_000 { try writer.put(key(number), [UInt8](repeating: 0, count: 89)) }
        }
        // 11 + 89 + 4 + 6 bytes an entry, of 4,064: 36 in a leaf.
        let leaves = (20_000 + 35) / 36
        #expect(tree.latest.pages <= UInt64(leaves + leaves / 100 + 10))
        // The same for a run of rising keys amid others.
        let apart = try BTree(on: SimulatedDisk(recordsTrace: false), options: smallOptions())
        try commit(apart) { (writer) throws(StorageError) in
            try writer.put(Array("a".utf8), [])
            try writer.put(Array("z".utf8), [])
            for number in 0..<20_000 { try writer.put(key(number), [UInt8](repeating: 0, count: 89)) }
        }
        #expect(apart.latest.pages <= UInt64(leaves + leaves / 50 + 10))
    }

    @Test func pagesAreJoinedWhenTheyRunEmpty() throws {
        let disk = SimulatedDisk(recordsTrace: false)
        let tree = try BTree(on: disk, options: smallOptions())
        try commit(tree) { (writer) throws(StorageError) in
            for number in 0..<20_000 { try writer.put(key(number), [UInt8](repeating: 0, count: 89)) }
        }
        try commit(tree) { (writer) throws(StorageError) in
            for number in 0..<20_000 where number % 20 != 0 { #expect(try writer.remove(key(number))) }
        }
        let used = tree.latest.pages - tree.latest.freePages
        // 1,000 keys need 28 leaves; at least a quarter full they take four times as many.
        #expect(used < 4 * 28 + 10, "\(used) pages for 1,000 keys")
        #expect(try tree.snapshot().all().map(\.key) == stride(from: 0, to: 20_000, by: 20).map { key($0) })
    }

    /// Entries so large that a page can lose its last one without having been underfull before.
    @Test(arguments: [true, false])
    func pagesMayLoseTheirLastEntryFromEitherEnd(_ fromTheLeft: Bool) throws {
        let disk = SimulatedDisk(recordsTrace: false)
        var tree = try BTree(on: disk, options: smallOptions())
        let value = [UInt8](repeating: 1, count: 300)
        func long(_ number: Int) -> [UInt8] { [UInt8](repeating: 0x62, count: 950) + key(number) }
        var left = Array(0..<120)
        try commit(tree) { (writer) throws(StorageError) in for number in left { try writer.put(long(number), value) } }
        #expect(tree.latest.depth >= 4)
        while !left.isEmpty {
            try commit(tree) { (writer) throws(StorageError) in
                for _ in 0..<min(9, left.count) {
                    let number = fromTheLeft ? left.removeFirst() : left.removeLast()
                    #expect(try writer.remove(long(number)))
                }
            }
            try tree.close()
            tree = try BTree(on: disk, options: smallOptions())
            #expect(try tree.snapshot().all() == left.map { Pair(key: long($0), value: value) })
        }
        #expect(tree.latest.depth == 0 && tree.latest.freePages + 3 >= tree.latest.pages)
    }

    @Test func freedPagesAreUsedAgainUnlessASnapshotReadsThem() throws {
        let disk = SimulatedDisk(recordsTrace: false)
        let tree = try BTree(on: disk, options: smallOptions())
        func round(_ byte: UInt8) throws {
            try commit(tree) { (writer) throws(StorageError) in
                for number in 0..<2000 { try writer.put(key(number), [UInt8](repeating: byte, count: 89)) }
            }
        }
        try round(1)
        try round(2)
        try round(3)
        let steady = tree.latest.pages
        for byte in UInt8(4)..<12 { try round(byte) }
        #expect(tree.latest.pages == steady)
        var held: TreeSnapshot? = tree.snapshot()
        try round(12)
        try round(13)
        let withSnapshot = tree.latest.pages
        #expect(withSnapshot > steady)
        // Pages that came and went after it do not wait for it.
        for byte in UInt8(60)..<72 { try round(byte) }
        #expect(tree.latest.pages <= withSnapshot + steady / 8)
        #expect(tree.statistics.pinnedPages > 0 && tree.statistics.snapshots == 1)
        #expect(try held?.all().allSatisfy { $0.value.allSatisfy { $0 == 11 } } == true)
        held = nil
        for byte in UInt8(14)..<20 { try round(byte) }
        #expect(tree.latest.pages <= withSnapshot + steady)
        let end = tree.latest.pages
        for byte in UInt8(20)..<26 { try round(byte) }
        #expect(tree.latest.pages == end)
        // A crash lets go of all snapshots: the free list has their pages too.
        let pinning = tree.snapshot()
        try round(30)
        let free = tree.latest.freePages
        tree.abandon()
        let again = try BTree(on: disk.rebooted(keeping: .nothing), options: smallOptions())
        #expect(again.latest.freePages == free && again.statistics.pinnedPages == 0)
        withExtendedLifetime(pinning) {}
    }

    /// More changed pages than the cache may hold are written before the commit, and can be dropped all the same.
    @Test func aWriterLargerThanTheCacheWritesAhead() throws {
        let disk = SimulatedDisk(recordsTrace: false)
        let tree = try BTree(on: disk, options: smallOptions(cachePages: 128))
        var random = SeededRandom(seed: 9)
        let writer = try tree.begin()
        var model: [Int: UInt8] = [:]
        for step in 0..<20_000 {
            let number = random.below(8000)
            model[number] = UInt8(truncatingIfNeeded: step)
            try writer.put(key(number), [UInt8](repeating: UInt8(truncatingIfNeeded: step), count: 100))
            if step % 50 == 0 {
                let other = random.below(8000)
                #expect(try writer.value(key(other))?.first == model[other])
            }
        }
        #expect(tree.statistics.cacheBytes < 600 * 4160, "\(tree.statistics.cacheBytes) bytes of cache")
        try writer.commit(appliedIndex: 1)
        let expected = model.sorted { $0.key < $1.key }.map {
            Pair(key: key($0.key), value: [UInt8](repeating: $0.value, count: 100))
        }
        #expect(try tree.snapshot().all() == expected)
        let dropped = try tree.begin()
        for number in 0..<8000 { try dropped.put(key(number), []) }
        dropped.rollback()
        #expect(try tree.snapshot().all() == expected)
        try commit(tree) { (writer) throws(StorageError) in
            for number in 0..<8000 { try writer.put(key(number), [1]) }
        }
        #expect(try tree.snapshot().all().allSatisfy { $0.value == [1] })
        let again = try BTree(on: disk.rebooted(keeping: .nothing), options: smallOptions())
        #expect(try again.snapshot().all().count == 8000)
    }
}
