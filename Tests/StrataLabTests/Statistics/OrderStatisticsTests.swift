import StrataLab
import Testing

@Suite struct OrderStatisticsTests {
    @Test func medianIsTheMiddleOrTheMeanOfTheMiddles() {
        #expect(OrderStatistics.median([3, 1, 2]) == 2)
        #expect(OrderStatistics.median([4, 1, 3, 2]) == 2.5)
        #expect(OrderStatistics.median([7]) == 7)
    }

    @Test func anEmptySampleHasNoQuantile() {
        #expect(OrderStatistics.median([]) == nil)
        #expect(OrderStatistics.quantile([], 0.99) == nil)
    }

    /// Values of R's quantile(c(1, 2, 3, 4), ..., type = 7).
    @Test(arguments: [(0.0, 1.0), (0.25, 1.75), (0.5, 2.5), (0.9, 3.7), (1.0, 4.0)])
    func quantilesAreThoseOfTypeSeven(_ fraction: Double, _ expected: Double) throws {
        let found = try #require(OrderStatistics.quantile([4, 2, 1, 3], fraction))
        #expect(abs(found - expected) < 1e-12)
    }
}
