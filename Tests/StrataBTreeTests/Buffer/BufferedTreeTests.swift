import StrataBTree
import StrataDisk
import StrataSim
import Testing

@Suite struct BufferedTreeTests {
    private func openTree() throws(StorageError) -> BTree { try BTree(on: SimulatedDisk(recordsTrace: false)) }

    /// Puts, removals, freezes and commits in any order, against a dictionary: by key, by walks in both directions, and by turns.
    @Test(arguments: [11, 12, 13, 14, 15, 16] as [UInt64])
    func theLayersAreOneMap(_ seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        // Once keys of one beginning are committed, buffers differ in what they know of it.
        func someKey(_ random: inout SeededRandom) -> [UInt8] {
            seed % 2 == 0 || random.chance(0.2)
                ? bufferKey(&random)
                : Array("vuser0000".utf8) + (0..<random.below(14)).map { _ in UInt8(random.below(3)) * 0x7F }
        }
        let tree = BufferedTree(try openTree())
        var model = BufferModel()
        var index: UInt64 = 0
        for step in 0..<6000 {
            index += 1
            switch random.below(40) {
            case 0: _ = tree.freeze(appliedIndex: index)
            case 1: try tree.commitFrozen()
            case 2..<12:
                let key = someKey(&random)
                tree.remove(key.span.bytes)
                model.entries[key] = nil
            case 12..<30:
                let (key, value) = (someKey(&random), bufferValue(&random))
                tree.put(key.span.bytes, value.span.bytes)
                model.entries[key] = value
            case 30..<36:
                let key = someKey(&random)
                let found = try tree.view().get(key.span.bytes) { (value) throws(StorageError) in bytes(value) }
                #expect(found == model.entries[key], "seed \(seed), step \(step), key \(key)")
            default:
                try walk(tree.view(), model, &random, "seed \(seed), step \(step)")
            }
        }
        try compareWhole(tree.view(), model, "seed \(seed), at the end")
        while tree.hasFrozen || tree.bufferedBytes > 0 {
            try tree.commitFrozen()
            guard tree.freeze(appliedIndex: index) else { continue }
            try tree.commitFrozen()
            break
        }
        try compareWhole(tree.view(), model, "seed \(seed), all committed")
    }

    private func compareWhole(_ view: TreeView, _ model: BufferModel, _ context: String) throws {
        let cursor = view.makeCursor()
        var found: [[UInt8]] = []
        var more = try cursor.seekFirst()
        while more {
            found.append(cursor.key!)
            #expect(try cursor.value() == model.entries[cursor.key!], "\(context)")
            more = try cursor.next()
        }
        #expect(found == model.sorted.map(\.key), "\(context)")
        found = []
        more = try cursor.seekLast()
        while more {
            found.append(cursor.key!)
            more = try cursor.previous()
        }
        #expect(found.reversed() == model.sorted.map(\.key), "\(context), backwards")
    }

    /// A seek and then steps to and fro.
    private func walk(
        _ view: TreeView, _ model: BufferModel, _ random: inout SeededRandom, _ context: String
    ) throws {
        let sorted = model.sorted
        let cursor = view.makeCursor()
        let key = bufferKey(&random)
        var at: Int
        if random.chance(0.5) {
            _ = try cursor.seek(key.span.bytes)
            at = sorted.firstIndex { !$0.key.lexicographicallyPrecedes(key) } ?? sorted.count
        } else {
            _ = try cursor.seekBack(key.span.bytes)
            at = sorted.lastIndex { $0.key.lexicographicallyPrecedes(key) } ?? -1
        }
        for turn in 0..<12 {
            let expected = sorted.indices.contains(at) ? sorted[at] : nil
            guard cursor.key == expected?.key, try cursor.value() == expected?.value else {
                Issue.record("\(context), turn \(turn) from \(key): at \(cursor.key ?? []), not \(expected?.key ?? [])")
                return
            }
            guard cursor.isValid else { return }
            if random.chance(0.5) {
                _ = try cursor.next()
                at += 1
            } else {
                _ = try cursor.previous()
                at -= 1
            }
        }
    }

