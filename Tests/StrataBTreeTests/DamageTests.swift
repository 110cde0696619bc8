import StrataBTree
import StrataDisk
import StrataSim
import Testing

/// Bytes that nobody of ours wrote. Whatever they are, the answer is an error or a wrong answer, and never a trap.
@Suite struct DamageTests {
    private func key(_ number: Int) -> [UInt8] { Array("key \(10_000 + number)".utf8) }

    private static let file: [UInt8] = {
        let disk = SimulatedDisk()
        guard let tree = try? BTree(on: disk, options: smallOptions()) else { return [] }
        for round in 0..<3 {
            guard let writer = try? tree.begin() else { return [] }
            for number in 0..<600 {
                let size = number % 100 == 0 ? 6000 : number % 50
                try? writer.put(
                    Array("key \(10_000 + number)".utf8), [UInt8](repeating: UInt8(round), count: size))
            }
            _ = try? writer.commit(appliedIndex: UInt64(round))
        }
        try? tree.close()
        return disk.contents(of: "store.tree") ?? []
    }()

    /// Does all that can be done, and lets errors of storage pass.
    private func useAll(_ disk: SimulatedDisk, _ seed: UInt64) {
        var options = smallOptions()
        options.cacheBytes = 1 << 20
        do {
            let tree = try BTree(on: disk, options: options)
            let snapshot = tree.snapshot()
            let cursor = snapshot.makeCursor()
            do {
                // A tree that leads in circles would not end.
                var steps = 0
                var found = try cursor.seekFirst()
                while found && steps < 20_000 {
                    _ = try cursor.pair()
                    found = try cursor.next()
                    steps += 1
                }
                found = try cursor.seekLast()
                while found && steps < 40_000 {
                    found = try cursor.previous()
                    steps += 1
                }
            } catch {}
            for number in stride(from: 0, to: 600, by: 37) {
                do {
                    _ = try snapshot.value(key(number))
                    _ = try cursor.seek(key(number))
                    _ = try cursor.seekBack(key(number))
                } catch {}
            }
            for round in 0..<3 {
                let writer = try tree.begin()
                var random = SeededRandom(seed: seed, stream: UInt64(round))
                do {
                    for _ in 0..<200 {
                        let key = key(random.below(700))
                        if random.chance(0.5) {
                            try writer.remove(key)
                        } else {
                            try writer.put(key, [UInt8](repeating: 5, count: random.below(1500)))
                        }
                    }
                    try writer.commit(appliedIndex: 100)
                } catch { writer.rollback() }
            }
            try tree.close()
        } catch {}
    }

    @Test func anyRottenByteIsAnErrorOrOfNoConsequence() throws {
        var found = 0
        var random = SeededRandom(seed: 3)
        for _ in 0..<150 {
            let disk = SimulatedDisk(recordsTrace: false)
            disk.install("store.tree", Self.file)
            try disk.rot("store.tree", at: random.below(Self.file.count), mask: 1 << UInt8(random.below(8)))
            do throws(StorageError) {
                let tree = try BTree(on: disk, options: smallOptions())
                let all = try tree.snapshot().all()
                // Seen by the checksum, or in bytes that commit 4 does not use.
                let isNewest = tree.latest.number == 4
                #expect(all.count == 600 && all.allSatisfy { $0.value.allSatisfy { $0 == (isNewest ? 2 : 1) } })
                if !tree.opening.damage.isEmpty { found += 1 }
            } catch {
                guard case .corrupt = error.kind else { throw error }
                #expect(error.file.hasSuffix("store.tree"))
                found += 1
            }
        }
        #expect(found > 10)
    }

    /// Bytes changed and the checksums made to hold: only the bounds are left to protect the reader.
    @Test(arguments: UInt64(0)..<12)
    func pagesWithGoodChecksumsAndAnyBytesNeverTrap(_ seed: UInt64) {
        for turn in 0..<40 {
            var random = SeededRandom(seed: seed, stream: UInt64(turn))
            let file = PatchedFile(Self.file)
            let pages = Int(
                file.field(64 + (file.field(16, UInt64.self) > file.field(4112, UInt64.self) ? 0 : 4096), UInt32.self))
            for _ in 0..<1 + random.below(6) {
                let page = random.below(pages)
                // Mostly headers and slots, where the damage is to be feared.
                let reach = random.chance(0.7) ? 96 : 4096
                for _ in 0..<1 + random.below(4) {
                    let place = page * 4096 + random.below(reach)
                    file.bytes[place] =
                        random.chance(0.5) ? UInt8(random.below(256)) : [0, 1, 2, 0xFF, 0x7F, 0x80][random.below(6)]
                }
                if page < 2 { file.sealMeta(page) } else { file.seal(page) }
            }
            let disk = SimulatedDisk(recordsTrace: false)
            disk.install("store.tree", file.bytes)
            useAll(disk, seed)
        }
    }

    @Test func aTreeThatLeadsInCirclesIsRefused() throws {
        let file = PatchedFile(Self.file)
        let slot = file.field(16, UInt64.self) > file.field(4112, UInt64.self) ? 0 : 4096
        let root = Int(file.field(slot + 56, UInt32.self))
        // The root's first child becomes the root.
        let entry = root * 4096 + Int(file.field(root * 4096 + 32 + 4, UInt16.self))
        file.set(entry, UInt32(root))
        file.seal(root)
        let disk = SimulatedDisk()
        disk.install("store.tree", file.bytes)
        let tree = try BTree(on: disk, options: smallOptions())
        #expect { try tree.snapshot().value(key(0)) } throws: { error in
            (error as? StorageError)?.description.contains("level 0") == true
        }
    }

    /// Extents that overlap, fall, touch, or leave the file: a writer that trusted them would overwrite what is in use.
    @Test(arguments: [(UInt32(0), UInt32(1)), (1, 1), (2, 0), (2, 9_999), (.max, 2), (2, .max)])
    func aFreeListThatCannotBeIsNotUsed(_ first: UInt32, _ count: UInt32) throws {
        let file = PatchedFile(Self.file)
        let slot = file.field(16, UInt64.self) > file.field(4112, UInt64.self) ? 0 : 4096
        let list = Int(file.field(slot + 68, UInt32.self))
        file.set(list * 4096 + 32, first)
        file.set(list * 4096 + 36, count)
        file.seal(list)
        let disk = SimulatedDisk()
        disk.install("store.tree", file.bytes)
        let tree = try BTree(on: disk, options: smallOptions())
        #expect(tree.opening.isFreeListLost)
        #expect(tree.opening.damage.first?.offset == UInt64(list * 4096))
        #expect(try tree.snapshot().all().count == 600)
    }

    @Test func aPageOfAnotherCommitIsRefused() throws {
        let file = PatchedFile(Self.file)
        let slot = file.field(16, UInt64.self) > file.field(4112, UInt64.self) ? 0 : 4096
        let root = Int(file.field(slot + 56, UInt32.self))
        file.set(root * 4096 + 8, UInt64(99))
        file.seal(root)
        let disk = SimulatedDisk()
        disk.install("store.tree", file.bytes)
        let tree = try BTree(on: disk, options: smallOptions())
        #expect { try tree.snapshot().value(key(0)) } throws: { error in
            (error as? StorageError)?.description.contains("commit 99") == true
        }
    }
}
