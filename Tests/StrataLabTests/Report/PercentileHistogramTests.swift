import StrataLab
import Testing

@Suite struct PercentileHistogramTests {
    private let text = """
               Value     Percentile TotalCount 1/(1-Percentile)

              10.000 0.000000000000         50           1.00
              20.000 0.900000000000         90          10.00
              20.000 0.950000000000         90          20.00
             100.000 1.000000000000        100
        #[Mean    =       23.000, StdDeviation   =       10.000]
        """

    @Test func countsAreTheStepsOfTheTotals() throws {
        let histogram = try PercentileHistogram(text: text, file: "a.hgrm")
        #expect(histogram.total == 100)
        #expect(histogram.buckets.map(\.count) == [50, 40, 10])
        #expect(histogram.value(atFraction: 0.5) == 10)
        #expect(histogram.value(atFraction: 0.9) == 20)
        #expect(histogram.value(atFraction: 0.99) == 100)
        #expect(PercentileHistogram().value(atFraction: 0.5) == nil)
    }

    /// 100 observations with p99 = 100 and 900 of 1: the p99 of both is 20, and no average of the two.
    @Test func mergingAddsCountsAndAveragesNothing() throws {
        var histogram = try PercentileHistogram(text: text, file: "a.hgrm")
        histogram.merge(try PercentileHistogram(text: "1.0 1.0 900\n", file: "b.hgrm"))
        #expect(histogram.total == 1000)
        #expect(histogram.value(atFraction: 0.99) == 20)
        #expect(histogram.value(atFraction: 0.5) == 1)
        // Equal values add up.
        histogram.merge(histogram)
        #expect(histogram.total == 2000 && histogram.buckets.map(\.count) == [1800, 100, 80, 20])
    }

    @Test(arguments: ["1 2\n", "5 0.5 10\n4 0.6 12\n", "5 0.5 10\n6 0.6 9\n", "nan 0.1 1\n", "x y z\n"])
    func otherTextIsRefusedWithItsLine(_ text: String) {
        #expect(throws: ReportError.self) { try PercentileHistogram(text: text, file: "a.hgrm") }
    }
}
