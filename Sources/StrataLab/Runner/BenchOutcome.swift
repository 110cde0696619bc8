/// How a run ended.
package struct BenchOutcome: Sendable, Hashable {
    package var directory: String
    /// Sets of rows by status, over the whole run.
    package var counts: [ResultRow.Status: Int] = [:]
    package var isInterrupted = false
    /// Where loaded stores wait for the run to go on; nil where there are none.
    package var keptStores: String?

    package init(directory: String) { self.directory = directory }

    package var exitStatus: Int32 {
        if isInterrupted { return ExitStatus.interrupted }
        return counts[.failed, default: 0] > 0 ? ExitStatus.failure : ExitStatus.success
    }
}
