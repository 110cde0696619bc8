/// When an append-only file is rewritten without being asked, as Redis 7.0 decides it.
package struct AOFRewriteTrigger: Sendable {
    /// `auto-aof-rewrite-percentage`: growth over the size after the last rewrite; 0 is never.
    package var percentage = 100
    /// `auto-aof-rewrite-min-size`, bytes.
    package var minimumSize: UInt64 = 64 << 20
    /// Size after the last rewrite, or at start.
    package private(set) var baseSize: UInt64 = 0
    package private(set) var consecutiveFailures = 0
    private var delayMinutes: Int64 = 0
    /// Seconds since 1970; 0 is no limit.
    private var notBefore: Int64 = 0

    /// From this many failures on the next attempt waits 1, 2, 4 ... 60 minutes: each failure leaves an increment behind.
    private static let tolerated = 3
    private static let longestDelay: Int64 = 60

    package init() {}

    package mutating func start(size: UInt64) { baseSize = size }

    package mutating func succeeded(size: UInt64) {
        baseSize = size
        consecutiveFailures = 0
        delayMinutes = 0
        notBefore = 0
    }

    package mutating func failed() { consecutiveFailures += 1 }

    /// - Parameter now: seconds since 1970.
    package mutating func isDue(size: UInt64, now: Int64) -> Bool {
        guard percentage > 0, size > minimumSize else { return false }
        let base = max(baseSize, 1)
        // In floating point: a percentage of a large size does not fit 64 bits.
        guard Double(size) * 100 / Double(base) - 100 >= Double(percentage) else { return false }
        return !isLimited(now: now)
    }

    private mutating func isLimited(now: Int64) -> Bool {
        guard consecutiveFailures >= Self.tolerated else { return false }
        if notBefore != 0 {
            if now < notBefore { return true }
            notBefore = 0
            return false
        }
        delayMinutes = delayMinutes == 0 ? 1 : min(2 * delayMinutes, Self.longestDelay)
        notBefore = now + 60 * delayMinutes
        return true
    }
}
