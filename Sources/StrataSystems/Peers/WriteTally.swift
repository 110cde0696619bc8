import Synchronization

/// Acknowledged writes of one client, counted by its thread and read by any.
final class WriteTally: Sendable {
    private let operations = Atomic<UInt64>(0)
    private let bytes = Atomic<UInt64>(0)

    /// Called by one thread at a time, so that plain loads and stores do.
    @inline(__always)
    func add(operations count: Int, bytes size: Int) {
        operations.store(operations.load(ordering: .relaxed) &+ UInt64(count), ordering: .relaxed)
        bytes.store(bytes.load(ordering: .relaxed) &+ UInt64(size), ordering: .relaxed)
    }

    /// Adds what was counted to `counters`: the writes and the bytes of their values.
    func add(to counters: inout SystemCounters) {
        counters.batchedOperations += operations.load(ordering: .relaxed)
        counters.userBytes += bytes.load(ordering: .relaxed)
    }
}

/// The tallies of all clients that a system has had since it started.
final class WriteTallies: Sendable {
    private let tallies = Mutex<[WriteTally]>([])

    func make() -> WriteTally {
        let tally = WriteTally()
        tallies.withLock { $0.append(tally) }
        return tally
    }

    func removeAll() { tallies.withLock { $0 = [] } }

    /// Writes and their bytes; the rest is the system's own to know.
    var counters: SystemCounters {
        tallies.withLock { tallies in
            tallies.reduce(into: SystemCounters()) { $1.add(to: &$0) }
        }
    }
}
