import Foundation
import SwiftCSV

/// Reads `results.csv` back: for summaries, comparisons and for resuming a run.
package enum ResultsReader {
    /// All rows, in order. Throws where the file cannot be read, a column other than a dial's is missing or a field does not
    /// parse.
    package static func rows(of path: String) throws -> [ResultRow] {
        guard let data = FileManager.default.contents(atPath: path) else {
            throw ResultsError(file: path, line: nil, message: "cannot be read")
        }
        return try rows(parsing: String(decoding: data, as: UTF8.self), file: path)
    }

    package static func rows(parsing text: String, file: String) throws -> [ResultRow] {
        let table = try EnumeratedCSV(string: text, delimiter: .comma, loadColumns: false)
        var places: [ResultSchema.Column: Int] = [:]
        for column in ResultSchema.Column.allCases {
            let place = table.header.firstIndex(of: column.rawValue)
            guard place != nil || column.axis != nil else {
                throw ResultsError(file: file, line: 1, message: "column \(column.rawValue) is missing")
            }
            places[column] = place
        }
        return try table.rows.enumerated().map { index, fields in
            guard fields.count == table.header.count else {
                throw ResultsError(
                    file: file, line: index + 2, message: "\(fields.count) fields, expected \(table.header.count)")
            }
            return try row(file: file, line: index + 2) { column in places[column].map { fields[$0] } ?? "" }
        }
    }

    private static func row(
        file: String, line: Int, _ field: (ResultSchema.Column) -> String
    ) throws -> ResultRow {
        func read<T>(_ column: ResultSchema.Column, _ parse: (String) -> T?) throws -> T {
            guard let value = parse(field(column)) else {
                throw ResultsError(
                    file: file, line: line, message: "\(column.rawValue): cannot read \"\(field(column))\"")
            }
            return value
        }
        func optional<T>(_ column: ResultSchema.Column, _ parse: (String) -> T?) throws -> T? {
            field(column).isEmpty ? nil : try read(column, parse)
        }
        var row = ResultRow()
        row.runID = field(.runID)
        row.experiment = field(.experiment)
        row.cellID = field(.cellID)
        row.role = try read(.role, ResultRow.Role.init)
        row.round = try read(.round) { Int($0) }
        row.order = try read(.order) { Int($0) }
        row.seed = try read(.seed) { UInt64($0) }
        row.version = field(.version)
        for column in ResultSchema.Column.allCases {
            if let axis = column.axis, !field(column).isEmpty { row.dials[axis] = field(column) }
        }
        row.fileSystem = field(.fs)
        row.phase = field(.phase)
        row.metric = field(.metric)
        row.stat = field(.stat)
        row.value = try optional(.value) { Double($0) }
        row.unit = field(.unit)
        row.n = try optional(.n) { UInt64($0) }
        row.noisy = try read(.noisy) { $0 == "1" ? true : $0 == "0" ? false : nil }
        row.status = try read(.status, ResultRow.Status.init)
        row.note = field(.note)
        return row
    }
}
