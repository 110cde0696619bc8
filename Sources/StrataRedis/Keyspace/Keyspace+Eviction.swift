import StrataDisk
import StrataRESP

extension Keyspace {
    /// Evicts keys until at most `limit` bytes are used; 0 is no limit.
    ///
    /// - Returns: false where that cannot be: there is nothing that the policy may evict. True too where the time of
    /// one call is
    ///   used up (`evictionTenacity`); the next call goes on.
    package func makeRoom(limit: Int64, now: Int64) -> Bool {
        if limit <= 0 { return true }
        var used = Int64(memoryBytes)
        if used <= limit { return true }
        if evictionPolicy == .noEviction { return false }
        self.now = now
        let begin = clock.nanoseconds()
        var evicted = 0
        while used > limit {
            guard let (database, entry) = nextToEvict() else {
                // What is being freed elsewhere counts no more; but nothing is left to choose from.
                return false
            }
            statistics.evicted += 1
            database.vanish(entry, .evicted, "evicted", isLazy: freesEvictedInBackground)
            evicted += 1
            // Sixteen are some microseconds: the sum goes over all databases.
            used = Int64(memoryBytes)
            if evicted & 15 == 0, clock.nanoseconds() - begin > evictionTimeLimit { return true }
        }
        return true
    }

    /// Redis 7.0 (evict.c, evictionTimeLimitUs): 50 us a step up to 10, then 15 % more each, 100 for ever.
    private var evictionTimeLimit: UInt64 {
        if evictionTenacity >= 100 { return .max }
        if evictionTenacity <= 10 { return UInt64(50_000 * max(evictionTenacity, 0)) }
        var limit = 500_000.0
        for _ in 10..<evictionTenacity { limit *= 1.15 }
        return UInt64(limit)
    }

    private func nextToEvict() -> (Database, KeyEntry)? {
        if evictionPolicy.isRandom { return randomToEvict() }
        // Candidates may be gone by now: the pool is filled anew until one is there or no key is left.
        while fillEvictionPool() {
            while let candidate = evictionPool.takeBest() {
                let database = database(candidate.database)
                let entry = candidate.key.withLent { key in
                    database.table.find(key, hash: HashIndex.hash(key))
                }
                if let entry, !evictionPolicy.isVolatile || entry.isExpiring { return (database, entry) }
            }
        }
        return nil
    }

    /// Databases take turns.
    private func randomToEvict() -> (Database, KeyEntry)? {
        for _ in 0..<databaseCount {
            let database = database(nextEvictionDatabase)
            nextEvictionDatabase = (nextEvictionDatabase + 1) % databaseCount
            if let entry = database.sample(onlyExpiring: evictionPolicy.isVolatile) { return (database, entry) }
        }
        return nil
    }

    /// Offers samples of every database to the pool. False: there is no key to choose.
    private func fillEvictionPool() -> Bool {
        var isAnyThere = false
        for index in 0..<databaseCount {
            let database = database(index)
            let available = evictionPolicy.isVolatile ? database.volatileCount : database.count
            for _ in 0..<min(evictionSamples, available) {
                guard let entry = database.sample(onlyExpiring: evictionPolicy.isVolatile) else { break }
                evictionPool.offer(score: score(entry), database: index, key: entry.key)
                isAnyThere = true
            }
        }
        return isAnyThere
    }

    private func score(_ entry: KeyEntry) -> UInt64 {
        if evictionPolicy == .volatileTTL { return UInt64.max - UInt64(max(entry.expiry ?? .max, 0)) }
        if evictionPolicy.isLFU { return UInt64(255 - accessClock.counter(entry.clock, now: now)) }
        return UInt64(AccessClock.idle(entry.clock, now: now))
    }
}

extension Database {
    /// One key by chance.
    fileprivate func sample(onlyExpiring: Bool) -> KeyEntry? {
        if onlyExpiring {
            if table.expiringCount == 0 { return nil }
            return KeyEntry(table.expiring[keyspace.random.below(table.expiringCount)])
        }
        return table.index.randomBlob(&keyspace.random).map { KeyEntry($0) }
    }
}
