/// Rows under titles, in columns as wide as they must be, for people.
struct TextTable {
    enum Alignment { case left, right }

    private let columns: [(title: String, alignment: Alignment)]
    private var rows: [[String]] = []

    init(_ columns: [(String, Alignment)]) { self.columns = columns }

    var isEmpty: Bool { rows.isEmpty }

    mutating func add(_ row: [String]) {
        precondition(row.count == columns.count, "a row of \(row.count) fields in a table of \(columns.count)")
        rows.append(row)
    }

    /// With a line feed at the end of each line.
    var text: String {
        let widths = columns.indices.map { index in
            rows.reduce(columns[index].title.count) { max($0, $1[index].count) }
        }
        func line(_ fields: [String]) -> String {
            var line = ""
            for (index, field) in fields.enumerated() {
                let blanks = String(repeating: " ", count: widths[index] - field.count)
                if index > 0 { line += "  " }
                line += columns[index].alignment == .right ? blanks + field : field + blanks
            }
            while line.last == " " { line.removeLast() }
            return line + "\n"
        }
        return line(columns.map(\.title)) + line(widths.map { String(repeating: "-", count: $0) })
            + rows.map(line).joined()
    }
}
