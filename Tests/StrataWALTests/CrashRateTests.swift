import StrataDisk
import StrataSim
import StrataTesting
import StrataWAL
import Testing

/// How many crash states a second one thread opens, recovers and checks: what bounds how far a sweep can go.
@Suite struct CrashRateTests {
    @Test func aShortLogIsSweptFast() throws {
        let story = Story(.small(blocks: 128))
        try story.start()
        for _ in 0..<10 { try story.append(100) }
        // What a recovery writes zeros for is the device's business, which has none here.
        var recovering = story.options
        recovering.preallocation = Preallocation.none
        var sweep = CrashSweep()
        sweep.bounds = .init()
        var states = 0
        var nanoseconds: UInt64 = 0
        for _ in 0..<rounds(200) {
            let outcome = sweep.run(story, recovering: recovering)
            #expect(outcome.violations.isEmpty)
            states += outcome.states
            nanoseconds += outcome.nanoseconds
        }
        story.drop()
        let rate = Double(states) / (Double(max(1, nanoseconds)) / 1e9)
        print("crash states of ten appends: \(states), \(Int(rate)) a second")
    }
}
