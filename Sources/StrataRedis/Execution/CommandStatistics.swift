/// Counts of one command since the start or CONFIG RESETSTAT.
package struct CommandStatistics: Sendable {
    package var calls: UInt64 = 0
    package var nanoseconds: UInt64 = 0
    /// Refused before they were carried out.
    package var rejected: UInt64 = 0
    package var failed: UInt64 = 0
}

/// Counts of the engine, as INFO shows them.
package struct EngineStatistics: Sendable {
    package var commands: UInt64 = 0
    package var connections: UInt64 = 0
    package var rejectedConnections: UInt64 = 0
    package var netInputBytes: UInt64 = 0
    package var netOutputBytes: UInt64 = 0
    /// Error replies by their code.
    package var errors: [String: UInt64] = [:]
    package var errorReplies: UInt64 = 0
    package var slowLogged: UInt64 = 0
    /// Commands carried out at the last look of the cron, and the rate since.
    package var sampledCommands: UInt64 = 0
    package var commandsPerSecond: UInt64 = 0
}
