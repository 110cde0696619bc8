import Glibc
import StrataBTree
import StrataDisk
import StrataSim
import StrataTesting
import Testing

@Suite struct OpeningTests {
    private func key(_ number: Int) -> [UInt8] { Array("key \(10_000 + number)".utf8) }

    /// Two commits of 300 keys each: indexes 10 and 20.
    private func twoCommits(_ disk: SimulatedDisk, _ options: BTreeOptions = smallOptions()) throws {
        let tree = try BTree(on: disk, options: options)
        for half in 0..<2 {
            try commit(tree, at: UInt64(10 * (half + 1))) { (writer) throws(StorageError) in
                for number in half * 300..<(half + 1) * 300 {
                    try writer.put(key(number), Array("value \(number)".utf8))
                }
            }
        }
        try tree.close()
    }

    @Test func aNewTreeIsEmptyAndDurable() throws {
        let disk = SimulatedDisk()
        let tree = try BTree(on: disk, options: smallOptions())
        #expect(tree.opening.isNew && tree.latest.entries == 0 && tree.latest.depth == 0 && tree.latest.number == 1)
        #expect(tree.snapshot().makeCursor().isValid == false)
        #expect(try tree.snapshot().value([]) == nil)
        let again = try BTree(on: disk.rebooted(keeping: .nothing), options: smallOptions())
        #expect(!again.opening.isNew && again.treeID == tree.treeID && again.opening.damage.isEmpty)
    }

    @Test func theNewestCommitIsFound() throws {
        let disk = SimulatedDisk()
        try twoCommits(disk)
        let tree = try BTree(on: disk.rebooted(keeping: .nothing), options: smallOptions())
        #expect(tree.opening.commit.number == 3 && tree.opening.olderCommit == 2)
        #expect(tree.durableAppliedIndexes == (20, 10))
        #expect(try tree.snapshot().all().count == 600)
    }

