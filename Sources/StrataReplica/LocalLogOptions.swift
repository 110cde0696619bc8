/// How one `LocalLog` works.
package struct LocalLogOptions: Sendable {
    /// Whether `execute` appends to the log while it holds the order. Right where an append waits for no sync: it then writes at
    /// once on the caller's thread, which saves waking another. Wrong where it does: commands would sync one by one.
    package var appendsInOrder = false
    /// Whether each checkpoint is made by the command that finds it wanted, for tools and simulation. Otherwise somebody calls
    /// `checkpoint` when `sleepUntilCheckpointIsWanted` returns.
    package var checkpointsInline = false

    package init() {}
}
