import StrataRESP

extension GenericCommands {
    static let expiry: [CommandSpec] = [
        setting(
            "expire", since: "1.0.0", "Deletes a key after some seconds.", "seconds", isSeconds: true, isAbsolute: false
        ),
        setting(
            "expireat", since: "1.2.0", "Deletes a key at a Unix time in seconds.", "unix-time-seconds",
            isSeconds: true,
            isAbsolute: true),
        setting(
            "pexpire", since: "2.6.0", "Deletes a key after some milliseconds.", "milliseconds", isSeconds: false,
            isAbsolute: false),
        setting(
            "pexpireat", since: "2.6.0", "Deletes a key at a Unix time in milliseconds.", "unix-time-milliseconds",
            isSeconds: false, isAbsolute: true),
        asking("ttl", since: "1.0.0", "Seconds until a key goes.") { ($0 + 500) / 1000 },
        asking("pttl", since: "2.6.0", "Milliseconds until a key goes.") { $0 },
        asking("expiretime", since: "7.0.0", "The Unix time in seconds at which a key goes.", isAbsolute: true) {
            ($0 + 500) / 1000
        },
        asking("pexpiretime", since: "7.0.0", "The Unix time in milliseconds at which a key goes.", isAbsolute: true) {
            $0
        },
        CommandSpec(
            "persist", arity: 2, [.write, .fast], keys: first, group: .generic, since: "2.2.0",
            summary: "Keeps a key that was to be deleted.", syntax: "key"
        ) { execution throws(RedisError) in
            let key = execution.argument(1)
            guard let entry = execution.database.write(key), execution.database.removeExpiry(entry) else {
                return execution.reply.integer(0)
            }
            execution.changed(key, .generic, "persist")
            execution.reply.integer(1)
        },
    ]

    private static func setting(
        _ name: String, since: String, _ summary: String, _ time: String, isSeconds: Bool, isAbsolute: Bool
    ) -> CommandSpec {
        CommandSpec(
            name, arity: -3, [.write, .fast], keys: first, group: .generic, since: since, summary: summary,
            syntax: "key \(time) [NX | XX | GT | LT]"
        ) { execution throws(RedisError) in
            try setExpiry(execution, name, isSeconds: isSeconds, isAbsolute: isAbsolute)
        }
    }

    private static func asking(
        _ name: String, since: String, _ summary: String, isAbsolute: Bool = false,
        _ shown: @escaping @Sendable (Int64) -> Int64
    ) -> CommandSpec {
        CommandSpec(
            name, arity: 2, [.readonly, .fast], keys: first, group: .generic, since: since, summary: summary,
            syntax: "key"
        ) { execution throws(RedisError) in
            guard let entry = execution.database.read(execution.argument(1), .noTouch) else {
                return execution.reply.integer(-2)
            }
            guard let expiry = entry.expiry else { return execution.reply.integer(-1) }
            execution.reply.integer(shown(isAbsolute ? expiry : max(0, expiry - execution.now)))
        }
    }

    private struct ExpiryConditions: OptionSet {
        let rawValue: UInt8
        static let none = ExpiryConditions(rawValue: 1)
        static let some = ExpiryConditions(rawValue: 2)
        static let later = ExpiryConditions(rawValue: 4)
        static let earlier = ExpiryConditions(rawValue: 8)

        init(rawValue: UInt8) { self.rawValue = rawValue }

        init(_ execution: Execution) throws(RedisError) {
            self = []
            for index in 3..<max(3, execution.arguments.count) {
                let word = execution.argument(index)
                if word.isWord("nx") {
                    insert(.none)
                } else if word.isWord("xx") {
                    insert(.some)
                } else if word.isWord("gt") {
                    insert(.later)
                } else if word.isWord("lt") {
                    insert(.earlier)
                } else {
                    throw RedisError("ERR Unsupported option \(word.text)")
                }
            }
            if contains(.none), self != .none {
                throw RedisError("ERR NX and XX, GT or LT options at the same time are not compatible")
            }
            if contains(.later), contains(.earlier) {
                throw RedisError("ERR GT and LT options at the same time are not compatible")
            }
        }

        /// Whether the new moment is wanted; a key without expiry stays for ever.
        func allow(_ moment: Int64, over current: Int64?) -> Bool {
            if contains(.none), current != nil { return false }
            if contains(.some), current == nil { return false }
            if contains(.later), moment <= current ?? .max { return false }
            if contains(.earlier), let current, moment >= current { return false }
            return true
        }
    }

    private static func setExpiry(
        _ execution: Execution, _ name: String, isSeconds: Bool, isAbsolute: Bool
    ) throws(RedisError) {
        let key = execution.argument(1)
        let conditions = try ExpiryConditions(execution)
        // Negative times are in the past: the key goes at once.
        let scaled = try execution.integer(2).multipliedReportingOverflow(by: isSeconds ? 1000 : 1)
        let (moment, isOver) = scaled.partialValue.addingReportingOverflow(isAbsolute ? 0 : execution.now)
        if scaled.overflow || isOver { throw RedisError("ERR invalid expire time in '\(name)' command") }
        let database = execution.database
        guard let entry = database.write(key), conditions.allow(moment, over: entry.expiry) else {
            return execution.reply.integer(0)
        }
        if moment <= execution.now, !database.keyspace.isExpiryPaused {
            let isLazy = execution.engine.configuration.flag("lazyfree-lazy-expire")
            database.delete(entry, isLazy: isLazy)
            execution.propagateInstead(2) {
                $0.add(isLazy ? "UNLINK" : "DEL")
                $0.add(key)
            }
            execution.changed(key, .generic, "del")
        } else {
            database.setExpiry(entry, moment)
            let count = execution.arguments.count
            execution.propagateInstead(count) {
                $0.add("PEXPIREAT")
                $0.add(key)
                $0.add(moment)
                for index in 3..<max(3, count) { $0.add(execution.argument(index)) }
            }
            execution.changed(key, .generic, "expire")
        }
        execution.reply.integer(1)
    }
}
