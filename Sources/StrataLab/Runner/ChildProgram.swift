/// A program that this process starts for what must be killed. The file that says what to do is its last argument.
package struct ChildProgram: Sendable, Hashable {
    package var executable: String
    package var arguments: [String]
    /// Added to this process's own.
    package var environment: [String: String]

    package init(executable: String, arguments: [String], environment: [String: String] = [:]) {
        self.executable = executable
        self.arguments = arguments
        self.environment = environment
    }

    /// The subcommand by which the tool writes the tail of a log until it is killed.
    package static let tailWriter = "tail-writer"

    /// The running tool itself, with its hidden subcommand.
    package static let strata = ChildProgram(executable: "/proc/self/exe", arguments: [tailWriter])
}
