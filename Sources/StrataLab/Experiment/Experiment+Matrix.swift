/// From dials to cells.
extension Experiment {
    /// The cartesian product of the dials without the excluded cells; the first dial varies slowest.
    package func cells() throws(ExperimentError) -> [Cell] {
        var cells = [Cell()]
        for dial in dials {
            var next: [Cell] = []
            for cell in cells {
                for value in dial.values {
                    var copy = cell
                    do {
                        try copy.set(dial.axis, to: value)
                    } catch {
                        throw .init(
                            file: name, message: "\(dial.axis.rawValue) \"\(value)\": expected \(error.expected)")
                    }
                    next.append(copy)
                }
            }
            cells = next
        }
        return cells.filter { cell in
            !excludes.contains { $0.matches(cell) } && (includes.isEmpty || includes.contains { $0.matches(cell) })
        }
    }

    /// Whether the cell is one that ratios are taken against.
    package func isBaseline(_ cell: Cell) -> Bool {
        !baseline.isEmpty && baseline.allSatisfy { axis, value in cell.text(axis) == value }
    }

    /// The cell that is measured twice in every round, to show how much two measurements of one thing differ here.
    package func control(in cells: [Cell]) -> Cell? { cells.first(where: isBaseline) ?? cells.first }
}
