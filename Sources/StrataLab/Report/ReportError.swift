/// What keeps a report from being made, with the file and, where there is one, the line.
package struct ReportError: Error, Sendable, Hashable, CustomStringConvertible {
    package var file: String
    /// From 1, or nil where the file as a whole is meant.
    package var line: Int?
    package var reason: String

    package init(file: String, line: Int? = nil, reason: String) {
        self.file = file
        self.line = line
        self.reason = reason
    }

    package var description: String {
        line.map { "\(file):\($0): \(reason)" } ?? "\(file): \(reason)"
    }
}
