import Foundation
import StrataLab
import Testing

@Suite struct SummaryTests {
    private func row(_ summary: Summary, _ cell: String, _ metric: String) throws -> SummaryRow {
        try #require(summary.rows.first { $0.cell.id == cell && $0.metric == metric })
    }

    @Test func mediansRatiosAndVerdictsAreThoseOfTheRows() throws {
        let summary = try RunFixture().summary
        let baseline = try row(summary, "aaaa", "throughput")
        #expect(baseline.median == 135 && baseline.count == 6)  // 110, 120 ... 160
        #expect(baseline.interval == ConfidenceInterval(low: 110, high: 160))
        #expect(baseline.verdict == .baseline && baseline.ratio?.ratio == 1)
        let fast = try row(summary, "bbbb", "throughput")
        #expect(fast.median == 270 && fast.verdict == .faster)
        #expect(abs(try #require(fast.ratio).ratio - 2) < 1e-9)
        #expect(try row(summary, "bbbb", "latency").verdict == .faster)
        #expect(summary.primary == MetricName(metric: "throughput", stat: "value"))
    }

    @Test func aZeroHasNoRatioAndSaysSo() throws {
        let syncs = try row(RunFixture().summary, "bbbb", "syncs_per_op")
        #expect(syncs.median == 0 && syncs.ratio == nil && syncs.verdict == nil)
        #expect(syncs.note == "no ratio: a value is zero")
    }

    @Test func unsupportedCellsAreRowsWithTheirReason() throws {
        let summary = try RunFixture().summary
        let refused = try row(summary, "cccc", "")
        #expect(refused.status == .unsupported && refused.median == nil && refused.count == 0)
        #expect(refused.note == "kernel says <no>, and \"never\"")
        #expect(summary.withoutValue == [refused])
    }

    @Test(arguments: [1, 2, 3])
    func fewRoundsHaveNoIntervalAndNoVerdict(_ rounds: Int) throws {
        let summary = try RunFixture(rounds: rounds).summary
        let fast = try row(summary, "bbbb", "throughput")
        #expect(fast.interval == nil && fast.ratio?.interval == nil && fast.verdict == .undecided)
        #expect(fast.note == "n=\(rounds): too few rounds for an interval")
        #expect(summary.control?.outcome == .undecided)
    }

    @Test func fourRoundsSayThatTheirIntervalIsNotFull() throws {
        let fast = try row(RunFixture(rounds: 4).summary, "bbbb", "throughput")
        #expect(fast.interval != nil && fast.note.contains("less than 95 %"))
    }

    @Test func anEqualControlPassesAndAnUnequalOneFailsTheRun() throws {
        let good = try #require(try RunFixture().summary.control)
        #expect(good.outcome == .passed)
        #expect(try #require(good.resolution) > 0.005)
        let bad = try RunFixture(controlFactor: 1.1).summary
        #expect(bad.control?.outcome == .failed)
        #expect(bad.trust.contains { $0.isAlarm && $0.text.contains("FAILED") })
    }

    @Test func controlRowsAreNoPartOfTheMedians() throws {
        let summary = try RunFixture(controlFactor: 100).summary
        #expect(try row(summary, "aaaa", "throughput").median == 135)
    }

    @Test func noiseIsCountedAndMarked() throws {
        let summary = try RunFixture(noisyRound: 2).summary
        #expect(abs(try row(summary, "aaaa", "throughput").noisyShare - 1.0 / 6) < 1e-12)
        #expect(SummaryTable.render(summary).contains("~"))
    }

    @Test func theBaselineIsTheCellThatIsAlikeInEveryOtherDial() throws {
        var text = RunFixture.header
        for (cell, version, policy, size) in [
            ("a1", "1", "always", "1"), ("a2", "1", "always", "2"), ("n1", "2", "never", "1"),
            ("n3", "2", "never", "3"),
        ] {
            text += "r,e,\(cell),measure,1,1,1,wal,\(version),\(policy),\(size),ext4,run,m,value,5,us,1,0,ok,\n"
        }
        let results = try ResultSet(table: CSVTable(text: text, file: "f"), file: "f")
        // The version of a system is no dial; a size without a baseline of its own has none.
        #expect(
            BaselineRule(values: ["sync_policy": "always"]).assign(results)
                == ["a1": "a1", "a2": "a2", "n1": "a1"])
        #expect(BaselineRule().assign(results)["n3"] == "a1")
    }

    @Test func summaryFilesHaveOneRowPerMetricAndNoNaN() throws {
        let table = try RunFixture().summary.table
        let read = try CSVTable(text: table.text, file: "summary.csv")
        #expect(read == table)
        #expect(read.rows.count == 7)
        #expect(!table.text.lowercased().contains("nan") && !table.text.contains("inf"))
        let at = try #require(read.column("verdict"))
        #expect(read.rows.map { $0[at] }.contains("faster"))
        #expect(read.header.contains("sync_policy") && !read.header.contains("role"))
    }

    @Test func valuesAreListedAsTheExperimentListsThem() throws {
        var results = try RunFixture().resultSet
        results.sortCells(DialOrder(listed: ["sync_policy": ["never", "always"]]))
        #expect(results.cells.map(\.id) == ["bbbb", "aaaa", "cccc"])
    }

    @Test func valuesWithoutAListStandBySizeAndCustom() {
        let order = DialOrder()
        for values in [
            ["1", "2", "10"], ["none", "lz4", "zstd:3", "zstd:19"], ["always", "grouped:1ms:1MiB", "never"],
            ["every:64KiB", "every:1MiB"], ["periodic:100ms", "periodic:1s"],
        ] {
            #expect(values.reversed().sorted { order.isBefore($0, $1, column: "c") } == values)
        }
    }

    @Test func tablesAreAlignedAndMarkdownIsEscaped() throws {
        let summary = try RunFixture(noisyRound: 1).summary
        let lines = SummaryTable.render(summary).split(separator: "\n", omittingEmptySubsequences: false)
        let rule = try #require(lines.first { $0.contains("---") })
        #expect(lines[0].count <= rule.count)
        #expect(lines.contains { $0.contains("unsupported") && $0.contains("grouped:1ms:1MiB") })
        let markdown = SummaryTable.render(summary, style: .markdown)
        #expect(markdown.contains("\\<no\\>") && !markdown.contains("<no>"))
        let columns = markdown.split(separator: "\n").filter { $0.hasPrefix("|") }.map { $0.filter { $0 == "|" }.count }
        #expect(Set(columns).count == 1)
    }

    @Test func numbersAreShort() {
        let shown = [
            (0.0, "0"), (0.012345, "0.012"), (1.5, "1.50"), (135, "135"), (999.96, "1000.0"), (12_345, "12.35k"),
        ]
        for (value, text) in shown { #expect(ShownText.number(value) == text) }
        #expect(ShownText.number(2_500_000) == "2.50M" && ShownText.number(-123_456) == "-123.5k")
        #expect(ShownText.ratio(0.004).first == "0" && ShownText.ratio(0.004) != "0.00")
    }
}
