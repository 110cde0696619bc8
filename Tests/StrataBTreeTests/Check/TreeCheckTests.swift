import StrataBTree
import StrataDisk
import StrataSim
import Testing

/// The check sees each sort of damage, names it, and nothing else; checksums hold in all of it.
@Suite struct TreeCheckTests {
    /// A tree of two levels with overflow pages and free pages, closed.
    private func file() throws -> (file: PatchedFile, survey: TreeSurvey) {
        let disk = SimulatedDisk(recordsTrace: false)
        let tree = try BTree(on: disk, options: smallOptions())
        try commit(tree) { (writer) throws(StorageError) in
            for number in 0..<200 { try writer.put(TreeStory.key(number), TreeStory.value(number, 1, size: 100)) }
            try writer.put(TreeStory.key(300), TreeStory.value(300, 1, size: 9000))
        }
        try commit(tree, at: 2) { (writer) throws(StorageError) in
            for number in 0..<3 { try writer.put(TreeStory.key(number), [1]) }
        }
        let survey = try tree.check()
        try tree.close()
        return (PatchedFile(disk.contents(of: "store.tree") ?? []), survey)
    }

    private func problems(_ file: PatchedFile) throws -> [TreeProblem] {
        let disk = SimulatedDisk(recordsTrace: false)
        disk.install("store.tree", file.bytes)
        return try TreeInspection(on: disk).problems
    }

    private func root(_ survey: TreeSurvey) -> Int { Int(survey.meta.root) }
    private func offset(_ file: PatchedFile, _ page: Int, _ index: Int) -> Int {
        page * 4096 + Int(file.field(page * 4096 + 32 + index * 6 + 4, UInt16.self))
    }
    private func child(_ file: PatchedFile, _ page: Int, _ index: Int) -> Int {
        Int(file.field(offset(file, page, index), UInt32.self))
    }

    @Test func aSoundFileIsClean() throws {
        let (file, survey) = try file()
        #expect(survey.isClean && survey.isComplete)
        #expect(try problems(file) == [])
        #expect(survey.entries == 201 && survey.levels.count == 2 && survey.levels[1].pages == 1)
        #expect(survey.overflowRuns == 1 && survey.overflowPages == 3 && survey.overflowBytes == 9000)
        let inUse = survey.levels.reduce(0) { $0 + $1.pages } + survey.overflowPages + survey.freeListPages + 2
        #expect(inUse + survey.freePages == UInt64(survey.meta.pages))
        #expect(survey.levels[1].entries == survey.levels[0].pages)
        #expect((0.3...1).contains(survey.levels[0].fill(pageBytes: 4096)))
    }

    @Test func keysOutOfOrder() throws {
        let (file, survey) = try file()
        let leaf = child(file, root(survey), 1)
        // Two entries change places; their keys differ in the last byte, so heads are swapped too.
        for byte in 0..<6 { file.bytes.swapAt(leaf * 4096 + 32 + byte, leaf * 4096 + 38 + byte) }
        file.seal(leaf)
        let found = try problems(file)
        #expect(found.map(\.kind) == [.order] || found.map(\.kind) == [.separator, .order])
        #expect(found.allSatisfy { $0.page == UInt32(leaf) && $0.offset == UInt64(leaf * 4096) })
    }

    @Test func aHeadThatLies() throws {
        let (file, survey) = try file()
        let leaf = child(file, root(survey), 1)
        file.bytes[leaf * 4096 + 32] ^= 0x10
        file.seal(leaf)
        let found = try problems(file)
        #expect(found.map(\.kind) == [.order])
        #expect(found.first?.description.contains("head of entry 0") == true)
    }

    @Test func keysThatBelongElsewhere() throws {
        let (file, survey) = try file()
        let page = root(survey)
        // The children of two entries change places.
        let (one, other) = (offset(file, page, 1), offset(file, page, 2))
        for byte in 0..<4 { file.bytes.swapAt(one + byte, other + byte) }
        file.seal(page)
        let found = try problems(file)
        #expect(!found.isEmpty && found.allSatisfy { $0.kind == .separator })
    }

    @Test func aPageThatIsReachedTwice() throws {
        let (file, survey) = try file()
        let page = root(survey)
        file.set(offset(file, page, 2), UInt32(child(file, page, 1)))
        file.seal(page)
        let found = try problems(file)
        #expect(found.contains { $0.kind == .usedTwice && $0.page == UInt32(child(file, page, 1)) })
        #expect(!found.contains { $0.kind == .unaccounted }, "what is behind a wrong reference is not known to be lost")
    }

    @Test func aPageAtTheWrongLevelOrOfALaterCommit() throws {
        let (file, survey) = try file()
        let leaf = child(file, root(survey), 1)
        file.set(leaf * 4096 + 8, UInt64(99))
        file.seal(leaf)
        #expect(try problems(file).map(\.kind) == [.misplaced])
        let (other, _) = try self.file()
        let slot = Int(survey.meta.commit & 1)
        other.set(slot * 4096 + 60, UInt32(3))
        other.sealMeta(slot)
        #expect(try problems(other).contains { $0.kind == .misplaced && $0.page == survey.meta.root })
    }

