import Foundation
import StrataWorkload
import Testing

@Suite struct ArrivalTests {
    @Test(arguments: [
        ("closed", ArrivalProcess.closed), ("fixed:10000", .fixedRate(perSecond: 10_000)),
        ("fixed:0.5", .fixedRate(perSecond: 0.5)), ("poisson:2500", .poisson(perSecond: 2500)),
    ])
    func textIsReadAndWrittenBack(_ text: String, _ expected: ArrivalProcess) throws {
        #expect(try ArrivalProcess(parsing: text) == expected)
        #expect(expected.description == text)
    }

    @Test(arguments: [
        "", "open", "fixed", "fixed:", "fixed:0", "fixed:-1", "fixed:nan", "poisson:1e10", "poisson:10k", "closed:1",
    ])
    func anErrorSaysWhatIsAllowed(_ text: String) {
        let error = #expect(throws: WorkloadError.self) { try ArrivalProcess(parsing: text) }
        #expect(error?.description.contains("poisson:RATE") == true)
    }

    @Test func aClosedLoopHasNoIntendedStart() {
        var schedule = ArrivalSchedule(.closed, client: 0, clients: 4, seed: 1)
        #expect(schedule.next() == nil)
        #expect(schedule.next() == nil)
        #expect(schedule.count == 2)
    }

    @Test func clientsOfAFixedRateTakeTurnsAndDoNotDrift() {
        var schedules = (0..<7).map {
            ArrivalSchedule(.fixedRate(perSecond: 3000), client: $0, clients: 7, seed: 1)
        }
        let starts = (0..<70_000).map { schedules[$0 % 7].next() }
        let wrong = starts.indices.first { starts[$0] != UInt64(Double($0) * 1e9 / 3000) }
        #expect(wrong == nil, "operation \(wrong ?? 0) starts at \(String(describing: starts[wrong ?? 0]))")
    }

    private func poisson(clients: Int, perSecond: Double, seed: UInt64, operations: Int) -> [[UInt64]] {
        (0..<clients).map { client in
            var schedule = ArrivalSchedule(
                .poisson(perSecond: perSecond), client: client, clients: clients, seed: seed)
            return (0..<operations).compactMap { _ in schedule.next() }
        }
    }

    @Test(arguments: [UInt64(2), 71])
    func poissonDistancesAreExponential(_ seed: UInt64) {
        let starts = poisson(clients: 4, perSecond: 1000, seed: seed, operations: 100_000)
        for client in starts {
            let distances = zip(client, client.dropFirst()).map { Double($1) - Double($0) }
            #expect(distances.allSatisfy { $0 >= 0 })
            let mean = distances.reduce(0, +) / Double(distances.count)
            let variance = distances.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(distances.count)
            // Mean 4 ms; the standard error of 100,000 exponential distances is 0.32 %, of their variance 0.9 %.
            #expect(abs(mean / 4e6 - 1) < 0.016, "seed \(seed)")
            #expect(abs(variance / (mean * mean) - 1) < 0.05, "seed \(seed)")
            // A tenth of each decile of the exponential distribution.
            var deciles = [Int](repeating: 0, count: 10)
            for distance in distances { deciles[min(9, Int(10 * (1 - exp(-distance / 4e6))))] += 1 }
            let test = chiSquare(deciles, expected: [Double](repeating: Double(distances.count) / 10, count: 10))
            #expect(test.statistic < test.bound, "seed \(seed)")
        }
    }

    @Test func poissonClientsTogetherHaveTheWholeRate() {
        let starts = poisson(clients: 8, perSecond: 8000, seed: 5, operations: 20_000)
        let seconds = 10.0  // the clients' last starts lie near 20 s
        var perMillisecond = [Int](repeating: 0, count: 10_000)
        for start in starts.joined() where Double(start) < seconds * 1e9 { perMillisecond[Int(start / 1_000_000)] += 1 }
        let total = perMillisecond.reduce(0, +)
        #expect(abs(Double(total) / (seconds * 8000) - 1) < 0.02, "seed 5")
        // In a Poisson process the variance of counts is their mean.
        let mean = Double(total) / 10_000
        let variance = perMillisecond.reduce(0) { $0 + pow(Double($1) - mean, 2) } / 10_000
        #expect(abs(variance / mean - 1) < 0.08, "seed 5")
    }

    @Test func theSameSeedGivesTheSameStartsAndClientsDiffer() {
        let a = poisson(clients: 2, perSecond: 100, seed: 9, operations: 1000)
        #expect(a == poisson(clients: 2, perSecond: 100, seed: 9, operations: 1000))
        #expect(a[0] != a[1])
        #expect(a != poisson(clients: 2, perSecond: 100, seed: 10, operations: 1000))
    }
}
