import StrataRESP

/// WATCH: optimistic locking of keys until EXEC.
package enum Watchers {
    struct Place: Hashable {
        var database: Int
        var key: [UInt8]
    }
}

extension RedisEngine {
    func watch(_ client: RedisClient, _ key: [UInt8], isExpired: Bool) {
        let watched = WatchedKey(database: client.database, key: key, wasExpired: isExpired)
        if client.watched.contains(where: { $0.database == watched.database && $0.key == key }) { return }
        client.watched.append(watched)
        watchers[Watchers.Place(database: client.database, key: key), default: []].append(client)
        keyspace.isWatched = true
    }

    func unwatch(_ client: RedisClient) {
        for watched in client.watched {
            let place = Watchers.Place(database: watched.database, key: watched.key)
            watchers[place]?.removeAll { $0 === client }
            if watchers[place]?.isEmpty == true { watchers[place] = nil }
        }
        client.watched = []
        client.isWatchBroken = false
        if watchers.isEmpty { keyspace.isWatched = false }
    }

    /// `key` was changed by whatever command.
    func touchWatched(_ database: Int, _ key: Bytes) {
        if watchers.isEmpty { return }
        for client in watchers[Watchers.Place(database: database, key: key.copy())] ?? [] {
            client.isWatchBroken = true
        }
    }
}
