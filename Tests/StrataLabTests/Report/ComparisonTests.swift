import StrataLab
import Testing

@Suite struct ComparisonTests {
    private func comparison(_ first: RunFixture, _ second: RunFixture) throws -> RunComparison {
        RunComparison(try first.resultSet, try second.resultSet)
    }

    private func gate(_ text: String) throws -> ComparisonGate { try #require(ComparisonGate(text: text)) }

    @Test func gatesAreReadInTheirForms() throws {
        #expect(try gate("p99<1.10").name == MetricName(metric: "latency", stat: "p99"))
        #expect(try gate("p99.9 < 1.5").name == MetricName(metric: "latency", stat: "p99.9"))
        #expect(try gate("latency.p99.9<2").name == MetricName(metric: "latency", stat: "p99.9"))
        #expect(try gate("throughput>0.95").limit == .above(0.95))
        for text in ["p99", "p99<", "<1.1", "p99<-1", "p99<0", "p99<nan", "latency.<1", "p99=1", "p99<inf"] {
            #expect(ComparisonGate(text: text) == nil, "\(text)")
        }
    }

    /// `never` runs at 2.0 and then at 0.2 of its old speed: far beyond the spread of the rounds.
    @Test func aProvenLossFailsTheGate() throws {
        let rows = try comparison(RunFixture(), RunFixture(speedup: 0.4)).rows
        let latency = try gate("p99<1.10").evaluate(rows)
        #expect(latency.matched == 2 && latency.failed.map(\.cell) == ["never"])
        #expect(try gate("throughput>0.95").evaluate(rows).failed.map(\.cell) == ["never"])
        // The same gates the other way round have nothing to object to a gain.
        let better = try comparison(RunFixture(speedup: 0.4), RunFixture()).rows
        #expect(try gate("p99<1.10").evaluate(better).failed.isEmpty)
    }

    /// 15 % slower over rounds that spread from 110 to 160: beyond the limit, but not proven to be.
    @Test func noiseDoesNotFailAGate() throws {
        let rows = try comparison(RunFixture(), RunFixture(speedup: 1.7)).rows
        let row = try #require(rows.first { $0.cell == "never" && $0.metric == "latency" })
        #expect(try #require(row.estimate).ratio > 1.10)
        #expect(try gate("p99<1.10").evaluate(rows).failed.isEmpty)
        #expect(row.verdict == .indistinguishable)
    }

    @Test func fewRoundsLeaveAGateUndecided() throws {
        let rows = try comparison(RunFixture(rounds: 3), RunFixture(rounds: 6, speedup: 0.1)).rows
        let result = try gate("p99<1.10").evaluate(rows)
        #expect(result.failed.isEmpty && result.undecided.count == 2)
        #expect(try gate("nothing<1").evaluate(rows).matched == 0)
    }

    @Test func cellsAreMatchedByTheirDialsAndOthersAreNamed() throws {
        let first = try RunFixture().resultSet
        let text = RunFixture().results.replacing(",1.0,always,", with: ",2.0,always,")
            .replacing("bbbb", with: "dddd").replacing(",never,", with: ",periodic:1s,")
        let second = try ResultSet(table: CSVTable(text: text, file: "f"), file: "f")
        let comparison = RunComparison(first, second, metrics: [MetricName(metric: "throughput")])
        #expect(comparison.rows.map(\.cell) == ["always"])
        #expect(comparison.onlyInFirst == ["never"] && comparison.onlyInSecond == ["periodic:1s"])
        #expect(comparison.terminal.contains("only in the second run: periodic:1s"))
    }

    @Test func circumstancesThatDifferAreSaid() throws {
        let first = try RunManifest(json: RunFixture().manifest, file: "m")
        #expect(first.differences(to: first).isEmpty)
        let second = try RunManifest(
            json: RunFixture().manifest.replacing("6.1.0", with: "6.2.0").replacing("r1", with: "r2"), file: "m")
        #expect(first.differences(to: second) == ["kernel: 6.1.0 in the first run, 6.2.0 in the second"])
    }
}
