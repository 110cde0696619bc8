import StrataLab
import Testing

@Suite struct RunnerScheduleTests {
    private func schedule(seed: UInt64, rounds: Int = 6) throws -> Schedule {
        let experiment = try experiment()
        return Schedule(experiment: experiment, cells: try experiment.cells(), rounds: rounds, seed: seed)
    }

    @Test func theSeedAloneDecidesTheOrder() throws {
        #expect(try schedule(seed: 1) == schedule(seed: 1))
        #expect(try schedule(seed: 1) != schedule(seed: 2))
    }

    @Test func roundsAreInterleavedAndShuffledDifferently() throws {
        let items = try schedule(seed: 3).items
        #expect(items.map(\.round) == (1...6).flatMap { Array(repeating: $0, count: 5) })
        let orders = Set((1...6).map { round in items.filter { $0.round == round }.map(\.key.cellID) })
        #expect(orders.count > 1, "seed 3: every round has the same order")
        for round in 1...6 {
            let keys = items.filter { $0.round == round }.map {
                Schedule.Key(round: 1, cellID: $0.key.cellID, isControl: $0.key.isControl)
            }
            #expect(Set(keys).count == 5)
        }
    }

    @Test func moreRoundsChangeNothingBeforeThem() throws {
        #expect(try schedule(seed: 9, rounds: 2).items == Array(schedule(seed: 9, rounds: 6).items.prefix(10)))
    }
}
