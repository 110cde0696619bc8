import StrataRESP

/// Settings of the front end, with Redis' names and defaults. Those marked *start* are read when the server starts.
package struct ServerSettings: Sendable {
    /// *start* `bind`: addresses, `*` and `::*` for all; one that begins with `-` may fail.
    package var bind = ["*", "-::*"]
    /// *start* 0: no TCP.
    package var port = 6379
    /// *start* `unixsocket`.
    package var unixSocket: String?
    /// *start* `unixsocketperm`: as the umask leaves it where nil.
    package var unixSocketPermissions: UInt32?
    /// *start* `tcp-backlog`.
    package var backlog = 511
    package var maxClients = 10_000
    /// `timeout`: seconds without a request after which a normal connection is closed; 0: never.
    package var idleSeconds = 0
    /// Seconds; 0: none.
    package var tcpKeepalive = 300
    /// `protected-mode` with no password: connections from elsewhere are refused.
    package var refusesRemote = false
    /// `proto-max-bulk-len`.
    package var maxBulk = 512 << 20
    /// `client-query-buffer-limit`: bytes of unfinished requests.
    package var queryBufferLimit = 1 << 30
    /// By `ClientClass`.
    package var outputLimits = [
        OutputLimit.unlimited,
        OutputLimit(hard: 256 << 20, soft: 64 << 20, softSeconds: 60),
        OutputLimit(hard: 32 << 20, soft: 8 << 20, softSeconds: 60),
    ]
    /// A connection that sends requests and does not read their answers is not read from while more than this waits for
    /// it. Redis has no such bound: a
    /// client that reads only after it has sent a pipeline with this much of answers would wait for ever, and Redis
    /// would hold all of it.
    package var pausesAboveOutput = 256 << 20

    /// As `port`: whichever is free.
    package static let anyPort = -1

    package init() {}
}
