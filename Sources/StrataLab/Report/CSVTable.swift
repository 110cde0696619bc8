import Foundation
import SwiftCSV

/// A CSV file in memory: RFC 4180, UTF-8, one header, the same number of fields in every row.
package struct CSVTable: Sendable, Hashable {
    package var header: [String]
    package var rows: [[String]]
    /// The bytes after the last complete row, where the writer was killed in the middle of one; otherwise empty. Not
    /// in `rows`.
    package var cutOffTail = ""

    package init(header: [String], rows: [[String]] = []) {
        self.header = header
        self.rows = rows
    }

    /// Throws where the text is no CSV or a row has too many or too few fields. A last line without its line end is how
    /// a killed writer leaves a file: it goes to `cutOffTail`. `file` is for messages.
    package init(text: String, file: String) throws(ReportError) {
        var whole = text[...]
        if let last = text.lastIndex(where: \.isNewline) {
            whole = text[...last]
        } else {
            throw ReportError(file: file, line: 1, reason: "no header line")
        }
        var rows: [[String]] = []
        do {
            // With a row limit of 0 only the header is parsed here: the view would pad short rows and hide the damage.
            let csv = try EnumeratedCSV(string: String(whole), delimiter: .comma, loadColumns: false, rowLimit: 0)
            header = csv.header
            try csv.enumerateAsArray(startAt: 1, rowLimit: nil) { rows.append($0) }
        } catch {
            throw ReportError(file: file, reason: "not a CSV file: \(error)")
        }
        if let twice = Dictionary(grouping: header, by: { $0 }).first(where: { $0.value.count > 1 }) {
            throw ReportError(file: file, line: 1, reason: "column \(twice.key) appears twice")
        }
        for (index, row) in rows.enumerated() where row.count != header.count {
            throw ReportError(
                file: file, line: index + 2, reason: "\(row.count) fields where the header has \(header.count)")
        }
        self.rows = rows
        cutOffTail = String(text[whole.endIndex...])
    }

    package init(contentsOf path: String) throws(ReportError) {
        try self.init(text: FileText.read(path), file: path)
    }

    package func column(_ name: String) -> Int? { header.firstIndex(of: name) }

    /// The whole file, every line ended with a line feed.
    package var text: String {
        ([header] + rows).map(CSVText.line).joined()
    }

    package func write(to path: String) throws(ReportError) {
        try FileText.write(text, to: path)
    }
}
