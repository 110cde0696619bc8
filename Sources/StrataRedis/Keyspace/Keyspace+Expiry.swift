import StrataDisk

extension Keyspace {
    /// One cycle of active expiry: samples of every database's expiring keys, for as long as more than a tenth of a
    /// sample is past its time and the cycle's share of the processor lasts. Ten times a second.
    ///
    /// Effort and shares are those of Redis 7.0 (expire.c, activeExpireCycle): 20 keys a sample and 25 % of the time at
    /// effort 1, 5 more keys and 2 % for each above it; it repeats above 10 % stale keys, one less for each effort.
    ///
    /// - Parameter hertz: cycles a second.
    package func activeExpire(now: Int64, hertz: Int = 10) {
        if !isActiveExpiryOn || isExpiryPaused { return }
        self.now = now
        let effort = min(max(expiryEffort, 1), 10) - 1
        let samples = 20 + 5 * effort
        let acceptablePercent = 10 - effort
        let limit = UInt64(25 + 2 * effort) * 10_000_000 / UInt64(max(hertz, 1))
        let begin = clock.nanoseconds()
        var sampled = 0
        var expired = 0
        for _ in 0..<databaseCount {
            let database = database(nextExpiryDatabase)
            nextExpiryDatabase = (nextExpiryDatabase + 1) % databaseCount
            var rounds = 0
            while database.volatileCount > 0 {
                let (taken, gone) = database.expireSample(of: samples)
                sampled += taken
                expired += gone
                rounds += 1
                if gone * 100 <= acceptablePercent * max(taken, 1) { break }
                // The clock is read once in 16 samples.
                if rounds & 15 == 0, clock.nanoseconds() - begin > limit {
                    statistics.expiryTimeLimitReached += 1
                    estimateStale(sampled, expired)
                    commandEnded()
                    return
                }
            }
        }
        estimateStale(sampled, expired)
        commandEnded()
    }

    private func estimateStale(_ sampled: Int, _ expired: Int) {
        let share = sampled == 0 ? 0 : Double(expired) / Double(sampled) * 100
        statistics.stalePercent = 0.05 * share + 0.95 * statistics.stalePercent
    }
}

extension Database {
    /// Looks at some expiring keys and deletes those past their time.
    fileprivate func expireSample(of size: Int) -> (taken: Int, expired: Int) {
        var expired = 0
        var taken = 0
        var remaining: Int64 = 0
        var alive: Int64 = 0
        for _ in 0..<min(size, table.expiringCount) {
            if table.expiringCount == 0 { break }
            let place = keyspace.random.below(table.expiringCount)
            let entry = KeyEntry(table.expiring[place])
            taken += 1
            if entry.isExpired(now: keyspace.now) {
                expire(entry)
                expired += 1
            } else if let expiry = entry.expiry {
                remaining += min(expiry - keyspace.now, 1 << 40)
                alive += 1
            }
        }
        if alive > 0 {
            let mean = remaining / alive
            // A running mean, where the last 50 samples or so count.
            averageTTLEstimate = averageTTLEstimate == 0 ? mean : averageTTLEstimate / 50 * 49 + mean / 50
        }
        return (taken, expired)
    }
}
