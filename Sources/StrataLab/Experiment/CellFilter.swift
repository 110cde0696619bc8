/// `[[exclude]]` or `[[include]]`: dials with the values they must have for a cell to match. A list matches any of its
/// values.
package struct CellFilter: Sendable, Hashable {
    package var values: [Axis: [String]]

    package init(values: [Axis: [String]]) { self.values = values }

    package func matches(_ cell: Cell) -> Bool {
        values.allSatisfy { axis, texts in texts.contains(cell.text(axis)) }
    }
}
