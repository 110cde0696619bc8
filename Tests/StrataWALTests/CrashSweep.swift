import StrataDisk
import StrataSim
import StrataWAL
import Testing

/// Cuts the power at every point of a story, in every legal way up to a bound, and recovers.
struct CrashSweep {
    var bounds: CrashStates.Bounds
    /// Of the states, every n-th also loses power during its own recovery.
    var nested = 0

    init(nested: Int = 0) {
        bounds = CrashStates.Bounds()
        self.nested = nested
        if !Environment.sweepsAll {
            bounds.subsets = 64
            bounds.singles = 16
            bounds.random = 8
        }
    }

    struct Outcome {
        var states = 0
        var nanoseconds: UInt64 = 0
        var violations: [String] = []
    }

    /// Stops at the third violation.
    func run(_ story: Story, recovering options: WALOptions? = nil) -> Outcome {
        struct Enough: Error {}
        let expectations = Expectation.all(of: story.events, policy: story.options.policy)
        let options = options ?? story.options
        var outcome = Outcome()
        let clock = SystemClock()
        let began = clock.nanoseconds()
        var bounds = bounds
        bounds.recordsTrace = nested > 0
        var inner = CrashStates.Bounds()
        (inner.subsets, inner.singles, inner.random) = (16, 6, 4)
        func check(_ state: CrashState, _ expectation: Expectation, of outer: CrashState? = nil) throws(Enough) {
            outcome.states += 1
            guard let problem = expectation.violation(on: state.disk, options) else { return }
            outcome.violations.append("\(problem)\n\(outer.map { "\($0)\nand then " } ?? "")\(state)")
            if outcome.violations.count == 3 { throw Enough() }
        }
        do {
            try CrashStates(of: story.disk.trace, bounds: bounds).forEach { (state) throws(Enough) in
                let expectation = expectations[state.markCount]
                try check(state, expectation)
                guard nested > 0, outcome.states % nested == 0 else { return }
                try CrashStates(of: state.disk.trace, bounds: inner).forEach { (again) throws(Enough) in
                    try check(again, expectation, of: state)
                }
            }
        } catch {}
        outcome.nanoseconds = clock.nanoseconds() - began
        return outcome
    }

    /// Expects that no state violates anything, and says how many there were.
    func expectClean(_ story: Story, _ name: String, sourceLocation: SourceLocation = #_sourceLocation) {
        let outcome = run(story)
        story.drop()
        for violation in outcome.violations {
            Issue.record("\(name): \(violation)", sourceLocation: sourceLocation)
        }
        let rate = Double(outcome.states) / (Double(max(1, outcome.nanoseconds)) / 1e9)
        print("crash sweep \(name): \(outcome.states) states, \(Int(rate)) a second")
    }
}
