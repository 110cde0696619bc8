/// `--gate p99<1.10`: what a comparison must not exceed.
///
/// A gate fails only where the run proves it: where the bound of the interval that speaks best for the second run is
/// still beyond the limit. A ratio beyond the limit with an interval that reaches back within it is noise, not a
/// failure.
package struct ComparisonGate: Sendable, Hashable, CustomStringConvertible {
    package enum Limit: Sendable, Hashable {
        /// For times and sizes: the ratio is to stay below.
        case below(Double)
        /// For rates: the ratio is to stay above.
        case above(Double)
    }

    package var name: MetricName
    package var limit: Limit

    package static let form = "METRIC[.STAT]<RATIO or METRIC[.STAT]>RATIO, for example p99<1.10 or throughput>0.95"

    /// Nil where `text` is not of that form or the ratio is not positive.
    package init?(text: String) {
        guard let sign = text.firstIndex(where: { $0 == "<" || $0 == ">" }),
            let name = MetricName(text: text[..<sign].filter { $0 != " " }),
            let ratio = Double(text[text.index(after: sign)...].filter { $0 != " " }), ratio > 0, ratio.isFinite
        else { return nil }
        self.name = name
        limit = text[sign] == "<" ? .below(ratio) : .above(ratio)
    }

    package var description: String {
        switch limit {
        case .below(let ratio): "\(name)<\(ShownText.ratio(ratio))"
        case .above(let ratio): "\(name)>\(ShownText.ratio(ratio))"
        }
    }

    package struct Result: Sendable, Hashable {
        /// Rows that the gate is about; without any it says nothing and the caller has mistaken a name.
        package var matched = 0
        package var failed: [RunComparison.Row] = []
        /// Rows without an interval.
        package var undecided: [RunComparison.Row] = []
    }

    package func evaluate(_ rows: [RunComparison.Row]) -> Result {
        var result = Result()
        for row in rows where name.matches(metric: row.metric, stat: row.stat) {
            result.matched += 1
            guard let interval = row.estimate?.interval else {
                result.undecided.append(row)
                continue
            }
            let isBeyond =
                switch limit {
                case .below(let ratio): interval.low > ratio
                case .above(let ratio): interval.high < ratio
                }
            if isBeyond { result.failed.append(row) }
        }
        return result
    }
}
