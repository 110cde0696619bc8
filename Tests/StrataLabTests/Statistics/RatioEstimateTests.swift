import Foundation
import StrataDisk
import StrataLab
import Testing

@Suite struct RatioEstimateTests {
    @Test func whatARoundHasInCommonCancels() throws {
        let seed: UInt64 = 11
        var random = SeededRandom(seed: seed)
        var slow: [Int: Double] = [:]
        var fast: [Int: Double] = [:]
        for round in 1...8 {
            let common = 100 * (1 + 20 * random.unit())
            slow[round] = common
            fast[round] = common * 1.5
        }
        let estimate = try #require(RatioEstimate.paired(fast, to: slow))
        let interval = try #require(estimate.interval)
        #expect(abs(estimate.ratio - 1.5) < 1e-9 && interval.high - interval.low < 1e-9, "seed \(seed)")
        #expect(estimate.count == 8)
        // The same values without their pairs say nothing.
        let unpaired = try #require(RatioEstimate.independent(Array(fast.values), to: Array(slow.values)))
        #expect(try #require(unpaired.interval).contains(1))
    }

    @Test func onlyRoundsOfBothCount() throws {
        let estimate = try #require(RatioEstimate.paired([1: 2, 2: 4, 9: 100], to: [1: 1, 2: 2, 3: 3]))
        #expect(estimate.count == 2 && estimate.ratio == 2 && estimate.interval == nil)
    }

    @Test func aZeroHasNoRatio() {
        #expect(RatioEstimate.paired([1: 0, 2: 1], to: [1: 1, 2: 1]) == nil)
        #expect(RatioEstimate.paired([1: 1], to: [1: 0]) == nil)
        #expect(RatioEstimate.paired([:], to: [:]) == nil)
        #expect(RatioEstimate.independent([1, 0], to: [1, 1]) == nil)
        #expect(RatioEstimate.independent([], to: [1]) == nil)
    }

    @Test func independentSamplesGiveTheRatioOfTheirMedians() throws {
        let first = [90.0, 100, 101, 99, 110, 100]
        let estimate = try #require(RatioEstimate.independent(first.map { $0 * 3 }, to: first))
        #expect(abs(estimate.ratio - 3) < 1e-9)
        let interval = try #require(estimate.interval)
        #expect(interval.low > 2 && interval.contains(3))
    }

    @Test(arguments: [
        (MetricKind.rate, Verdict.faster, Verdict.slower), (.time, .slower, .faster), (.quantity, .higher, .lower),
    ])
    func verdictsFollowWhatMoreMeans(_ kind: MetricKind, _ above: Verdict, _ below: Verdict) {
        #expect(Verdict(interval: ConfidenceInterval(low: 1.1, high: 1.2), kind: kind) == above)
        #expect(Verdict(interval: ConfidenceInterval(low: 0.8, high: 0.9), kind: kind) == below)
        #expect(Verdict(interval: ConfidenceInterval(low: 0.9, high: 1.0), kind: kind) == .indistinguishable)
        #expect(Verdict(interval: nil, kind: kind) == .undecided)
    }

    @Test func unitsSayWhatAMetricIs() {
        #expect(MetricKind(metric: "throughput", unit: "ops/s") == .rate)
        #expect(MetricKind(metric: "anything_new", unit: "ms") == .time)
        #expect(MetricKind(metric: "lost_age", unit: "ms") == .quantity)
        #expect(MetricKind(metric: "bytes_per_op", unit: "B/op") == .quantity)
    }

    @Test func aMachineThatSlowsDownIsSeenAsDrift() throws {
        let cells: [[Int: Double]] = (1...6).map { cell in
            Dictionary(uniqueKeysWithValues: (1...9).map { ($0, Double(cell * 100) * ($0 > 6 ? 0.8 : 1)) })
        }
        let drift = try #require(DriftCheck(cells: cells))
        #expect(drift.hasDrifted && abs(drift.estimate.ratio - 0.8) < 1e-9)
        let steady = try #require(DriftCheck(cells: cells.map { $0.mapValues { _ in 5 } }))
        #expect(!steady.hasDrifted)
        #expect(DriftCheck(cells: [[1: 1, 2: 1]]) == nil)
        #expect(DriftCheck(cells: []) == nil)
    }
}
