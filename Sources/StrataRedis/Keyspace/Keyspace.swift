import StrataDisk
import StrataRESP

/// All databases. One thread, the executor, calls everything here; a running snapshot's own thread reads beside it.
package final class Keyspace {
    private var databases: [Database] = []
    /// Milliseconds since 1970, set before each command: expiry and access times go by it.
    package var now: Int64
    // The engine, which owns the keyspace.
    package unowned var delegate: (any KeyspaceDelegate)?
    package internal(set) var statistics = KeyspaceStatistics()

    // MARK: Settings

    /// Whether any key is watched: `signalModified` costs nothing otherwise.
    package var isWatched = false
    /// Whether "new" events go out (letter n of notify-keyspace-events).
    package var tellsNewKeys = false
    /// Nothing expires: while loading, on a replica.
    package var isExpiryPaused = false
    /// `DEBUG SET-ACTIVE-EXPIRE`.
    package var isActiveExpiryOn = true
    /// `active-expire-effort`, 1...10.
    package var expiryEffort = 1
    package var evictionPolicy = EvictionPolicy.noEviction {
        didSet {
            accessClock.isLFU = evictionPolicy.isLFU
            // Its scores are those of the old policy.
            evictionPool.removeAll()
        }
    }
    /// `maxmemory-samples`.
    package var evictionSamples = 5
    /// `maxmemory-eviction-tenacity`, 0...100: how long a command may wait for memory to be made.
    package var evictionTenacity = 10
    package var lfuLogFactor: Int {
        get { accessClock.logFactor }
        set { accessClock.logFactor = newValue }
    }
    package var lfuDecayMinutes: Int {
        get { accessClock.decayMinutes }
        set { accessClock.decayMinutes = newValue }
    }
    /// `lazyfree-lazy-expire` and `lazyfree-lazy-eviction`.
    package var freesExpiredInBackground = false
    package var freesEvictedInBackground = false

    // MARK: State

    @exclusivity(unchecked) var accessClock = AccessClock()
    var random: SeededRandom
    var evictionPool = EvictionPool()
    var nextEvictionDatabase = 0
    var nextExpiryDatabase = 0
    let clock: any MonotonicClock
    package let lazyFree = LazyFree()
    /// The snapshot that is being taken.
    @exclusivity(unchecked) package internal(set) var snapshot: KeyspaceSnapshot?
    package private(set) var peakMemoryBytes = 0

    /// - Parameter seed: of what is left to chance: samples, random keys, the LFU counter.
    package init(databases count: Int = 16, seed: UInt64, now: Int64 = 0, clock: any MonotonicClock = SystemClock()) {
        self.clock = clock
        self.now = now
        random = SeededRandom(seed: seed)
        accessClock.random = SeededRandom(seed: seed, stream: 1)
        databases = (0..<count).map { Database(index: $0, keyspace: self) }
    }

    package var databaseCount: Int { databases.count }

    @inline(__always)
    package func database(_ index: Int) -> Database { databases[index] }

    // MARK: Changes

    /// `key` was changed by whatever command.
    @inline(__always)
    package func signalModified(_ database: Int, _ key: Bytes) {
        if isWatched { delegate?.keyModified(key, in: database) }
    }

    @inline(__always)
    func signalModified(_ database: Database, _ key: Bytes) { signalModified(database.index, key) }

    /// To be called when a command, or a step of the cron, has made its changes: a snapshot's thread may go on then.
    @inline(__always)
    package func commandEnded() { snapshot?.letGo() }

    /// SWAPDB.
    package func swap(_ a: Int, _ b: Int) {
        let (first, second) = (databases[a], databases[b])
        (first.table, second.table) = (second.table, first.table)
        (first.averageTTLEstimate, second.averageTTLEstimate) = (second.averageTTLEstimate, first.averageTTLEstimate)
    }

    /// FLUSHALL. Returns how many keys there were.
    @discardableResult
    package func removeAll(isLazy: Bool = false) -> Int {
        databases.reduce(0) { $0 + $1.removeAll(isLazy: isLazy) }
    }

    package var keyCount: Int { databases.reduce(0) { $0 + $1.count } }

    package func resetStatistics() { statistics = KeyspaceStatistics() }

    // MARK: Memory

    /// Bytes of heap of all keys and values. Exact for strings and tables but for what pages round up above 128 KiB and
    /// up to half of an entry where a number took the place of bytes; as `CollectionValue.memoryBytes` says for others.
    package var memoryBytes: Int {
        let bytes = databases.reduce(0) { $0 + $1.table.memoryBytes }
        if bytes > peakMemoryBytes { peakMemoryBytes = bytes }
        return bytes
    }
}
