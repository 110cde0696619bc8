import StrataDisk
import Synchronization

/// Deadlines of leases, by an injected clock. Keys attached to them, and what a revoke deletes, are the store's.
///
/// Grants and revokes follow the log, so that all nodes know the same leases; renewals do not, and deadlines are those of
/// the primary alone, as in etcd: after a restart or a change of primary every lease has its full TTL again. Seconds are
/// whole, as in the API. Any thread.
package final class Lessor: Sendable {
    private struct Lease {
        var ttl: Int64
        /// Clock nanoseconds. While there is no primary here: of no meaning.
        var deadline: UInt64
        /// When it is next to be looked at in the heap: its deadline, or later where a renewal moved that or a revoke is
        /// under way.
        var due: UInt64
    }
    private struct State {
        var leases: [Int64: Lease] = [:]
        /// One entry a lease, at or before its `due`; entries of revoked leases are skipped when met.
        var heap = DeadlineHeap()
        var isPrimary: Bool
        /// Revokes that may be asked for now, and since when no more were added.
        var allowance: Double
        var refilled: UInt64
    }

    private let clock: any MonotonicClock
    private let options: LessorOptions
    private let state: Mutex<State>

    package init(clock: any MonotonicClock, options: LessorOptions = .init(), isPrimary: Bool = true) {
        self.clock = clock
        self.options = options
        let perSecond = Double(options.revokesPerSecond)
        state = Mutex(State(isPrimary: isPrimary, allowance: perSecond, refilled: clock.nanoseconds()))
    }

    // MARK: Granting and revoking

    /// What `grant` would do, without doing it: the TTL that a lease would get. For refusing a request before it is logged.
    package func check(id: Int64, ttl: Int64) throws(KVError) -> Int64 {
        let ttl = try clamp(ttl)
        if state.withLock({ $0.leases[id] != nil }) { throw .leaseExists }
        return ttl
    }

    /// A positive id that no lease has.
    package func freeID(_ random: inout SeededRandom) -> Int64 {
        while true {
            let id = Int64(random.next() >> 1)
            if id != 0, state.withLock({ $0.leases[id] == nil }) { return id }
        }
    }

    /// - Returns: the TTL granted, in seconds: at least `minTTL`.
    @discardableResult
    package func grant(_ id: Int64, ttl: Int64) throws(KVError) -> Int64 {
        let ttl = try clamp(ttl)
        let now = clock.nanoseconds()
        let isNew = state.withLock { state in
            if state.leases[id] != nil { return false }
            Self.add(id, ttl, now, &state)
            return true
        }
        if !isNew { throw .leaseExists }
        return ttl
    }

    /// A lease that the store knows from before, with its full TTL from now on. Replaces one of the same id.
    package func restore(_ id: Int64, ttl: Int64) {
        let now = clock.nanoseconds()
        state.withLock { state in
            state.leases[id] = nil
            Self.add(id, ttl, now, &state)
        }
    }

    private func clamp(_ ttl: Int64) throws(KVError) -> Int64 {
        if ttl > options.maxTTL { throw .leaseTTLTooLarge }
        return max(ttl, options.minTTL)
    }

    private static func add(_ id: Int64, _ ttl: Int64, _ now: UInt64, _ state: inout State) {
        let deadline = Self.deadline(now, ttl)
        state.leases[id] = Lease(ttl: ttl, deadline: deadline, due: deadline)
        state.heap.push(deadline, id)
        // Leases that are granted and revoked long before their deadline would pile up in it.
        if state.heap.count > 2 * state.leases.count + 1024 { rebuildHeap(&state) }
    }

    /// 9,000,000,000 s are 9.0e18 ns: a clock may run another 299 years before the sum has no room in 64 bits.
    private static func deadline(_ now: UInt64, _ seconds: Int64) -> UInt64 {
        let (ttl, isOver) = UInt64(max(0, seconds)).multipliedReportingOverflow(by: 1_000_000_000)
        let (sum, isBeyond) = now.addingReportingOverflow(ttl)
        return isOver || isBeyond ? .max : sum
    }

    private static func rebuildHeap(_ state: inout State) {
        state.heap = DeadlineHeap(state.leases.map { ($0.value.due, $0.key) })
    }

    /// False: no such lease.
    @discardableResult
    package func revoke(_ id: Int64) -> Bool {
        state.withLock { $0.leases.removeValue(forKey: id) != nil }
    }

    // MARK: Time

    /// Gives a lease its full TTL again.
    ///
    /// - Returns: that TTL; nil for an unknown lease and for an expired one, whose revoke cannot be taken back.
    package func renew(_ id: Int64) -> Int64? {
        let now = clock.nanoseconds()
        return state.withLock { state in
            guard let lease = state.leases[id] else { return nil }
            guard state.isPrimary else { return lease.ttl }
            guard now < lease.deadline else { return nil }
            let deadline = Self.deadline(now, lease.ttl)
            // The heap keeps the earlier entry: it is moved when it comes up, once for any number of renewals.
            state.leases[id] = Lease(ttl: lease.ttl, deadline: deadline, due: deadline)
            return lease.ttl
        }
    }

    /// Leases to be revoked now, the one that expired first in front: at most `limit`, and at most `revokesPerSecond`
    /// over time. One whose revoke does not follow is returned again after `retryAfter`.
    package func expired(limit: Int = .max) -> [Int64] {
        let now = clock.nanoseconds()
        let perSecond = Double(options.revokesPerSecond)
        let retry =
            now + UInt64(max(0, options.retryAfter.components.seconds)) * 1_000_000_000
            + UInt64(max(0, options.retryAfter.components.attoseconds / 1_000_000_000))
        return state.withLock { state in
            guard state.isPrimary else { return [] }
            state.allowance = min(perSecond, state.allowance + Double(now - state.refilled) * 1e-9 * perSecond)
            state.refilled = now
            let count = min(limit, Int(state.allowance))
            var ids: [Int64] = []
            while ids.count < count, let (due, id) = state.heap.first, due <= now {
                state.heap.removeFirst()
                guard var lease = state.leases[id] else { continue }
                if lease.due <= now {
                    ids.append(id)
                    lease.due = retry
                    state.leases[id] = lease
                }
                state.heap.push(lease.due, id)
            }
            state.allowance -= Double(ids.count)
            return ids
        }
    }

    /// TTL as granted, and whole seconds left of it: 0 for a lease that expired and is not revoked yet. nil: unknown.
    package func remaining(_ id: Int64) -> (granted: Int64, remaining: Int64)? {
        let now = clock.nanoseconds()
        return state.withLock { state in
            guard let lease = state.leases[id] else { return nil }
            guard state.isPrimary else { return (lease.ttl, lease.ttl) }
            return (lease.ttl, lease.deadline > now ? Int64((lease.deadline - now) / 1_000_000_000) : 0)
        }
    }

    /// Clock nanoseconds of the next call of `expired` that may return something; nil: none is to come.
    package var nextDeadline: UInt64? {
        state.withLock { $0.isPrimary ? $0.heap.first?.deadline : nil }
    }

    /// Entries of the heap: at most twice the leases and some more.
    package var pendingDeadlines: Int { state.withLock { $0.heap.count } }

    /// Sorted.
    package var ids: [Int64] { state.withLock { $0.leases.keys.sorted() } }
    package var count: Int { state.withLock { $0.leases.count } }

    // MARK: Who decides

    /// Another node decides now: nothing expires here.
    package func demote() { state.withLock { $0.isPrimary = false } }

    /// This node decides from now on. Every lease has its full TTL again, and `seconds` more: clients need time to find the
    /// new primary.
    package func promote(extendingBy seconds: Int64 = 0) {
        let now = clock.nanoseconds()
        state.withLock { state in
            state.isPrimary = true
            for (id, lease) in state.leases {
                let deadline = Self.deadline(now, lease.ttl + seconds)
                state.leases[id] = Lease(ttl: lease.ttl, deadline: deadline, due: deadline)
            }
            Self.rebuildHeap(&state)
        }
    }
}
