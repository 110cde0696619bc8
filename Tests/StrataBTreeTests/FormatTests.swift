import StrataBTree
import StrataDisk
import StrataSim
import StrataTesting
import Testing

/// The drawing in PageFormat.swift, byte by byte.
@Suite struct FormatTests {
    /// A tree of one leaf with a value inline, one of nothing and one in overflow pages (commit 2); then of two leaves
    /// under a branch and a free list (commit 3).
    static func makeFile() throws -> (first: [UInt8], second: [UInt8]) {
        let disk = SimulatedDisk()
        var options = BTreeOptions()
        options.seed = 42
        options.growthBytes = 4096
        let tree = try BTree(on: disk, options: options)
        try commit(tree, at: 7) { (writer) throws(StorageError) in
            try writer.put(Array("apricot".utf8), [])
            try writer.put(Array("apple".utf8), Array("red".utf8))
            try writer.put(Array("big".utf8), [UInt8](repeating: 0xAB, count: 4100))
        }
        let first = disk.contents(of: "store.tree") ?? []
        try commit(tree, at: 9) { (writer) throws(StorageError) in
            try writer.remove(Array("big".utf8))
            for letter in "cdef" {
                try writer.put(Array("\(letter)\(letter)".utf8), [UInt8](repeating: 0x77, count: 1000))
            }
        }
        let second = disk.contents(of: "store.tree") ?? []
        try tree.close()
        return (first, second)
    }

    private func page(_ number: Int, of file: [UInt8]) -> [UInt8] { Array(file.dropFirst(number * 4096).prefix(4096)) }

    @Test func theWriterWritesTheDrawing() throws {
        let (first, second) = try Self.makeFile()
        try GoldenBytes(Golden.meta).expect(page(0, of: first))
        try GoldenBytes(Golden.emptyMeta).expect(page(1, of: first))
        try GoldenBytes(Golden.leaf).expect(page(2, of: first))
        try GoldenBytes(Golden.overflow).expect(page(3, of: first) + page(4, of: first))
        // Commit 3 leaves commit 2 as it was.
        for number in [0, 2, 3, 4] { #expect(page(number, of: second) == page(number, of: first)) }
        try GoldenBytes(Golden.branch).expect(page(7, of: second))
        try GoldenBytes(Golden.freeList).expect(page(8, of: second))
    }

    @Test func theReaderReadsTheDrawing() throws {
        let disk = SimulatedDisk()
        let golden = [Golden.meta, Golden.emptyMeta, Golden.leaf, Golden.overflow]
        disk.install("store.tree", try golden.flatMap { try GoldenBytes($0).bytes })
        let tree = try BTree(on: disk)
        #expect(tree.opening.commit.number == 2 && tree.opening.olderCommit == 1 && tree.opening.damage.isEmpty)
        #expect(tree.latest.appliedIndex == 7 && tree.latest.entries == 3 && tree.treeID == 0x1578_0b2e_0c2e_c716)
        #expect(
            try tree.snapshot().all() == [
                Pair(key: Array("apple".utf8), value: Array("red".utf8)), Pair(key: Array("apricot".utf8), value: []),
                Pair(key: Array("big".utf8), value: [UInt8](repeating: 0xAB, count: 4100)),
            ])
    }

    @Test func headsStandAfterThePrefixThatAllKeysShare() throws {
        let disk = SimulatedDisk()
        let tree = try BTree(on: disk, options: smallOptions())
        try commit(tree) { (writer) throws(StorageError) in
            for key in ["user:alice", "user:bob", "user:"] { try writer.put(Array(key.utf8), []) }
        }
        let leaf = page(2, of: disk.contents(of: "store.tree") ?? [])
        let expected = try GoldenBytes(
            """
            01 00 03 00  05 00 00 00  # leaf, three entries, prefix 5
            dd 0f 00 00  23 00 00 00
            00 00 00 00 dd 0f         # "user:" has nothing after it
            63 69 6c 61 f2 0f         # "alic"
            00 62 6f 62 e6 0f         # "bob"
            """)
        expected.expect(Array(leaf[16..<50]))
    }

    @Test func limitsFollowFromThePageSize() throws {
        #expect(PageFormat.maximumKey(pageBytes: 4096) == 998)
        #expect(PageFormat.maximumEntry(pageBytes: 4096) == 1354)
        #expect(PageFormat.runPages(value: 4064, pageBytes: 4096) == 1)
        #expect(PageFormat.runPages(value: 4065, pageBytes: 4096) == 2)
        for pageBytes in PageFormat.pageSizes {
            // Four of the largest branch entries fit a page; so do three of the largest leaf entries.
            let branchEntry =
                PageFormat.branchEntryHeader + PageFormat.maximumKey(pageBytes: pageBytes) + PageFormat.slotSize
            #expect(4 * branchEntry <= PageFormat.room(pageBytes: pageBytes))
            #expect(3 * PageFormat.maximumEntry(pageBytes: pageBytes) <= PageFormat.room(pageBytes: pageBytes))
        }
    }
}
