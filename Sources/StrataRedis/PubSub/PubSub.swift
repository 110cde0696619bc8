import StrataRESP

/// Channels, patterns and who listens to them.
package final class PubSub {
    private var channels: [[UInt8]: [ObjectIdentifier: RedisClient]] = [:]
    private var patterns: [[UInt8]: [ObjectIdentifier: RedisClient]] = [:]
    private var shardChannels: [[UInt8]: [ObjectIdentifier: RedisClient]] = [:]

    package init() {}

    package enum Kind {
        case channel, pattern, shard
    }

    // MARK: Listening

    /// False: it listened already.
    func subscribe(_ client: RedisClient, _ name: [UInt8], _ kind: Kind) -> Bool {
        switch kind {
        case .channel:
            guard client.channels.insert(name).inserted else { return false }
            channels[name, default: [:]][ObjectIdentifier(client)] = client
        case .pattern:
            guard client.patterns.insert(name).inserted else { return false }
            patterns[name, default: [:]][ObjectIdentifier(client)] = client
        case .shard:
            guard client.shardChannels.insert(name).inserted else { return false }
            shardChannels[name, default: [:]][ObjectIdentifier(client)] = client
        }
        return true
    }

    func unsubscribe(_ client: RedisClient, _ name: [UInt8], _ kind: Kind) {
        switch kind {
        case .channel: if client.channels.remove(name) != nil { Self.drop(client, name, &channels) }
        case .pattern: if client.patterns.remove(name) != nil { Self.drop(client, name, &patterns) }
        case .shard: if client.shardChannels.remove(name) != nil { Self.drop(client, name, &shardChannels) }
        }
    }

    private static func drop(
        _ client: RedisClient, _ name: [UInt8], _ table: inout [[UInt8]: [ObjectIdentifier: RedisClient]]
    ) {
        table[name]?[ObjectIdentifier(client)] = nil
        if table[name]?.isEmpty == true { table[name] = nil }
    }

    /// Its connection is gone, or it resets itself: it listens no more.
    package func forget(_ client: RedisClient) {
        for name in client.channels { unsubscribe(client, name, .channel) }
        for name in client.patterns { unsubscribe(client, name, .pattern) }
        for name in client.shardChannels { unsubscribe(client, name, .shard) }
    }

    // MARK: Telling

    /// How many clients were told.
    @discardableResult
    package func publish(_ message: Bytes, on channel: Bytes) -> Int {
        if channels.isEmpty, patterns.isEmpty { return 0 }
        var told = 0
        if let listeners = channels[channel.copy()] {
            for client in Self.inOrder(listeners) {
                Self.tell(client, "message", nil, channel, message)
                told += 1
            }
        }
        for (pattern, listeners) in patterns {
            guard pattern.withLent({ Glob.matches($0, channel) }) else { continue }
            for client in Self.inOrder(listeners) {
                pattern.withLent { Self.tell(client, "pmessage", $0, channel, message) }
                told += 1
            }
        }
        return told
    }

    @discardableResult
    func publishToShard(_ message: Bytes, on channel: Bytes) -> Int {
        guard let listeners = shardChannels[channel.copy()] else { return 0 }
        for client in Self.inOrder(listeners) { Self.tell(client, "smessage", nil, channel, message) }
        return listeners.count
    }

    private static func inOrder(_ listeners: [ObjectIdentifier: RedisClient]) -> [RedisClient] {
        listeners.count == 1 ? Array(listeners.values) : listeners.values.sorted { $0.id < $1.id }
    }

    private static func tell(
        _ client: RedisClient, _ kind: StaticString, _ pattern: Bytes?, _ channel: Bytes, _ message: Bytes
    ) {
        client.reply.push(pattern == nil ? 3 : 4)
        client.reply.bulk(Bytes(kind.utf8Start, kind.utf8CodeUnitCount))
        if let pattern { client.reply.bulk(pattern) }
        client.reply.bulk(channel)
        client.reply.bulk(message)
        client.wake(client)
    }

    /// A keyspace event: on the key's channel, on the event's, or both.
    func notify(_ enabled: NotificationClass, _ event: StaticString, _ key: Bytes, _ database: Int) {
        if channels.isEmpty, patterns.isEmpty { return }
        let name = Bytes(event.utf8Start, event.utf8CodeUnitCount)
        if enabled.contains(.keyspace) {
            (Array("__keyspace@\(database)__:".utf8) + key.copy()).withLent { _ = publish(name, on: $0) }
        }
        if enabled.contains(.keyevent) {
            (Array("__keyevent@\(database)__:".utf8) + name.copy()).withLent { _ = publish(key, on: $0) }
        }
    }

    // MARK: PUBSUB

    func activeChannels(_ pattern: Bytes?, _ kind: Kind) -> [[UInt8]] {
        let names = kind == .shard ? shardChannels.keys : channels.keys
        guard let pattern else { return Array(names) }
        return names.filter { name in name.withLent { Glob.matches(pattern, $0) } }
    }

    func listeners(_ channel: Bytes, _ kind: Kind) -> Int {
        (kind == .shard ? shardChannels : channels)[channel.copy()]?.count ?? 0
    }

    var channelCount: Int { channels.count }
    var patternCount: Int { patterns.count }
    var shardChannelCount: Int { shardChannels.count }
}
