/// What the tool's exit status says.
package enum ExitStatus {
    package static let success: Int32 = 0
    /// A measurement failed, or a comparison went beyond its gate.
    package static let failure: Int32 = 1
    /// The command line or an experiment file is wrong.
    package static let usage: Int32 = 2
    /// Ended by SIGINT or SIGTERM: 128 + SIGINT.
    package static let interrupted: Int32 = 130
}
