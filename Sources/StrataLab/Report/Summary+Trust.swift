extension Summary {
    /// One statement on how far the run can be trusted.
    package struct Statement: Sendable, Hashable {
        package var text: String
        package var isAlarm: Bool
    }

    /// On the A/A control, on drift, on noise and on the number of rounds.
    package var trust: [Statement] {
        [controlStatement, driftStatement, noiseStatement] + roundStatements
    }

    private var controlStatement: Statement {
        guard let control else {
            return Statement(text: "A/A control: none in this run, so its noise floor is unknown.", isAlarm: true)
        }
        let name = SummaryRow.name(metric: control.metric, stat: control.stat)
        let ratio = ShownText.ratio(control.estimate.ratio)
        guard let interval = control.estimate.interval else {
            return Statement(
                text: "A/A control (\(name)): ratio \(ratio) over \(control.estimate.count) rounds, "
                    + "too few for an interval.", isAlarm: false)
        }
        let range = "95 % interval \(ShownText.ratio(interval.low)) … \(ShownText.ratio(interval.high))"
        if control.outcome == .failed {
            return Statement(
                text: "A/A control FAILED (\(name)): the same cell measured twice differs, ratio \(ratio), \(range). "
                    + "Differences of this size between cells mean nothing.", isAlarm: true)
        }
        return Statement(
            text: "A/A control passed (\(name)): ratio \(ratio), \(range). Differences below "
                + "\(ShownText.percent(control.resolution ?? 0)) are within this run's noise.", isAlarm: false)
    }

    private var driftStatement: Statement {
        guard let drift, let interval = drift.estimate.interval else {
            return Statement(text: "Drift: too few rounds or cells to tell.", isAlarm: false)
        }
        let name = primary.map { SummaryRow.name(metric: $0.metric, stat: $0.stat ?? "") } ?? ""
        let ratio = ShownText.ratio(drift.estimate.ratio)
        let range = "95 % interval \(ShownText.ratio(interval.low)) … \(ShownText.ratio(interval.high))"
        return drift.hasDrifted
            ? Statement(
                text:
                    "Drift: \(name) of the last third of the rounds is \(ratio) times that of the first third (\(range)). Ratios "
                    + "between cells are taken within rounds and stand; absolute numbers depend on when they were measured.",
                isAlarm: true)
            : Statement(
                text: "Drift: none seen in \(name) (last third to first third \(ratio), \(range)).", isAlarm: false)
    }

    private var noiseStatement: Statement {
        noisyShare == 0
            ? Statement(
                text: "Noise: no measurement was disturbed by other work, as far as the kernel tells.", isAlarm: false)
            : Statement(
                text: "Noise: \(ShownText.percent(noisyShare)) of the measurements were disturbed by other work on the "
                    + "machine. They are marked ~ and are part of every number.", isAlarm: noisyShare > 0.2)
    }

    private var roundStatements: [Statement] {
        guard rounds > 0, rounds < MedianBootstrap.smallestFullCoverage else { return [] }
        let text =
            rounds < MedianBootstrap.smallestSample
            ? "Rounds: \(rounds). No intervals and no verdicts: those need \(MedianBootstrap.smallestSample)."
            : "Rounds: \(rounds). Intervals span all rounds and cover less than 95 %; "
                + "\(MedianBootstrap.smallestFullCoverage) rounds would do."
        return [Statement(text: text, isAlarm: false)]
    }
}
