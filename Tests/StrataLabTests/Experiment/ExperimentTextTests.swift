import Foundation
import StrataJournal
import StrataLab
import StrataWorkload
import Testing

@Suite struct ExperimentTextTests {
    @Test(arguments: ["always", "grouped:500us:1MiB", "grouped:1ms:4096", "periodic:1s", "every:64KiB", "never"])
    func policiesReadBackWhatTheyPrint(_ text: String) throws {
        let policy = try #require(SyncPolicy(text: text))
        #expect(SyncPolicy(text: policy.text) == policy)
    }

    @Test(arguments: [
        "", "grouped", "grouped:1ms", "grouped:0ms:1KiB", "periodic:", "periodic:5", "every:0", "every:-1", "never:1",
    ])
    func otherTextIsNoPolicy(_ text: String) { #expect(SyncPolicy(text: text) == nil) }

    @Test func sizesAreExact() {
        #expect(ByteSize.parse("4096") == 4096)
        #expect(ByteSize.parse("4KiB") == 4096)
        #expect(ByteSize.parse("64MiB") == 64 << 20)
        #expect(ByteSize.parse("3B") == 3)
        #expect(ByteSize.parse("4KB") == nil && ByteSize.parse("-1") == nil && ByteSize.parse("") == nil)
        #expect(ByteSize.parse("9223372036854775807GiB") == nil)
        #expect([65536, 1000, 0, 1 << 30, 1536].map(ByteSize.format) == ["64KiB", "1000", "0", "1GiB", "1536"])
    }

    @Test func durationsAreExact() {
        #expect(DurationText.parse("1ms") == .milliseconds(1))
        #expect(DurationText.parse("250us") == .microseconds(250))
        #expect(DurationText.parse("1") == nil && DurationText.parse("0s") == nil && DurationText.parse("s") == nil)
        #expect(DurationText.format(.microseconds(1500)) == "1500us")
        #expect(DurationText.format(.seconds(2)) == "2s")
    }

    @Test func theCellIDIsStableAndTellsCellsApart() throws {
        var cell = Cell()
        // Written down: ids must be the same in every version, or old and new runs no longer compare.
        #expect(cell.id == "cbf29ce48422")
        try cell.set(.clients, to: "64")
        #expect(cell.id == "46b0e4d5a3d0")
        var other = Cell()
        try other.set(.outstanding, to: "64")
        #expect(other.id != cell.id)
        for axis in Axis.allCases { #expect(throws: Never.self) { try cell.set(axis, to: cell.text(axis)) } }
    }

    /// Runs that were made before a dial existed keep their cells.
    @Test func cellsOfOldRunsKeepTheirIDs() throws {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent(
            "../../../results")
        var checked: Set<String> = []
        for name in ["group-commit", "sync-policies", "compression", "wal-recovery", "log-growth"] {
            let path = root.appendingPathComponent("\(name)/results.csv").path
            for row in try ResultsReader.rows(of: path) where checked.insert(row.cellID).inserted {
                var cell = Cell()
                for (axis, text) in row.dials { try cell.set(axis, to: text) }
                #expect(cell.id == row.cellID, "\(name): \(row.dials)")
            }
        }
        #expect(checked.count > 30)
    }

    @Test func keysAreThoseOfTheMixUnlessSaid() throws {
        var cell = Cell()
        #expect(cell.text(.keys) == "own" && cell.keys == nil)
        try cell.set(.keys, to: "zipfian:0.99")
        #expect(cell.keys == .zipfian(theta: 0.99, scrambled: true) && cell.text(.keys) == "zipfian:0.99")
        let id = cell.id
        try cell.set(.keys, to: "own")
        #expect(cell.id != id && cell.id == Cell().id)
    }

    @Test(arguments: [
        ("clients", "client", 1), ("sync_policy", "sync_polcy", 1), ("ab", "ba", 1), ("", "abc", 3),
        ("kitten", "sitting", 3),
    ])
    func editDistance(_ a: String, _ b: String, _ distance: Int) {
        #expect(Suggestion.distance(a, b) == distance)
        #expect(Suggestion.distance(b, a) == distance)
    }
}
