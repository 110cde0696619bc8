/// A file of a run directory that does not hold what it should.
package struct ResultsError: Error, Sendable, Equatable, CustomStringConvertible {
    package var file: String
    /// From 1; nil for the whole file.
    package var line: Int?
    package var message: String

    package init(file: String, line: Int? = nil, message: String) {
        self.file = file
        self.line = line
        self.message = message
    }

    package var description: String { "\(line.map { "\(file):\($0)" } ?? file): \(message)" }
}
