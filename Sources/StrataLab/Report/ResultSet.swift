/// The rows of one run's `results.csv`, grouped for statistics.
///
/// Which columns identify a cell is not listed here: whatever is neither bookkeeping nor measurement does, so a dial
/// that a later version adds is kept apart without a change in this file.
package struct ResultSet: Sendable {
    package enum Status: String, Sendable, Hashable, CaseIterable {
        case ok, suspect, failed, unsupported
    }

    /// What one series of values is about.
    package struct Key: Hashable, Sendable {
        package var cell: String
        package var phase: String
        package var metric: String
        package var stat: String

        package init(cell: String, phase: String, metric: String, stat: String) {
            self.cell = cell
            self.phase = phase
            self.metric = metric
            self.stat = stat
        }
    }

    /// One configuration.
    package struct Cell: Sendable, Hashable {
        package var id: String
        package var experiment: String
        /// Values in the order of `identityColumns`.
        package var identity: [String]
    }

    /// One metric of one cell over the rounds.
    package struct Series: Sendable, Hashable {
        package var unit = ""
        /// By round. A round that was measured more than once counts once, with its median.
        package var values: [Int: [Double]] = [:]
        package var rows = 0
        package var noisyRows = 0
        package var statuses: [Status: Int] = [:]
        /// How often each was written.
        package var notes: [String: Int] = [:]

        package var byRound: [Int: Double] { values.compactMapValues(OrderStatistics.median) }
        package var perRound: [Double] { byRound.sorted { $0.key < $1.key }.map(\.value) }
    }

    static let bookkeeping: Set<String> = [
        "run_id", "experiment", "cell_id", "role", "round", "order", "seed", "phase", "metric", "stat", "value", "unit",
        "n", "noisy", "status", "note",
    ]

    package var file: String
    package var identityColumns: [String]
    /// Sorted by their dials.
    package var cells: [Cell] = []
    package var keys: [Key] = []
    package var measured: [Key: Series] = [:]
    /// The second measurements of the A/A control.
    package var controls: [Key: Series] = [:]
    package var controlKeys: [Key] = []
    /// What the reader left out, in sentences.
    package var warnings: [String] = []

    package init(contentsOf path: String, order: DialOrder = DialOrder()) throws(ReportError) {
        try self.init(table: CSVTable(contentsOf: path), file: path, order: order)
    }

    package init(table: CSVTable, file: String, order: DialOrder = DialOrder()) throws(ReportError) {
        self.file = file
        var at: [String: Int] = [:]
        for (index, name) in table.header.enumerated() { at[name] = index }
        for name in ["cell_id", "round", "metric", "stat", "value", "status"] where at[name] == nil {
            throw ReportError(file: file, line: 1, reason: "no column \(name)")
        }
        identityColumns = table.header.filter { !Self.bookkeeping.contains($0) }
        let identityIndexes = identityColumns.compactMap { at[$0] }
        if !table.cutOffTail.isEmpty { warnings.append("the last row of results.csv is cut off and was left out") }

        var identities: [String: [String]] = [:]
        for (number, row) in table.rows.enumerated() {
            let line = number + 2
            func field(_ name: String) -> String { at[name].map { row[$0] } ?? "" }
            let id = field("cell_id")
            let identity = identityIndexes.map { row[$0] }
            if let known = identities[id] {
                guard known == identity else {
                    throw ReportError(file: file, line: line, reason: "cell \(id) has other dials than in earlier rows")
                }
            } else {
                identities[id] = identity
                cells.append(Cell(id: id, experiment: field("experiment"), identity: identity))
            }
            guard let round = Int(field("round")) else {
                throw ReportError(file: file, line: line, reason: "round \"\(field("round"))\" is no number")
            }
            guard let status = Status(rawValue: field("status")) else {
                throw ReportError(file: file, line: line, reason: "unknown status \"\(field("status"))\"")
            }
            let key = Key(cell: id, phase: field("phase"), metric: field("metric"), stat: field("stat"))
            var value: Double?
            if !field("value").isEmpty {
                guard let number = Double(field("value")), number.isFinite else {
                    throw ReportError(file: file, line: line, reason: "value \"\(field("value"))\" is no number")
                }
                value = number
            }
            let isControl = field("role") == "control"
            var series = (isControl ? controls[key] : measured[key]) ?? Series()
            if series.rows == 0 {
                if isControl { controlKeys.append(key) } else { keys.append(key) }
            }
            series.rows += 1
            series.noisyRows += ["1", "true"].contains(field("noisy")) ? 1 : 0
            series.statuses[status, default: 0] += 1
            if series.unit.isEmpty { series.unit = field("unit") }
            if let value, status == .ok || status == .suspect { series.values[round, default: []].append(value) }
            let note = field("note")
            if !note.isEmpty { series.notes[note, default: 0] += 1 }
            if isControl { controls[key] = series } else { measured[key] = series }
        }
        sortCells(order)
    }
}
