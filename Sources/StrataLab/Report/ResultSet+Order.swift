extension ResultSet {
    /// Columns that tell cells apart within a run but are not turned by an experiment: a cell stays the same in another
    /// version of its system or on another file system.
    static let circumstances: Set<String> = ["version", "fs"]

    /// Rounds are shuffled, so the order of rows says nothing: cells are sorted by their dials.
    package mutating func sortCells(_ order: DialOrder) {
        let columns = identityColumns
        cells.sort { first, second in
            for (index, column) in columns.enumerated() where !Self.circumstances.contains(column) {
                let (left, right) = (first.identity[index], second.identity[index])
                if left != right { return order.isBefore(left, right, column: column) }
            }
            return first.id < second.id
        }
        let rank = Dictionary(uniqueKeysWithValues: cells.enumerated().map { ($1.id, $0) })
        let listed = Dictionary(uniqueKeysWithValues: keys.enumerated().map { ($1, $0) })
        keys.sort { (rank[$0.cell] ?? 0, listed[$0] ?? 0) < (rank[$1.cell] ?? 0, listed[$1] ?? 0) }
    }
}
