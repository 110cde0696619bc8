import StrataBTree
import StrataDisk
import StrataSim
import Testing

@Suite struct TreeCompactionTests {
    /// Commits between the copying and the switch, of every sort: the new file has them all, and older snapshots see what they saw.
    @Test(arguments: 1...12) func whatIsWrittenMeanwhileIsBroughtIn(_ seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        let disk = SimulatedDisk(recordsTrace: false)
        let tree = try BTree(on: disk, options: smallOptions())
        var model: [[UInt8]: [UInt8]] = [:]
        var applied: UInt64 = 0
        let span = 2000
        func change(_ count: Int, removes: Double) throws {
            applied += 1
            try commit(tree, at: applied) { (writer) throws(StorageError) in
                let start = random.below(span)
                let isRange = random.chance(0.5)
                for step in 0..<count {
                    let key = TreeStory.key(isRange ? (start + step) % span : random.below(span))
                    if random.chance(removes) {
                        model[key] = nil
                        try writer.remove(key)
                    } else {
                        let size = random.chance(0.02) ? 5000 : random.below(200)
                        model[key] = TreeStory.value(random.below(1000), applied, size: size)
                        try writer.put(key, model[key] ?? [])
                    }
                }
            }
        }
        try change(1500, removes: 0.1)
        for _ in 0..<6 {
            for _ in 0..<random.below(4) { try change(random.below(400), removes: 0.6) }
            let (before, seen) = (tree.snapshot(), TreeStory.sorted(model))
            let compaction = try TreeCompaction(tree, fill: 0.5 + Double(random.below(6)) / 10)
            #expect(throws: StorageError.self) { _ = try TreeCompaction(tree) }
            #expect(try compaction.copy(onProgress: { _ in }))
            for _ in 0..<random.below(4) {
                try change(random.chance(0.3) ? 1500 : 20, removes: random.chance(0.3) ? 1 : 0.3)
            }
            let last = tree.latest
            let commit = try compaction.finish()
            #expect(commit.number > last.number && commit.appliedIndex == last.appliedIndex)
            #expect(tree.durableAppliedIndexes == (applied, applied))
            let wrong = try TreeExpectation.problem(of: tree, expecting: TreeStory.sorted(model))
            #expect(wrong == nil, "seed \(seed)")
            #expect(try before.all() == seen)
            #expect(try before.check().isClean)
            #expect(tree.statistics.snapshots == 1)
        }
        try change(100, removes: 0.5)
        try tree.close()
        let again = try BTree(on: disk, options: smallOptions())
        #expect(try TreeExpectation.problem(of: again, expecting: TreeStory.sorted(model)) == nil)
    }

    @Test func roomIsWonBack() throws {
        let disk = SimulatedDisk(recordsTrace: false)
        let tree = try BTree(on: disk, options: smallOptions())
        try commit(tree) { (writer) throws(StorageError) in
            for number in 0..<3000 { try writer.put(TreeStory.key(number), [UInt8](repeating: 1, count: 200)) }
        }
        try commit(tree, at: 2) { (writer) throws(StorageError) in
            for number in 100..<3000 { try writer.remove(TreeStory.key(number)) }
        }
        let before = try disk.open("store.tree", .read, method: .fdatasync).size()
        let old = tree.snapshot()
        try tree.compact()
        #expect(try disk.open("store.tree", .read, method: .fdatasync).size() * 10 < before)
        #expect(tree.latest.freePages == 0)
        #expect(disk.usedBytes > Int(before), "the old file is still read")
        #expect(try old.all().count == 100)
        _ = consume old
        #expect(disk.usedBytes < Int(before) / 4)
    }

    /// Before the rename the tree goes on with the old file; from the rename on it is refused until it is opened anew.
    @Test func aSwitchThatFailsIsRefusedFromThenOn() throws {
        for (call, isPoisoned) in [
            (DiskFault.Call.rename, true), (.syncDirectory, true), (.write, false), (.allocate, false),
        ] {
            let disk = SimulatedDisk(recordsTrace: false)
            let tree = try BTree(on: disk, options: smallOptions())
            try commit(tree) { (writer) throws(StorageError) in try writer.put([1], [1]) }
            disk.inject(DiskFault(call, times: .max))
            #expect(throws: StorageError.self) { try tree.compact() }
            disk.removeFaults()
            #expect(try tree.snapshot().value([1]) == [1])
            var later: StorageError?
            do throws(StorageError) {
                try commit(tree, at: 2) { (writer) throws(StorageError) in try writer.put([2], [2]) }
            } catch {
                later = error
            }
            if isPoisoned {
                guard case .poisoned? = later?.kind else {
                    Issue.record("\(call): \(String(describing: later))")
                    continue
                }
            } else {
                #expect(later == nil, "\(call)")
                try tree.compact()
            }
            tree.abandon()
            let again = try BTree(on: disk, options: smallOptions())
            #expect(try again.check().isClean)
            #expect(try again.snapshot().value([1]) == [1])
        }
    }

    @Test func aWriterKeepsItOut() throws {
        let tree = try BTree(on: SimulatedDisk(recordsTrace: false), options: smallOptions())
        let compaction = try TreeCompaction(tree)
        #expect(try compaction.copy(onProgress: { _ in }))
        let writer = try tree.begin()
        try writer.put([1], [1])
        #expect(throws: StorageError.self) { try compaction.finish() }
        try writer.commit(appliedIndex: 1)
        try compaction.finish()
        #expect(try tree.snapshot().value([1]) == [1])
    }
}
