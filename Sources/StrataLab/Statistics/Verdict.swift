/// One word on a ratio to the baseline.
package enum Verdict: String, Sendable, Hashable, CaseIterable {
    case faster
    case slower
    /// For quantities that are neither speeds nor times.
    case higher
    case lower
    /// The interval contains 1: the run could not tell the two apart, which is not proof that they are equal.
    case indistinguishable
    /// Too few rounds for an interval.
    case undecided
    /// The cell that others are compared with.
    case baseline

    package init(interval: ConfidenceInterval?, kind: MetricKind) {
        guard let interval else {
            self = .undecided
            return
        }
        if interval.contains(1) {
            self = .indistinguishable
            return
        }
        let isMore = interval.low > 1
        switch kind {
        case .rate: self = isMore ? .faster : .slower
        case .time: self = isMore ? .slower : .faster
        case .quantity: self = isMore ? .higher : .lower
        }
    }
}
