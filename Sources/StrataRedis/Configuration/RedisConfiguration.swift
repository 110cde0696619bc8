import StrataRESP

/// Settings of the engine, as CONFIG GET and SET see them. The executor's own.
package final class RedisConfiguration {
    package var limits = EncodingLimits()
    package var notifications: NotificationClass = []
    package var databases = 16
    package var requirePass: [UInt8] = []
    package var maxMemory: Int64 = 0
    package var hz = 10
    package var slowlogLogSlowerThanMicroseconds: Int64 = 10_000
    package var slowlogMaxLength = 128
    package var stopsWritesOnSaveError = true
    package var protoMaxBulkLength: Int64 = 512 << 20
    /// Values of settings by name as the user wrote them, for those that nothing above stands for.
    private var values: [String: String] = [:]
    /// Where CONFIG REWRITE writes.
    package var file: String?

    package init() {
        for option in ConfigurationOption.all { values[option.name] = option.standard }
    }

    package func value(_ name: String) -> String { values[name] ?? "" }
    package func flag(_ name: String) -> Bool { values[name] == "yes" }
    package func number(_ name: String) -> Int64 { values[name].flatMap { Int64($0) } ?? 0 }

    /// Settings that match a pattern, by name.
    package func matching(_ pattern: Bytes) -> [(name: String, value: String)] {
        ConfigurationOption.all.filter { option in
            Array(option.name.utf8).withLent { Glob.matches(pattern, $0, ignoringCase: true) }
        }.map { ($0.name, value($0.name)) }
    }

    package struct Refusal: Error {
        package var name: String
        package var reason: String

        package init(name: String, reason: String) {
            self.name = name
            self.reason = reason
        }
    }

    /// Sets one setting. `isStarting`: those that cannot change while the server runs may be set.
    package func set(_ name: String, _ text: String, isStarting: Bool = false) throws(Refusal) {
        guard let option = ConfigurationOption.named(name) else {
            throw Refusal(name: name, reason: "unknown")
        }
        if option.isImmutable, !isStarting {
            throw Refusal(name: name, reason: "can't set immutable config")
        }
        let (value, reason) = option.kind.normalised(text)
        guard let value else { throw Refusal(name: name, reason: reason) }
        values[option.name] = value
        take(option.name, value)
    }

    /// Those that are asked for often have a field.
    private func take(_ name: String, _ value: String) {
        let number = Int64(value) ?? 0
        switch name {
        case "hash-max-listpack-entries": limits.hashMaxListpackEntries = Int(number)
        case "hash-max-listpack-value": limits.hashMaxListpackValue = Int(number)
        case "set-max-intset-entries": limits.setMaxIntsetEntries = Int(number)
        case "zset-max-listpack-entries": limits.zsetMaxListpackEntries = Int(number)
        case "zset-max-listpack-value": limits.zsetMaxListpackValue = Int(number)
        case "list-max-listpack-size": limits.listMaxListpackSize = Int(number)
        case "list-compress-depth": limits.listCompressDepth = Int(number)
        case "stream-node-max-bytes": limits.streamNodeMaxBytes = Int(number)
        case "stream-node-max-entries": limits.streamNodeMaxEntries = Int(number)
        case "hll-sparse-max-bytes": limits.hllSparseMaxBytes = Int(number)
        case "notify-keyspace-events":
            notifications = NotificationClass(letters: value) ?? []
            values[name] = notifications.letters
        case "databases": databases = Int(number)
        case "requirepass": requirePass = Array(value.utf8)
        case "maxmemory": maxMemory = number
        case "hz": hz = Int(min(max(number, 1), 500))
        case "slowlog-log-slower-than": slowlogLogSlowerThanMicroseconds = number
        case "slowlog-max-len": slowlogMaxLength = Int(number)
        case "stop-writes-on-bgsave-error": stopsWritesOnSaveError = value == "yes"
        case "proto-max-bulk-len": protoMaxBulkLength = number
        default: break
        }
    }
}
