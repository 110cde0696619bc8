import StrataDisk

/// The order in which a run measures: in every round each cell once, shuffled, with the control among them. Decided by
/// the seed alone, so a resumed run goes on where it stopped.
package struct Schedule: Sendable, Hashable {
    package struct Item: Sendable, Hashable {
        /// From 1.
        package var round: Int
        /// From 1, in the shuffled order of the round.
        package var order: Int
        package var cell: Cell
        package var role: ResultRow.Role
        /// Of the workload: one for all cells of a round, so that paired cells write the same data.
        package var seed: UInt64

        package var key: Key { Key(round: round, cellID: cell.id, isControl: role == .control) }
    }

    /// What identifies a set of rows in a run.
    package struct Key: Sendable, Hashable {
        package var round: Int
        package var cellID: String
        package var isControl: Bool

        package init(round: Int, cellID: String, isControl: Bool) {
            self.round = round
            self.cellID = cellID
            self.isControl = isControl
        }

        package init(_ row: ResultRow) {
            self.init(round: row.round, cellID: row.cellID, isControl: row.role == .control)
        }
    }

    package let items: [Item]

    package init(experiment: Experiment, cells: [Cell], rounds: Int, seed: UInt64) {
        var items: [Item] = []
        for round in stride(from: 1, through: rounds, by: 1) {
            var random = SeededRandom(seed: seed, stream: UInt64(round))
            let workloadSeed = random.next() >> 1  // fits a signed 64-bit column of whatever reads the file
            var entries = cells.map { ($0, experiment.isBaseline($0) ? ResultRow.Role.baseline : .measure) }
            if let control = experiment.control(in: cells) { entries.append((control, .control)) }
            // Fisher and Yates, by our own generator: the standard library's shuffle may change between versions.
            for last in stride(from: entries.count - 1, to: 0, by: -1) {
                entries.swapAt(last, random.below(last + 1))
            }
            for (index, entry) in entries.enumerated() {
                items.append(
                    Item(round: round, order: index + 1, cell: entry.0, role: entry.1, seed: workloadSeed))
            }
        }
        self.items = items
    }
}