    @Test func anOverflowRunThatIsAnother() throws {
        let (file, survey) = try file()
        let leaf = child(file, root(survey), Int(survey.levels[0].pages) - 1)
        let last = Int(file.field(leaf * 4096 + 18, UInt16.self)) - 1
        let reference = offset(file, leaf, last) + 4 + 5
        #expect(file.field(reference + 4, UInt32.self) == 9000)
        file.set(reference + 4, UInt32(8999))
        file.seal(leaf)
        #expect(try problems(file).map(\.kind) == [.overflow])
    }

    private func freeList(_ survey: TreeSurvey) -> Int { Int(survey.meta.freeList) * 4096 }

    @Test func aPageInUseThatIsFree() throws {
        let (file, survey) = try file()
        let place = freeList(survey)
        // One extent, the root, in the place of all others.
        file.set(place + 18, UInt16(1))
        file.set(place + 32, survey.meta.root)
        file.set(place + 36, UInt32(1))
        file.seal(place / 4096)
        let slot = Int(survey.meta.commit & 1)
        file.set(slot * 4096 + 72, UInt32(1))
        file.sealMeta(slot)
        let found = try problems(file)
        #expect(found.first?.kind == .usedAndFree && found.first?.page == survey.meta.root)
        #expect(found.dropFirst().allSatisfy { $0.kind == .unaccounted })
        #expect(found.dropFirst().map(\.page) == survey.freeExtents.map(\.first))
    }

    @Test func pagesThatAreNeitherUsedNorFree() throws {
        let (file, survey) = try file()
        let slot = Int(survey.meta.commit & 1)
        file.set(slot * 4096 + 68, UInt32(0))
        file.set(slot * 4096 + 72, UInt32(0))
        file.sealMeta(slot)
        let found = try problems(file)
        #expect(!found.isEmpty && found.allSatisfy { $0.kind == .unaccounted })
    }

    @Test func aFreeListThatContradictsItsMeta() throws {
        let (file, survey) = try file()
        let slot = Int(survey.meta.commit & 1)
        file.set(slot * 4096 + 72, survey.meta.freePages + 1)
        file.sealMeta(slot)
        #expect(try problems(file).map(\.kind) == [.freeList])
    }

    @Test func anotherNumberOfEntries() throws {
        let (file, survey) = try file()
        let slot = Int(survey.meta.commit & 1)
        file.set(slot * 4096 + 40, UInt64(7))
        file.sealMeta(slot)
        #expect(try problems(file).map(\.kind) == [.count])
    }

    @Test func problemsAreBoundedAndAllAreCounted() throws {
        let (file, survey) = try file()
        for index in 0..<Int(survey.levels[0].pages) { file.bytes[child(file, root(survey), index) * 4096 + 100] ^= 1 }
        let disk = SimulatedDisk(recordsTrace: false)
        disk.install("store.tree", file.bytes)
        let inspection = try TreeInspection(on: disk, problemLimit: 3)
        #expect(inspection.problems.count == 3 && inspection.problemCount == Int(survey.levels[0].pages))
        #expect(inspection.survey?.isComplete == false)
    }

    @Test func whatCannotBeReadIsNoted() throws {
        let (file, survey) = try file()
        let disk = SimulatedDisk(recordsTrace: false)
        disk.install("store.tree", file.bytes)
        disk.inject(DiskFault(.read, nth: 5, times: 2))
        let problems = try TreeInspection(on: disk).problems
        #expect(problems.map(\.kind) == [.unreadable, .unreadable])
        _ = survey
    }

    /// Of a tree in use: the newest commit while a writer is at work, and a commit that a snapshot keeps.
    @Test func snapshotsAreCheckedWhileWritesGoOn() throws {
        let tree = try BTree(on: SimulatedDisk(recordsTrace: false), options: smallOptions())
        for step in 0..<30 {
            try commit(tree, at: UInt64(step)) { (writer) throws(StorageError) in
                for number in 0..<40 {
                    try writer.put(TreeStory.key((step * 7 + number) % 90), [UInt8](repeating: 1, count: 150))
                }
            }
        }
        let pinned = tree.snapshot()
        let writer = try tree.begin()
        for number in 0..<60 { try writer.put(TreeStory.key(number), [UInt8](repeating: 2, count: 300)) }
        #expect(try tree.check().isClean)
        try writer.commit(appliedIndex: 100)
        try commit(tree, at: 101) { (writer) throws(StorageError) in
            for number in 0..<60 { try writer.remove(TreeStory.key(number)) }
        }
        #expect(try pinned.check().isClean)
        #expect(try tree.check().isClean)
    }
}