    @Test func oneOwnerAtATime() throws {
        let disk = SimulatedDisk()
        let tree = try BTree(on: disk)
        #expect { try BTree(on: disk) } throws: { ($0 as? StorageError)?.kind == .locked }
        let writer = try tree.begin()
        #expect { try tree.begin() } throws: { error in
            if case .invalid = (error as? StorageError)?.kind { true } else { false }
        }
        writer.rollback()
        _ = try tree.begin()
        try tree.close()
        try tree.close()
        #expect { try tree.begin() } throws: { ($0 as? StorageError)?.kind == .closed }
        _ = try BTree(on: disk)
    }

    @Test func aDraftOfAnInterruptedCreationIsReplaced() throws {
        let disk = SimulatedDisk()
        disk.install("store.tree.new", [1, 2, 3])
        let tree = try BTree(on: disk)
        #expect(tree.opening.isNew)
        #expect(try !disk.list().contains("store.tree.new"))
    }

    @Test(arguments: [4096, 8192, 16384, 32768, 65536], [0, 1])
    func eitherMetaMayRot(_ pageBytes: Int, _ slot: Int) throws {
        var options = smallOptions()
        options.pageBytes = pageBytes
        let disk = SimulatedDisk()
        try twoCommits(disk, options)
        try disk.rot("store.tree", at: slot * pageBytes + 40, mask: 4)
        options.pageBytes = 4096  // the file's own counts
        let after = disk.rebooted(keeping: .nothing)
        let tree = try BTree(on: after, options: options)
        // Commit 3, the newer one, is in slot 1.
        #expect(tree.latest.number == (slot == 0 ? 3 : 2) && tree.opening.olderCommit == nil)
        #expect(tree.opening.damage.count == 1 && tree.opening.damage.first?.offset == UInt64(slot * pageBytes + 12))
        #expect(tree.durableAppliedIndexes == (slot == 0 ? (20, 20) : (10, 10)))
        #expect(try tree.snapshot().all().count == (slot == 0 ? 600 : 300))
        // The next commit takes the damaged slot.
        try commit(tree, at: 30) { (writer) throws(StorageError) in try writer.put(key(9999), []) }
        try tree.close()
        let again = try BTree(on: after.rebooted(keeping: .nothing), options: options)
        #expect(again.opening.damage.isEmpty && again.latest.number == (slot == 0 ? 4 : 3))
        #expect(try again.snapshot().all().count == (slot == 0 ? 601 : 301))
    }

    @Test func withoutAnyMetaItIsRefused() throws {
        let disk = SimulatedDisk()
        try twoCommits(disk)
        for slot in 0..<2 { try disk.rot("store.tree", at: slot * 4096 + 40, mask: 4) }
        #expect { try BTree(on: disk, options: smallOptions()) } throws: { error in
            if case .corrupt = (error as? StorageError)?.kind { true } else { false }
        }
    }

    @Test(arguments: [0, 1, 511, 512, 4095, 4096, 4607, 8192])
    func aFileCutShortIsRefusedOrReadAsItIs(_ size: Int) throws {
        let whole = SimulatedDisk()
        try twoCommits(whole)
        let disk = SimulatedDisk()
        disk.install("store.tree", Array(try #require(whole.contents(of: "store.tree")).prefix(size)))
        #expect { try BTree(on: disk, options: smallOptions()) } throws: { error in
            if case .corrupt = (error as? StorageError)?.kind { true } else { false }
        }
    }

    @Test func aNewerVersionIsRefusedByName() throws {
        let disk = SimulatedDisk()
        try twoCommits(disk)
        let file = PatchedFile(try #require(disk.contents(of: "store.tree")))
        file.bytes[8] = 9
        file.sealMeta(0)
        let other = SimulatedDisk()
        other.install("store.tree", file.bytes)
        #expect { try BTree(on: other) } throws: {
            ($0 as? StorageError)?.kind == .newerVersion(found: 9, supported: 1)
        }
    }

    @Test func aFailedReadIsNoDamage() throws {
        let disk = SimulatedDisk()
        try twoCommits(disk)
        for nth in 1...2 {
            disk.inject(DiskFault(.read, nth: nth, of: "store.tree"))
            #expect { try BTree(on: disk, options: smallOptions()) } throws: { error in
                if case .io(_, EIO) = (error as? StorageError)?.kind { true } else { false }
            }
        }
        #expect(try BTree(on: disk, options: smallOptions()).opening.damage.isEmpty)
    }

    @Test func withoutItsFreeListATreeGoesOnAtTheEnd() throws {
        let disk = SimulatedDisk()
        try twoCommits(disk)
        let file = PatchedFile(try #require(disk.contents(of: "store.tree")))
        let list = Int(file.field(4096 + 68, UInt32.self))
        try disk.rot("store.tree", at: list * 4096 + 36, mask: 1)
        let tree = try BTree(on: disk, options: smallOptions())
        #expect(tree.opening.isFreeListLost && tree.opening.damage.count == 1)
        let pages = tree.latest.pages
        try commit(tree) { (writer) throws(StorageError) in try writer.put(key(0), [1]) }
        #expect(tree.latest.pages > pages)
        #expect(try tree.snapshot().all().count == 600)
    }

    @Test func theTableOfMetas() throws {
        func meta(_ commit: UInt64, tree: UInt64 = 1) -> TreeMeta {
            TreeMeta(
                commit: commit, appliedIndex: 0, treeID: tree, entries: 0, pageBytes: 4096, root: 0, depth: 0, pages: 2,
                freeList: 0, freePages: 0)
        }
        let torn = StorageError(kind: .corrupt(field: "a", expected: "b", found: "c"), file: "f")
        let newer = StorageError(kind: .newerVersion(found: 2, supported: 1), file: "f")
        func verdict(_ first: MetaTable.State, _ second: MetaTable.State) -> MetaTable.Verdict {
            MetaTable(first, second, file: "f").verdict
        }
        #expect(verdict(.good(meta(4)), .good(meta(3))) == .open(meta(4), older: meta(3), damage: nil))
        #expect(verdict(.good(meta(4)), .good(meta(5))) == .open(meta(5), older: meta(4), damage: nil))
        #expect(verdict(.good(meta(4)), .damaged(torn)) == .open(meta(4), older: nil, damage: torn))
        #expect(verdict(.damaged(torn), .good(meta(5))) == .open(meta(5), older: nil, damage: torn))
        #expect(verdict(.damaged(torn), .damaged(torn)) == .refuse(torn))
        #expect(verdict(.good(meta(4)), .newerVersion(newer)) == .refuse(newer))
        #expect(verdict(.newerVersion(newer), .damaged(torn)) == .refuse(newer))
        guard case .refuse(let error) = verdict(.good(meta(4)), .good(meta(5, tree: 2))) else {
            Issue.record("twins of two trees were accepted")
            return
        }
        #expect(error.description.contains("twins of one tree"))
    }

    @Test(arguments: [0, 1, 1000, 4097, 131_072])
    func aPageSizeThatIsNoneIsRefused(_ size: Int) throws {
        var options = BTreeOptions()
        options.pageBytes = size
        #expect { try BTree(on: SimulatedDisk(), options: options) } throws: { error in
            if case .invalid = (error as? StorageError)?.kind { true } else { false }
        }
    }

    @Test(arguments: [SyncMethod.fdatasync, .dsync, .directDsync, .fsync])
    func everySyncMethodWorksOnARealDisk(_ method: SyncMethod) throws {
        try withTemporaryDirectory("tree") { directory in
            let disk = try PosixDisk(path: directory.path)
            var options = smallOptions()
            options.method = method
            do {
                let tree = try BTree(on: disk, options: options)
                try commit(tree, at: 5) { (writer) throws(StorageError) in
                    for number in 0..<2000 { try writer.put(key(number), [UInt8](repeating: 7, count: number)) }
                }
                try tree.close()
            } catch let error as StorageError {
                // A file system may refuse O_DIRECT; then it does so by name.
                guard case .unsupported = error.kind else { throw error }
                return
            }
            let tree = try BTree(on: disk, options: options)
            let all = try tree.snapshot().all()
            #expect(all.count == 2000 && all.last?.value.count == 1999 && tree.latest.isDurable)
        }
    }
}
