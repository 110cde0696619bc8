/// A test's data file that cannot be read, or a command in it that its session does not know.
package struct ScriptError: Error, Sendable, Equatable, CustomStringConvertible {
    /// From 1; 0 where no line is to blame.
    package var line: Int
    package var reason: String

    package init(line: Int, reason: String) {
        self.line = line
        self.reason = reason
    }

    package var description: String { line == 0 ? reason : "line \(line): \(reason)" }
}
