import NIOCore
import NIOPosix

/// What the front end has done since it started. Counts never go back but by `CONFIG RESETSTAT`.
package struct ServerStatistics: Sendable {
    package var connectionsAccepted: UInt64 = 0
    /// Turned away over `maxclients`, or by protected mode.
    package var connectionsRejected: UInt64 = 0
    package var requests: UInt64 = 0
    package var bytesIn: UInt64 = 0
    package var bytesOut: UInt64 = 0
    /// Closed because their replies passed `client-output-buffer-limit`.
    package var closedOverOutput: UInt64 = 0
    /// Closed because their unfinished requests passed `client-query-buffer-limit`.
    package var closedOverQuery: UInt64 = 0

    package init() {}
}
