import StrataRESP

/// One setting: its name and alias in redis.conf, what it takes, and its default, as in Redis 7.0.
package struct ConfigurationOption: Sendable {
    package enum Kind: Sendable {
        case text
        case flag
        case number(ClosedRange<Int64>)
        /// Bytes, with the units k, kb, m, mb, g, gb.
        case memory(ClosedRange<Int64>)
        case choice([String])
        /// save points: pairs of seconds and changes.
        case save
        case events
        /// client-output-buffer-limit: class, hard limit, soft limit, soft seconds.
        case bufferLimits
    }

    package let name: String
    package let alias: String?
    package let kind: Kind
    package let standard: String
    package let isImmutable: Bool

    private init(_ name: String, _ kind: Kind, _ standard: String, alias: String? = nil, immutable: Bool = false) {
        self.name = name
        self.alias = alias
        self.kind = kind
        self.standard = standard
        isImmutable = immutable
    }

    package static func named(_ name: String) -> ConfigurationOption? {
        let name = name.lowercased()
        return byName[name]
    }

    private static let byName: [String: ConfigurationOption] = {
        var table: [String: ConfigurationOption] = [:]
        for option in all {
            table[option.name] = option
            if let alias = option.alias { table[alias] = option }
        }
        return table
    }()

    private static let positive = Int64(0)...Int64.max
    private static let int = Int64(0)...Int64(Int32.max)

    package static let all: [ConfigurationOption] = network + memory + persistence + encodings + rest

    private static let network: [ConfigurationOption] = [
        .init("bind", .text, "* -::*"),
        .init("bind-source-addr", .text, ""),
        .init("port", .number(0...65535), "6379"),
        .init("unixsocket", .text, "", immutable: true),
        .init("unixsocketperm", .text, "0", immutable: true),
        .init("protected-mode", .flag, "yes"),
        .init("tcp-backlog", .number(int), "511", immutable: true),
        .init("tcp-keepalive", .number(int), "300"),
        .init("timeout", .number(int), "0"),
        .init("maxclients", .number(1...4_294_967_295), "10000"),
        .init("client-query-buffer-limit", .memory(1 << 20...Int64.max), "1073741824"),
        .init("client-output-buffer-limit", .bufferLimits, "normal 0 0 0 slave 268435456 67108864 60 pubsub 33554432 8388608 60"),
        .init("proto-max-bulk-len", .memory(1 << 20...Int64.max), "536870912"),
        .init("io-threads", .number(1...128), "1", immutable: true),
        .init("requirepass", .text, ""),
        .init("masterauth", .text, ""),
        .init("enable-protected-configs", .choice(["no", "yes", "local"]), "no", immutable: true),
        .init("enable-debug-command", .choice(["no", "yes", "local"]), "no", immutable: true),
        .init("enable-module-command", .choice(["no", "yes", "local"]), "no", immutable: true),
    ]

    private static let memory: [ConfigurationOption] = [
        .init("maxmemory", .memory(positive), "0"),
        .init(
            "maxmemory-policy",
            .choice([
                "volatile-lru", "volatile-lfu", "volatile-random", "volatile-ttl", "allkeys-lru", "allkeys-lfu",
                "allkeys-random", "noeviction",
            ]), "noeviction"),
        .init("maxmemory-samples", .number(1...64), "5"),
        .init("maxmemory-eviction-tenacity", .number(0...100), "10"),
        .init("maxmemory-clients", .text, "0"),
        .init("lfu-log-factor", .number(int), "10"),
        .init("lfu-decay-time", .number(int), "1"),
        .init("active-expire-effort", .number(1...10), "1"),
        .init("activerehashing", .flag, "yes"),
        .init("activedefrag", .flag, "no"),
        .init("lazyfree-lazy-eviction", .flag, "no"),
        .init("lazyfree-lazy-expire", .flag, "no"),
        .init("lazyfree-lazy-server-del", .flag, "no"),
        .init("lazyfree-lazy-user-del", .flag, "no"),
        .init("lazyfree-lazy-user-flush", .flag, "no"),
    ]

    private static let persistence: [ConfigurationOption] = [
        .init("save", .save, "3600 1 300 100 60 10000"),
        .init("dir", .text, "."),
        .init("dbfilename", .text, "dump.rdb"),
        .init("rdbcompression", .flag, "yes"),
        .init("rdbchecksum", .flag, "yes", immutable: true),
        .init("rdb-key-save-delay", .number(Int64(Int32.min)...Int64(Int32.max)), "0"),
        .init("rdb-save-incremental-fsync", .flag, "yes"),
        .init("sanitize-dump-payload", .choice(["no", "yes", "clients"]), "no"),
        .init("key-load-delay", .number(Int64(Int32.min)...Int64(Int32.max)), "0"),
        .init("loading-process-events-interval-bytes", .memory(1024...Int64(Int32.max)), "2097152"),
        .init("stop-writes-on-bgsave-error", .flag, "yes"),
        .init("appendonly", .flag, "no"),
        .init("appendfilename", .text, "appendonly.aof", immutable: true),
        .init("appenddirname", .text, "appendonlydir", immutable: true),
        .init("appendfsync", .text, "everysec"),
        .init("no-appendfsync-on-rewrite", .flag, "no"),
        .init("auto-aof-rewrite-percentage", .number(int), "100"),
        .init("auto-aof-rewrite-min-size", .memory(positive), "67108864"),
        .init("aof-load-truncated", .flag, "yes"),
        .init("aof-use-rdb-preamble", .flag, "yes"),
        .init("aof-timestamp-enabled", .flag, "no"),
        .init("aof-rewrite-incremental-fsync", .flag, "yes"),
    ]

    private static let encodings: [ConfigurationOption] = [
        .init("hash-max-listpack-entries", .number(positive), "512", alias: "hash-max-ziplist-entries"),
        .init("hash-max-listpack-value", .memory(positive), "64", alias: "hash-max-ziplist-value"),
        .init("set-max-intset-entries", .number(positive), "512"),
        .init("zset-max-listpack-entries", .number(positive), "128", alias: "zset-max-ziplist-entries"),
        .init("zset-max-listpack-value", .memory(positive), "64", alias: "zset-max-ziplist-value"),
        .init(
            "list-max-listpack-size", .number(Int64(Int32.min)...Int64(Int32.max)), "-2",
            alias: "list-max-ziplist-size"),
        .init("list-compress-depth", .number(int), "0"),
        .init("stream-node-max-bytes", .memory(positive), "4096"),
        .init("stream-node-max-entries", .number(positive), "100"),
        .init("hll-sparse-max-bytes", .memory(positive), "3000"),
    ]

    private static let rest: [ConfigurationOption] = [
        .init("databases", .number(1...Int64(Int32.max)), "16", immutable: true),
        .init("hz", .number(int), "10"),
        .init("dynamic-hz", .flag, "yes"),
        .init("loglevel", .choice(["debug", "verbose", "notice", "warning"]), "notice"),
        .init("logfile", .text, "", immutable: true),
        .init("syslog-enabled", .flag, "no", immutable: true),
        .init("crash-log-enabled", .flag, "yes"),
        .init("crash-memcheck-enabled", .flag, "yes"),
        .init("use-exit-on-panic", .flag, "no"),
        .init("always-show-logo", .flag, "no", immutable: true),
        .init("set-proc-title", .flag, "yes", immutable: true),
        .init("proc-title-template", .text, "{title} {listen-addr} {server-mode}"),
        .init("daemonize", .flag, "no", immutable: true),
        .init("supervised", .choice(["no", "upstart", "systemd", "auto"]), "no", immutable: true),
        .init("pidfile", .text, "", immutable: true),
        .init("notify-keyspace-events", .events, ""),
        .init("slowlog-log-slower-than", .number(Int64.min...Int64.max), "10000"),
        .init("slowlog-max-len", .number(positive), "128"),
        .init("latency-monitor-threshold", .number(positive), "0"),
        .init("latency-tracking", .flag, "yes"),
        .init("latency-tracking-info-percentiles", .text, "50 99 99.9"),
        .init("lua-time-limit", .number(Int64.min...Int64.max), "5000", alias: "busy-reply-threshold"),
        .init("tracking-table-max-keys", .number(positive), "1000000"),
        .init("acllog-max-len", .number(positive), "128"),
        .init("acl-pubsub-default", .choice(["allchannels", "resetchannels"]), "resetchannels"),
        .init("aclfile", .text, "", immutable: true),
        .init("shutdown-timeout", .number(int), "10"),
        .init("shutdown-on-sigint", .text, "default"),
        .init("shutdown-on-sigterm", .text, "default"),
        .init("propagation-error-behavior", .choice(["ignore", "panic", "panic-on-replicas"]), "ignore"),
        .init("replica-serve-stale-data", .flag, "yes", alias: "slave-serve-stale-data"),
        .init("replica-read-only", .flag, "yes", alias: "slave-read-only"),
        .init("replica-priority", .number(int), "100", alias: "slave-priority"),
        .init("repl-diskless-sync", .flag, "yes"),
        .init("repl-diskless-sync-delay", .number(int), "5"),
        .init("repl-backlog-size", .memory(1...Int64.max), "1048576"),
        .init("repl-backlog-ttl", .number(positive), "3600"),
        .init("repl-timeout", .number(1...Int64(Int32.max)), "60"),
        .init("min-replicas-to-write", .number(int), "0", alias: "min-slaves-to-write"),
        .init("min-replicas-max-lag", .number(int), "10", alias: "min-slaves-max-lag"),
        .init("cluster-enabled", .flag, "no", immutable: true),
    ]
}

