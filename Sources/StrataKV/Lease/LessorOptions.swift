package struct LessorOptions: Sendable {
    /// Shorter TTLs are raised to this, in seconds. etcd's is 1.5 election timeouts, rounded up: 2 s by default.
    package var minTTL: Int64 = 2
    /// Seconds; longer ones are refused. etcd's bound.
    package var maxTTL: Int64 = 9_000_000_000
    /// Leases that `expired` returns in a second at most: one revoke is a command with all its deletes. etcd's bound.
    package var revokesPerSecond = 1000
    /// A lease that was returned by `expired` and is still there after this is returned again: its revoke was lost.
    package var retryAfter = Duration.seconds(3)

    package init() {}
}
