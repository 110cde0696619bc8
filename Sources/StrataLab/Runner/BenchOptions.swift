/// What the command line says about a run, beside the experiment.
package struct BenchOptions: Sendable {
    /// `axis=value[,value...]`, in order.
    package var overrides: [String] = []
    package var isQuick = false
    package var rounds: Int?
    package var seed: UInt64?
    /// Where systems keep their data; nil is below the run directory.
    package var dataDirectory: String?
    /// Time for every line of the sync baseline; nil is 0.3 s, or 0.1 s in a quick run.
    package var baselineSeconds: Double?
    package var arguments: [String] = []
    /// No progress and no baseline on the screen.
    package var isQuiet = false

    package init() {}
}
