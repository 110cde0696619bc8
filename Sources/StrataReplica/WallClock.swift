import Glibc

/// The time of day as an injected capability.
package protocol WallClock: Sendable {
    /// Milliseconds since 1970-01-01 00:00 UTC. May jump either way.
    func milliseconds() -> UInt64
}

/// CLOCK_REALTIME, as the kernel's last tick left it: some 4 ms coarse, and a quarter of the price.
package struct SystemWallClock: WallClock {
    package init() {}

    package func milliseconds() -> UInt64 {
        var now = timespec()
        clock_gettime(CLOCK_REALTIME_COARSE, &now)
        return UInt64(now.tv_sec) * 1000 + UInt64(now.tv_nsec) / 1_000_000
    }
}
