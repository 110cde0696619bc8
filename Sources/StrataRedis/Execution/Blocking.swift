import StrataRESP

/// Clients that wait for keys, first come first served.
package final class Blocking {
    struct Place: Hashable {
        var database: Int
        var key: [UInt8]
    }
    private var waiting: [Place: [RedisClient]] = [:]
    /// Those with a deadline, in no order: there are few, and they are looked at ten times a second.
    private var timed: [ObjectIdentifier: RedisClient] = [:]
    package private(set) var clientCount = 0

    package init() {}

    @inline(__always)
    package var isAnyoneWaiting: Bool { clientCount > 0 }

    package func waits(for key: Bytes, in database: Int) -> Bool {
        waiting[Place(database: database, key: key.copy())] != nil
    }

    func block(_ client: RedisClient, as state: BlockedState) {
        precondition(client.blocked == nil, "a client waits for one command at a time")
        client.blocked = state
        clientCount += 1
        if state.deadline != nil { timed[ObjectIdentifier(client)] = client }
        for key in Set(state.keys) { waiting[Place(database: state.database, key: key), default: []].append(client) }
    }

    /// Ends the wait of `client`, which then answers otherwise. What it waited for.
    @discardableResult
    package func unblock(_ client: RedisClient) -> BlockedState? {
        guard let state = client.blocked else { return nil }
        client.blocked = nil
        clientCount -= 1
        timed[ObjectIdentifier(client)] = nil
        for key in Set(state.keys) {
            let place = Place(database: state.database, key: key)
            waiting[place]?.removeAll { $0 === client }
            if waiting[place]?.isEmpty == true { waiting[place] = nil }
        }
        return state
    }

    /// Who waits for `key`, the longest first.
    func clients(waitingFor key: [UInt8], in database: Int) -> [RedisClient] {
        waiting[Place(database: database, key: key)] ?? []
    }

    /// Clients whose deadline is past.
    func expired(_ now: Int64) -> [RedisClient] {
        if timed.isEmpty { return [] }
        return timed.values.filter { ($0.blocked?.deadline ?? .max) <= now }.sorted { $0.id < $1.id }
    }

    /// Keys of a database that somebody waits for: what comes with SWAPDB must be looked at.
    func keys(in database: Int) -> [[UInt8]] { waiting.keys.filter { $0.database == database }.map(\.key) }
}
