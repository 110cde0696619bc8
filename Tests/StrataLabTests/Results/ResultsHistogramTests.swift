import StrataLab
import Testing

@Suite struct ResultsHistogramTests {
    @Test func percentilesAreExactToThreeDigitsAndMergeLikeOne() {
        var whole = LatencyHistogram(), even = LatencyHistogram(), odd = LatencyHistogram()
        for value in 1...10_000 as ClosedRange<UInt64> {
            whole.record(nanoseconds: value * 1000)
            if value % 2 == 0 { even.record(nanoseconds: value * 1000) } else { odd.record(nanoseconds: value * 1000) }
        }
        even.merge(odd)
        for (a, b) in zip(whole.statistics, even.statistics) {
            #expect(a.stat == b.stat && a.microseconds == b.microseconds)
        }
        #expect(abs(whole.microseconds(atPercentile: 99) / 9900 - 1) < 0.001)
        #expect(abs(whole.maximumMicroseconds / 10_000 - 1) < 0.001)
        #expect(whole.statistics.map(\.stat) == ["mean", "p50", "p90", "p99", "p99.9", "max"])
    }

    @Test func theTextIsWhatHdrHistogramsPlotterReads() throws {
        var histogram = LatencyHistogram()
        for _ in 0..<99 { histogram.record(nanoseconds: 150_000) }
        histogram.record(nanoseconds: 2_500_000)
        let lines = histogram.percentileText.split(separator: "\n", omittingEmptySubsequences: false)
        #expect(lines[0].split(separator: " ") == ["Value", "Percentile", "TotalCount", "1/(1-Percentile)"])
        #expect(lines[1].isEmpty)
        let data = lines[2...].prefix { !$0.hasPrefix("#") }.map { $0.split(separator: " ").compactMap { Double($0) } }
        #expect(data.allSatisfy { $0.count >= 3 })
        let first = try #require(data.first), last = try #require(data.last)
        #expect(abs(first[0] / 150 - 1) < 0.001)
        #expect(abs(last[0] / 2500 - 1) < 0.001 && last[1] == 1 && last[2] == 100)
        #expect(lines.contains { $0.hasPrefix("#[Mean") })
    }

    @Test func longerThanAnHourCountsAsAnHour() {
        var histogram = LatencyHistogram()
        histogram.record(nanoseconds: .max)
        #expect(histogram.count == 1)
        #expect(histogram.maximumMicroseconds >= 3.59e9)
    }
}
