/// One row of `results.csv`: what was measured, where, and with which dials.
package struct ResultRow: Hashable, Sendable {
    package enum Role: String, Sendable, CaseIterable {
        case measure
        /// A cell that ratios are taken against.
        case baseline
        /// The baseline cell measured a second time in the same round.
        case control
    }

    package enum Status: String, Sendable, CaseIterable {
        case ok
        case suspect
        case unsupported
        case failed
    }

    package var runID = ""
    package var experiment = ""
    package var cellID = ""
    package var role: Role = .measure
    package var round = 1
    package var order = 1
    package var seed: UInt64 = 0
    /// Version of the system, in its own words.
    package var version = ""
    /// Canonical text of the dials that the measure uses; others are empty in the file.
    package var dials: [Axis: String] = [:]
    package var fileSystem = ""
    package var phase = ""
    package var metric = ""
    package var stat = ""
    /// Nil is a missing value.
    package var value: Double?
    package var unit = ""
    package var n: UInt64?
    package var noisy = false
    package var status: Status = .ok
    package var note = ""

    package init() {}

    /// Whether this row is the last of its (round, cell, role).
    package var endsSet: Bool {
        switch status {
        case .unsupported, .failed: true
        case .ok, .suspect: metric == Metric.elapsed
        }
    }

    /// The field of one column, not yet escaped.
    package func text(_ column: ResultSchema.Column) -> String {
        if let axis = column.axis { return dials[axis] ?? "" }
        switch column {
        case .runID: return runID
        case .experiment: return experiment
        case .cellID: return cellID
        case .role: return role.rawValue
        case .round: return String(round)
        case .order: return String(order)
        case .seed: return String(seed)
        case .version: return version
        case .fs: return fileSystem
        case .phase: return phase
        case .metric: return metric
        case .stat: return stat
        case .value: return value.map(NumberText.format) ?? ""
        case .unit: return unit
        case .n: return n.map { String($0) } ?? ""
        case .noisy: return noisy ? "1" : "0"
        case .status: return status.rawValue
        case .note: return note
        default: preconditionFailure("column \(column.rawValue) is neither a dial nor a field")
        }
    }

    /// The row as one line of the file, with its end.
    package var line: String { CSVText.line(ResultSchema.Column.allCases.map(text)) }
}
