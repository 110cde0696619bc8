/// When clients begin their operations. Rates are operations per second of all clients together.
///
/// Text form, both ways: "closed", "fixed:10000", "poisson:2500".
package enum ArrivalProcess: Hashable, Sendable {
    /// Each client begins the next operation when the last has ended. Measures capacity; its latencies hide the waiting that
    /// callers who do not wait for each other would have had.
    case closed
    /// Open loop at even distances, the clients interleaved.
    case fixedRate(perSecond: Double)
    /// Open loop at random: distances are exponential, as of many independent callers.
    case poisson(perSecond: Double)

    package static let allowed = "closed, fixed:RATE or poisson:RATE (operations per second, above 0, at most 1e9)"
    private static let maximumRate = 1e9

    package init(parsing text: String) throws(WorkloadError) {
        let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        switch (parts[0], parts.count) {
        case ("closed", 1):
            self = .closed
            return
        case ("fixed", 2):
            if let rate = Double(parts[1]), Self.isValid(rate) {
                self = .fixedRate(perSecond: rate)
                return
            }
        case ("poisson", 2):
            if let rate = Double(parts[1]), Self.isValid(rate) {
                self = .poisson(perSecond: rate)
                return
            }
        default: break
        }
        throw WorkloadError(field: "arrival process", found: text, expected: Self.allowed)
    }

    /// Operations per second of all clients together, nil in a closed loop.
    package var perSecond: Double? {
        switch self {
        case .closed: nil
        case .fixedRate(let rate), .poisson(let rate): rate
        }
    }

    package var isValid: Bool { perSecond.map(Self.isValid) ?? true }

    private static func isValid(_ rate: Double) -> Bool { rate > 0 && rate <= maximumRate }
}

extension ArrivalProcess: CustomStringConvertible {
    package var description: String {
        switch self {
        case .closed: "closed"
        case .fixedRate(let rate): "fixed:\(Self.plain(rate))"
        case .poisson(let rate): "poisson:\(Self.plain(rate))"
        }
    }

    /// 10000.0 as "10000", as people write it.
    private static func plain(_ rate: Double) -> String { UInt64(exactly: rate).map(String.init) ?? String(rate) }
}
