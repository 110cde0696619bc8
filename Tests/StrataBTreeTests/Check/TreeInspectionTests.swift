import StrataBTree
import StrataDisk
import StrataSim
import Testing

@Suite struct TreeInspectionTests {
    @Test func aTreeIsDescribed() throws {
        let disk = SimulatedDisk(recordsTrace: false)
        let tree = try BTree(on: disk, options: smallOptions())
        for step in 1...3 {
            try commit(tree, at: UInt64(step) * 10) { (writer) throws(StorageError) in
                for number in 0..<100 {
                    try writer.put(TreeStory.key(number), [UInt8](repeating: UInt8(step), count: 50))
                }
                for size in [3000, 20_000, 700] {
                    try writer.put(Array("big\(size)".utf8), [UInt8](repeating: 1, count: size))
                }
            }
        }
        let busy = try TreeInspection(on: disk, largest: 2)
        #expect(busy.isInUse)
        try tree.close()
        let inspection = try TreeInspection(on: disk, largest: 2)
        #expect(inspection.isClean && !inspection.isInUse && inspection.leftovers == [] && inspection.refusal == nil)
        #expect(inspection.metas.map(\.verdict) == [.newest, .older])
        #expect(inspection.metas.map { $0.meta?.appliedIndex } == [30, 20])
        let survey = try #require(inspection.survey)
        #expect(survey.entries == 103)
        #expect(survey.valueBytes == 100 * 50 + 23_700)
        #expect(survey.largestValues.map(\.size) == [20_000, 3000])
        #expect(survey.largestValues.map(\.key) == ["big20000", "big3000"].map { Array($0.utf8) })
        #expect(survey.largestValues.allSatisfy { $0.isInOverflow })
        #expect(survey.longestKey == 8)
        #expect(survey.fileBytes == inspection.fileBytes)
        #expect(survey.reservedPages == inspection.fileBytes / 4096 - UInt64(survey.meta.pages))
        #expect(survey.freeShare > 0 && survey.freeShare < 1)
    }

    @Test func inspectingChangesNothingAndMakesNoLock() throws {
        let disk = SimulatedDisk()
        disk.install("other.tree", [UInt8](repeating: 0, count: 10_000))
        let before = try disk.list()
        let inspection = try TreeInspection(of: "other.tree", on: disk)
        #expect(inspection.refusal != nil && inspection.problemCount == 2)
        #expect(try disk.list() == before)
        #expect(disk.pointCount == 0)
        #expect(throws: StorageError.self) { _ = try TreeInspection(of: "none.tree", on: disk) }
    }

    @Test func leftoversAreNamed() throws {
        let disk = SimulatedDisk(recordsTrace: false)
        try BTree(on: disk, options: smallOptions()).close()
        disk.install("store.tree.new", [1, 2, 3])
        #expect(try TreeInspection(on: disk).leftovers == ["store.tree.new"])
        try BTree(on: disk, options: smallOptions()).close()
        #expect(try TreeInspection(on: disk).leftovers == [])
    }
}