    @Test func aViewKeepsWhatItSawWhileCommitsGoOn() throws {
        let tree = BufferedTree(try openTree())
        for key in 0..<100 as Range<UInt8> { tree.put([key].span.bytes, ([1] as [UInt8]).span.bytes) }
        #expect(tree.freeze(appliedIndex: 100))
        let view = tree.view()
        try tree.commitFrozen()
        for key in 0..<100 as Range<UInt8> { tree.remove([key].span.bytes) }
        #expect(tree.freeze(appliedIndex: 200))
        try tree.commitFrozen()
        #expect(try !tree.view().makeCursor().seekFirst())
        // The active buffer of the old view was empty at the freeze, and got the removals since.
        #expect(try view.snapshot.makeCursor().seekFirst() == false)
        #expect(try view.get(([5] as [UInt8]).span.bytes) { (_) throws(StorageError) in true } == nil)
    }

    @Test func onlyOneBufferIsFrozenAtATime() throws {
        let tree = BufferedTree(try openTree())
        tree.put(([1] as [UInt8]).span.bytes, ([1] as [UInt8]).span.bytes)
        #expect(tree.freeze(appliedIndex: 1))
        tree.put(([2] as [UInt8]).span.bytes, ([2] as [UInt8]).span.bytes)
        #expect(!tree.freeze(appliedIndex: 2))
        try tree.commitFrozen()
        #expect(tree.freeze(appliedIndex: 2))
        try tree.commitFrozen()
        #expect(tree.tree.latest.appliedIndex == 2)
        #expect(tree.tree.latest.entries == 2)
    }

    @Test func removalsAtCommitTakeEffectWithTheNextFreeze() throws {
        let tree = BufferedTree(try openTree())
        for key in 0..<10 as Range<UInt8> { tree.put([key].span.bytes, [key].span.bytes) }
        #expect(tree.freeze(appliedIndex: 1))
        for key in 10..<20 as Range<UInt8> { tree.put([key].span.bytes, [key].span.bytes) }
        // Of the frozen buffer, of the active one, and of neither.
        for key in [3, 12, 0, 19, 77] as [UInt8] { tree.removeAtCommit([key].span.bytes) }
        try tree.commitFrozen()
        #expect(tree.tree.latest.entries == 10)
        #expect(tree.freeze(appliedIndex: 2))
        try tree.commitFrozen()
        var found: [UInt8] = []
        let cursor = tree.view().makeCursor()
        var more = try cursor.seekFirst()
        while more {
            found.append(cursor.key![0])
            more = try cursor.next()
        }
        #expect(found == (0..<20).filter { ![3, 12, 0, 19].contains($0) })
    }

    /// Version keys: one key, falling revisions, the newest in the newest layer.
    @Test func theNewestVersionIsFoundInWhicheverLayerHasIt() throws {
        let tree = BufferedTree(try openTree())
        func version(_ name: UInt8, _ revision: UInt8) -> [UInt8] { [name, 0, ~revision] }
        func newest(_ name: UInt8, at revision: UInt8) throws -> UInt8? {
            try tree.view().newest(atOrAfter: version(name, revision).span.bytes, prefixLength: 2) {
                (_, value) throws(StorageError) in bytes(value)[0]
            }
        }
        for revision in 1...9 as ClosedRange<UInt8> {
            for name in [1, 3] as [UInt8] where revision % (name + 1) == 0 {
                tree.put(version(name, revision).span.bytes, [revision].span.bytes)
            }
            if revision == 3 || revision == 6 {
                try tree.commitFrozen()
                #expect(tree.freeze(appliedIndex: UInt64(revision)))
            }
        }
        for revision in 1...9 as ClosedRange<UInt8> {
            #expect(try newest(1, at: revision) == (revision < 2 ? nil : revision / 2 * 2))
            #expect(try newest(3, at: revision) == (revision < 4 ? nil : revision / 4 * 4))
            #expect(try newest(2, at: revision) == nil)
        }
    }

    @Test func aFailedCommitLeavesEverythingReadableAndIsNotRepeated() throws {
        let disk = SimulatedDisk(recordsTrace: false)
        let tree = BufferedTree(try BTree(on: disk))
        tree.put(([1] as [UInt8]).span.bytes, ([1] as [UInt8]).span.bytes)
        #expect(tree.freeze(appliedIndex: 1))
        disk.inject(DiskFault(.sync))
        #expect(throws: StorageError.self) { try tree.commitFrozen() }
        #expect(throws: StorageError.self) { try tree.commitFrozen() }
        tree.put(([2] as [UInt8]).span.bytes, ([2] as [UInt8]).span.bytes)
        for key in [1, 2] as [UInt8] {
            let found = try tree.view().get([key].span.bytes) { (value) throws(StorageError) in bytes(value) }
            #expect(found == [key])
        }
    }
}
