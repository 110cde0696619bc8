import Glibc

/// Time as an injected capability.
package protocol MonotonicClock: Sendable {
    /// Nanoseconds since an arbitrary start; never decreases.
    func nanoseconds() -> UInt64
}

/// CLOCK_MONOTONIC.
package struct SystemClock: MonotonicClock {
    package init() {}

    package func nanoseconds() -> UInt64 {
        var now = timespec()
        clock_gettime(CLOCK_MONOTONIC, &now)
        return UInt64(now.tv_sec) * 1_000_000_000 + UInt64(now.tv_nsec)
    }
}
