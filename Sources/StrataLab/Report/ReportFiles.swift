/// What `Report.write` made.
package struct ReportFiles: Sendable {
    package var summary: String
    package var page: String
    /// SVG files, in the order of the report.
    package var plots: [String]
    /// For the terminal: the table with its footnotes, and statements on the control and on noise.
    package var terminalTable: String
    package var markdownTable: String
    /// What could not be made or read, in sentences; the rest of the report stands.
    package var warnings: [String]
}
