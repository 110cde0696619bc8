import Foundation
import StrataBTree
import StrataDisk
import StrataSim
import Testing

/// Cuts the power at every point of a story, in every legal way up to a bound, and opens what is left.
struct TreeSweep {
    /// Sweeps visit everything with STRATA_SWEEP=full, samples otherwise.
    static let isFull = ProcessInfo.processInfo.environment["STRATA_SWEEP"] == "full"

    var bounds = CrashStates.Bounds()
    /// Of the states, every n-th also loses power during its own opening and next commits; 0 is none.
    var nested = 0
    var isWeak = false

    init(nested: Int = 0, every: Int = 1) {
        self.nested = nested
        guard !Self.isFull else { return }
        (bounds.subsets, bounds.singles, bounds.random) = (16, 3, 3)
        bounds.every = every
    }

    struct Outcome {
        var states = 0
        var violations: [String] = []
    }

    /// Stops at the third violation. Each names the state that repeats it.
    func run(_ story: TreeStory) -> Outcome {
        struct Enough: Error {}
        let expectations = TreeExpectation.all(of: story.events)
        var outcome = Outcome()
        var bounds = bounds
        bounds.recordsTrace = nested > 0
        var inner = CrashStates.Bounds()
        (inner.subsets, inner.singles, inner.random) = (8, 2, 2)
        func check(
            _ state: CrashState, _ expectation: TreeExpectation, isInner: Bool = false, of outer: CrashState? = nil
        )
            throws(Enough)
        {
            outcome.states += 1
            let problem = expectation.violation(
                on: state.disk, contents: story.contents, options: story.options, isWeak: isWeak,
                writesOn: !isInner && outcome.states % 4 == 0)
            guard let problem else { return }
            outcome.violations.append("\(problem)\n\(outer.map { "\($0)\nand then " } ?? "")\(state)")
            if outcome.violations.count == 3 { throw Enough() }
        }
        do {
            try CrashStates(of: story.disk.trace, bounds: bounds).forEach { (state) throws(Enough) in
                let expectation = expectations[state.markCount]
                let isNested = nested > 0 && outcome.states % nested == nested - 1
                if isNested {
                    // Only what opening writes may be cut short: commits that follow are no part of the story.
                    _ = expectation.violation(
                        on: state.disk, contents: story.contents, options: story.options, isWeak: isWeak,
                        writesOn: false)
                    try CrashStates(of: state.disk.trace, bounds: inner).forEach { (again) throws(Enough) in
                        try check(again, expectation, isInner: true, of: state)
                    }
                }
                try check(state, expectation)
            }
        } catch {}
        return outcome
    }

    /// Expects that no state violates anything.
    func expectClean(_ story: TreeStory, _ name: String, sourceLocation: SourceLocation = #_sourceLocation) {
        story.drop()
        let outcome = run(story)
        for violation in outcome.violations { Issue.record("\(name): \(violation)", sourceLocation: sourceLocation) }
        print("tree sweep \(name): \(outcome.states) states")
    }
}
