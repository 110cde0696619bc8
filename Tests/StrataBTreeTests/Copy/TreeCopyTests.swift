import StrataBTree
import StrataDisk
import StrataSim
import StrataTesting
import Testing

@Suite struct TreeCopyTests {
    private func filled(_ disk: any Disk, _ count: Int = 600) throws(StorageError) -> BTree {
        let tree = try BTree(on: disk, options: smallOptions())
        for step in 0..<3 {
            try commit(tree, at: UInt64(step) + 5) { (writer) throws(StorageError) in
                for number in 0..<count {
                    try writer.put(TreeStory.key(number), TreeStory.value(number, UInt64(step), size: 90))
                }
                try writer.put(TreeStory.key(9000), TreeStory.value(9000, UInt64(step), size: 30_000))
            }
        }
        return tree
    }

    @Test func aCopyIsTheSameTreeWithoutFreePages() throws {
        let disk = SimulatedDisk(recordsTrace: false)
        let tree = try filled(disk)
        let snapshot = tree.snapshot()
        let expected = try snapshot.all()
        // Writes go on: what the snapshot shows is copied all the same.
        let writer = try tree.begin()
        for number in 0..<300 { try writer.remove(TreeStory.key(number)) }
        var progress: [TreeCopyProgress] = []
        let target = SimulatedDisk(recordsTrace: false)
        let copied = try #require(try snapshot.copy(to: "backup.tree", on: target, onProgress: { progress.append($0) }))
        try writer.commit(appliedIndex: 9)
        #expect(copied.number == snapshot.commit.number && copied.appliedIndex == 7 && copied.entries == 601)
        let copy = try BTree(on: target, name: "backup.tree", options: smallOptions())
        #expect(try TreeExpectation.problem(of: copy, expecting: expected) == nil)
        #expect(copy.treeID == tree.treeID && copy.latest.freePages == 0)
        #expect(copy.durableAppliedIndexes == (7, 7))
        #expect(copy.latest.pages < tree.latest.pages)
        #expect(progress.allSatisfy { $0.totalEntries == 601 && $0.entries <= 601 && $0.bytes > 0 })
        #expect(throws: StorageError.self) { try snapshot.copy(to: "backup.tree", on: target) }
    }

    @Test func anEmptyTreeIsCopied() throws {
        let disk = SimulatedDisk(recordsTrace: false)
        let tree = try BTree(on: disk, options: smallOptions())
        try tree.snapshot().copy(to: "copy.tree", on: disk)
        let copy = try BTree(on: disk, name: "copy.tree", options: smallOptions())
        #expect(try TreeExpectation.problem(of: copy, expecting: []) == nil)
        try tree.compact()
        #expect(try TreeExpectation.problem(of: tree, expecting: []) == nil)
    }

    @Test func cancellingAtAnyTimeLeavesNothing() throws {
        let disk = SimulatedDisk(recordsTrace: false)
        let tree = try filled(disk, 20_000)
        let expected = try tree.snapshot().all()
        var asked = 0
        for limit in 0..<1000 {
            asked = 0
            let isDone = try tree.snapshot().copy(
                to: "copy.tree", on: disk,
                isCancelled: {
                    asked += 1
                    return asked > limit
                })
            if isDone != nil { break }
            #expect(try disk.list().filter { !$0.hasSuffix(".lock") } == ["store.tree"])
        }
        #expect(asked > 3)
        for limit in 0..<4 {
            asked = 0
            let isDone = try tree.compact(isCancelled: {
                asked += 1
                return asked > limit
            })
            #expect(isDone == nil)
            #expect(try disk.list().filter { !$0.hasSuffix(".lock") }.sorted() == ["copy.tree", "store.tree"])
        }
        #expect(try TreeExpectation.problem(of: tree, expecting: expected) == nil)
    }

    @Test func aCopyOfARottenTreeIsRefusedAndLeavesNothing() throws {
        let rot = try TreeRot()
        for page in 2..<Int(rot.survey.meta.pages) where rot.counts(page * 4096) {
            var damaged = rot.bytes
            damaged[page * 4096 + 50] ^= 4
            let disk = SimulatedDisk(recordsTrace: false)
            disk.install(TreeRot.file, damaged)
            let tree = try BTree(on: disk, options: rot.options)
            defer { tree.abandon() }
            if tree.opening.isFreeListLost { continue }
            for _ in 0..<2 {
                #expect(throws: StorageError.self) { try tree.snapshot().copy(to: "copy.tree", on: disk) }
                #expect(throws: StorageError.self) { try tree.compact() }
            }
            #expect(try disk.list().filter { !$0.hasSuffix(".lock") } == [TreeRot.file])
        }
    }

    @Test func onARealDisk() throws {
        try withTemporaryDirectory("tree") { directory in
            let disk = try PosixDisk(path: directory.path)
            let tree = try filled(disk)
            let before = tree.snapshot()
            let expected = try before.all()
            try before.copy(to: "copy.tree", on: disk)
            try tree.compact()
            #expect(try before.all() == expected)
            #expect(try TreeExpectation.problem(of: tree, expecting: expected) == nil)
            try tree.close()
            for name in ["copy.tree", "store.tree"] {
                let tree = try BTree(on: disk, name: name, options: smallOptions())
                #expect(try TreeExpectation.problem(of: tree, expecting: expected) == nil)
                try tree.close()
            }
        }
    }
}
