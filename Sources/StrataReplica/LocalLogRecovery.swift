/// What opening a `LocalLog` found and did.
package struct LocalLogRecovery: Sendable {
    package var fit = LogFit.replay(1..<1)
    package var replayedEntries: UInt64 = 0
    /// Bytes of their commands.
    package var replayedBytes: UInt64 = 0
    /// Of opening the log, with replay.
    package var total = Duration.zero
    /// Of applying commands alone, within `total`.
    package var applying = Duration.zero

    package init() {}
}