extension ConfigurationOption.Kind {
    /// The value as it is kept and shown, or why it is refused.
    func normalised(_ text: String) -> (value: String?, reason: String) {
        switch self {
        case .text: return (text, "")
        case .flag:
            let lower = text.lowercased()
            return lower == "yes" || lower == "no" ? (lower, "") : (nil, "argument must be 'yes' or 'no'")
        case .number(let range):
            guard let value = Int64(text) else { return (nil, "argument couldn't be parsed into an integer") }
            return Self.bounded(value, range)
        case .memory(let range):
            guard let value = Self.bytes(text) else { return (nil, "argument must be a memory value") }
            return Self.bounded(value, range)
        case .choice(let words):
            let lower = text.lowercased()
            if words.contains(lower) { return (lower, "") }
            return (nil, "argument(s) must be one of the following: \(words.joined(separator: ", "))")
        case .save:
            let parts = text.split(separator: " ")
            guard parts.count % 2 == 0 else { return (nil, "Invalid save parameters") }
            for (index, part) in parts.enumerated() {
                guard let value = Int64(part), value >= (index % 2 == 0 ? 1 : 0) else {
                    return (nil, "Invalid save parameters")
                }
            }
            return (parts.joined(separator: " "), "")
        case .events:
            return NotificationClass(letters: text) == nil ? (nil, "Invalid event class character. Use 'Ag$lshzxeKEtmdn'.") : (text, "")
        case .bufferLimits:
            return (text, "")
        }
    }

    private static func bounded(_ value: Int64, _ range: ClosedRange<Int64>) -> (String?, String) {
        if range.contains(value) { return ("\(value)", "") }
        return (nil, "argument must be between \(range.lowerBound) and \(range.upperBound) inclusive")
    }

    /// "64mb" is 64 << 20, "64m" is 64 million.
    static func bytes(_ text: String) -> Int64? {
        let digits = text.prefix { $0.isASCII && $0.isNumber }
        guard let value = Int64(digits), !digits.isEmpty else { return nil }
        let factors: [String: Int64] = [
            "": 1, "b": 1, "k": 1000, "kb": 1 << 10, "m": 1_000_000, "mb": 1 << 20, "g": 1_000_000_000, "gb": 1 << 30,
        ]
        guard let factor = factors[text.dropFirst(digits.count).lowercased()] else { return nil }
        let (product, isOver) = value.multipliedReportingOverflow(by: factor)
        return isOver ? nil : product
    }
}
