/// Which cell another is compared with.
package struct BaselineRule: Sendable, Hashable {
    /// Column to value. A cell's baseline is the cell that has these values and is like it in every other dial; where
    /// there is none such and only one cell has these values, that one. Empty: the first cell serves all.
    package var values: [String: String]

    package init(values: [String: String] = [:]) { self.values = values }

    /// By cell id, the id of the baseline; cells without one are missing. Columns of `values` that the results do not
    /// have are left aside.
    package func assign(_ results: ResultSet) -> [String: String] {
        let columns = results.identityColumns.enumerated().compactMap { index, name in
            values[name].map { (index: index, value: $0) }
        }
        guard !columns.isEmpty else {
            guard let first = results.cells.first else { return [:] }
            return Dictionary(uniqueKeysWithValues: results.cells.map { ($0.id, first.id) })
        }
        let candidates = results.cells.filter { cell in columns.allSatisfy { cell.identity[$0.index] == $0.value } }
        let circumstances = results.identityColumns.indices.filter {
            ResultSet.circumstances.contains(results.identityColumns[$0])
        }
        func dials(_ identity: [String]) -> [String] {
            var dials = identity
            for index in circumstances { dials[index] = "" }
            return dials
        }
        let byIdentity = Dictionary(
            candidates.map { (dials($0.identity), $0.id) }, uniquingKeysWith: { first, _ in first })
        var assigned: [String: String] = [:]
        for cell in results.cells {
            var wanted = cell.identity
            for column in columns { wanted[column.index] = column.value }
            if let id = byIdentity[dials(wanted)] {
                assigned[cell.id] = id
            } else if candidates.count == 1 {
                assigned[cell.id] = candidates[0].id
            }
        }
        return assigned
    }
}
