/// The A/A control: one cell measured twice in every round. The two are the same thing, so a run whose interval
/// excludes 1 sees differences that are not there.
package struct ControlCheck: Sendable, Hashable {
    package var metric: String
    package var stat: String
    /// The repetition to the first measurement, paired by round.
    package var estimate: RatioEstimate

    package enum Outcome: Sendable, Hashable {
        case passed
        /// The interval excludes 1: no verdict of the run is to be trusted.
        case failed
        /// Too few rounds to tell.
        case undecided
    }
    package var outcome: Outcome {
        guard let interval = estimate.interval else { return .undecided }
        return interval.contains(1) ? .passed : .failed
    }

    /// The smallest change that this run could have told from noise, as a fraction: the larger arm of the interval.
    package var resolution: Double? {
        estimate.interval.map { max($0.high - 1, 1 - $0.low, 0) }
    }

    package init(metric: String, stat: String, estimate: RatioEstimate) {
        self.metric = metric
        self.stat = stat
        self.estimate = estimate
    }
}
