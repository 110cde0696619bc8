import Foundation
import StrataDisk
import StrataLab
import Testing

@Suite struct MedianBootstrapTests {
    @Test func threeValuesHaveNoInterval() {
        #expect(MedianBootstrap.interval(ofMedian: []) == nil)
        #expect(MedianBootstrap.interval(ofMedian: [1, 2, 3]) == nil)
        #expect(MedianBootstrap.interval(ofMedian: [1, 2, 3, 4]) != nil)
        #expect(MedianBootstrap.interval(ofMedianDifference: [1, 2, 3], [1, 2, 3, 4]) == nil)
    }

    /// With five values the widened tail is below the chance that a resample's median is the smallest value.
    @Test func fiveValuesGiveTheirWholeRange() {
        #expect(MedianBootstrap.interval(ofMedian: [5, 1, 4, 2, 3]) == ConfidenceInterval(low: 1, high: 5))
    }

    @Test func equalValuesGiveAnIntervalWithoutWidth() {
        #expect(MedianBootstrap.interval(ofMedian: [7, 7, 7, 7, 7, 7]) == ConfidenceInterval(low: 7, high: 7))
    }

    @Test func theSameSampleGivesTheSameInterval() {
        let values = (0..<23).map { Double($0 * $0 % 17) }
        #expect(MedianBootstrap.interval(ofMedian: values) == MedianBootstrap.interval(ofMedian: values.reversed()))
    }

    /// Of 0...100 the exact 95 % interval by order statistics is 40...60.
    @Test func aLargeSampleComesNearTheExactInterval() throws {
        let interval = try #require(MedianBootstrap.interval(ofMedian: (0...100).map(Double.init)))
        #expect(abs(interval.low - 40) <= 2 && abs(interval.high - 60) <= 2, "\(interval)")
    }

    /// The plain percentile interval covers 87 % at n = 7; this one must not. 500 samples: standard error 1 %.
    @Test(arguments: [6, 7, 12, 20])
    func intervalsCoverTheTrueMedian(_ size: Int) throws {
        let seed: UInt64 = 20_261
        var random = SeededRandom(seed: seed, stream: UInt64(size))
        func lognormal() -> Double {
            let uniform = max(random.unit(), 1e-12)
            return exp((-2 * log(uniform)).squareRoot() * cos(2 * .pi * random.unit()))  // Box and Muller
        }
        var covered = 0
        for _ in 0..<500 {
            let interval = try #require(MedianBootstrap.interval(ofMedian: (0..<size).map { _ in lognormal() }))
            #expect(interval.low.isFinite && interval.high.isFinite)
            if interval.contains(1) { covered += 1 }
        }
        #expect(covered >= 465, "seed \(seed), n \(size): covered \(covered) of 500")
    }

    @Test func differencesOfIndependentSamplesCoverZeroWhenTheyAreAlike() throws {
        let seed: UInt64 = 7
        var random = SeededRandom(seed: seed)
        var covered = 0
        for _ in 0..<200 {
            let first = (0..<8).map { _ in random.unit() }
            let second = (0..<8).map { _ in random.unit() }
            let interval = try #require(MedianBootstrap.interval(ofMedianDifference: first, second))
            if interval.contains(0) { covered += 1 }
        }
        #expect(covered >= 184, "seed \(seed): covered \(covered) of 200")
    }
}
