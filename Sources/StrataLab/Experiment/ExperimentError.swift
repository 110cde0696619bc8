/// What is wrong with an experiment, in which file and line, and what was probably meant.
package struct ExperimentError: Error, Sendable, Equatable, CustomStringConvertible {
    package var file: String
    /// From 1; nil where the whole file is meant, or the command line.
    package var line: Int?
    package var message: String
    package var suggestion: String?

    package init(file: String, line: Int? = nil, message: String, suggestion: String? = nil) {
        self.file = file
        self.line = line
        self.message = message
        self.suggestion = suggestion
    }

    package var description: String {
        let place = line.map { "\(file):\($0)" } ?? file
        let hint = suggestion.map { "; did you mean \"\($0)\"?" } ?? ""
        return "\(place): \(message)\(hint)"
    }
}
