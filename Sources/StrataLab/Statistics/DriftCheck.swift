/// Whether the machine changed while a run lasted: each cell's last third of the rounds against its first third.
package struct DriftCheck: Sendable, Hashable {
    /// Last third to first third, the median over cells.
    package var estimate: RatioEstimate
    /// True where the interval excludes 1. With few cells there is none, and this is false.
    package var hasDrifted: Bool {
        guard let interval = estimate.interval else { return false }
        return !interval.contains(1)
    }

    /// `cells` holds per cell the values by round. Cells are the sample, not single values: what one round has in
    /// common would otherwise count once for every cell. Nil with fewer than 3 rounds or where no cell has positive
    /// values in both thirds.
    package init?(cells: [[Int: Double]]) {
        let rounds = Set(cells.flatMap(\.keys)).sorted()
        let third = rounds.count / 3
        guard third >= 1 else { return nil }
        var first: [Int: Double] = [:]
        var last: [Int: Double] = [:]
        for (index, cell) in cells.enumerated() {
            guard let early = OrderStatistics.median(rounds.prefix(third).compactMap { cell[$0] }), early > 0,
                let late = OrderStatistics.median(rounds.suffix(third).compactMap { cell[$0] }), late > 0
            else { continue }
            first[index] = early
            last[index] = late
        }
        guard let estimate = RatioEstimate.paired(last, to: first) else { return nil }
        self.estimate = estimate
    }
}
