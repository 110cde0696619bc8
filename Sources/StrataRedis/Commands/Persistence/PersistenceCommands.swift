import StrataRESP

/// Saving, and values as bytes.
package enum PersistenceCommands {
    package static let all: [CommandSpec] = [
        CommandSpec(
            "save", arity: 1, [.admin, .noscript, .noAsyncLoading, .noMulti], group: .server,
            summary: "Writes a dump, and does nothing else meanwhile.", complexity: "O(N), N keys"
        ) { execution throws(RedisError) in
            try persistence(execution).save()
            execution.reply.ok()
        },
        CommandSpec(
            "bgsave", arity: -1, [.admin, .noscript, .noAsyncLoading], group: .server,
            summary: "Writes a dump in the background.", complexity: "O(1)", syntax: "[SCHEDULE]", handler: beginSave),
        CommandSpec(
            "bgrewriteaof", arity: 1, [.admin, .noscript, .noAsyncLoading], group: .server,
            summary: "Writes the append-only file anew in the background.", handler: beginRewrite),
        CommandSpec(
            "lastsave", arity: 1, [.loading, .stale, .fast], group: .server,
            summary: "When the last dump was written, in seconds since 1970."
        ) { execution throws(RedisError) in
            execution.reply.integer(execution.engine.persistence?.state.lastSave ?? execution.engine.started / 1000)
        },
        CommandSpec(
            "wait", arity: 3, [.noscript], group: .generic, since: "3.0.0",
            summary: "Waits until replicas have what this connection wrote.", syntax: "numreplicas timeout"
        ) { execution throws(RedisError) in
            guard try execution.integer(1) >= 0, try execution.integer(2) >= 0 else {
                throw RedisError("ERR timeout is negative")
            }
            // There are no replicas: a number above 0 would never be reached, and the time is not waited out for nothing.
            execution.reply.integer(0)
        },
        CommandSpec(
            "dump", arity: 2, [.readonly], keys: .range(first: 1, last: 1, step: 1), group: .generic, since: "2.6.0",
            summary: "A value as bytes that RESTORE takes.", complexity: "O(N), N bytes of the value", syntax: "key",
            handler: dump),
        CommandSpec(
            "restore", arity: -4, [.write, .denyoom], keys: .range(first: 1, last: 1, step: 1), group: .generic,
            since: "2.6.0", summary: "Makes a key of the bytes that DUMP gave.",
            complexity: "O(N), N bytes of the value; O(N log N) for sorted sets",
            syntax: "key ttl serialized-value [REPLACE] [ABSTTL] [IDLETIME seconds] [FREQ frequency]", handler: restore),
    ]

    private static func persistence(_ execution: Execution) throws(RedisError) -> RedisPersistence {
        guard let persistence = execution.engine.persistence else {
            throw RedisError("ERR this server keeps nothing on disk")
        }
        return persistence
    }

    @Sendable private static func beginSave(_ execution: Execution) throws(RedisError) {
        let persistence = try persistence(execution)
        let schedules = execution.arguments.count == 2 && execution.argument(1).isWord("schedule")
        guard execution.arguments.count == 1 || schedules else { throw .syntax }
        if persistence.job?.kind == .save { throw RedisError("ERR Background save already in progress") }
        if persistence.job != nil {
            guard schedules else {
                throw RedisError(
                    "ERR Another child process is active (AOF?): can't BGSAVE right now. Use BGSAVE SCHEDULE in order to schedule a BGSAVE whenever possible.")
            }
            persistence.isSaveScheduled = true
            return execution.reply.simple("Background saving scheduled")
        }
        try persistence.beginSave()
        execution.reply.simple("Background saving started")
    }

    @Sendable private static func beginRewrite(_ execution: Execution) throws(RedisError) {
        let persistence = try persistence(execution)
        if persistence.job?.kind == .rewrite {
            throw RedisError("ERR Background append only file rewriting already in progress")
        }
        if persistence.job != nil || !execution.mayBlock {
            persistence.isRewriteScheduled = true
            return execution.reply.simple("Background append only file rewriting scheduled")
        }
        try persistence.beginRewrite()
        execution.reply.simple("Background append only file rewriting started")
    }

    @Sendable private static func dump(_ execution: Execution) throws(RedisError) {
        guard let entry = execution.database.read(execution.argument(1)) else { return execution.reply.null() }
        let encoder = RDBEncoder()
        encoder.payload(entry)
        execution.reply.bulk(encoder.bytes)
    }

    @Sendable private static func restore(_ execution: Execution) throws(RedisError) {
        let arguments = execution.arguments
        var replaces = false
        var isAbsolute = false
        var idleSeconds: Int64?
        var frequency: UInt8?
        var index = 4
        while index < arguments.count {
            let word = arguments[index]
            let hasValue = index + 1 < arguments.count
            if word.isWord("replace") {
                replaces = true
            } else if word.isWord("absttl") {
                isAbsolute = true
            } else if word.isWord("idletime"), hasValue, frequency == nil {
                idleSeconds = try execution.integer(
                    index + 1, in: 0...Int64.max, orThrow: RedisError("ERR Invalid IDLETIME value, must be >= 0"))
                index += 1
            } else if word.isWord("freq"), hasValue, idleSeconds == nil {
                frequency = UInt8(
                    try execution.integer(
                        index + 1, in: 0...255, orThrow: RedisError("ERR Invalid FREQ value, must be >= 0 and <= 255")))
                index += 1
            } else {
                throw .syntax
            }
            index += 1
        }
        let key = arguments[1]
        let database = execution.database
        let exists = database.read(key, [.noTouch, .noStatistics]) != nil
        if exists, !replaces { throw RedisError("BUSYKEY Target key name already exists.") }
        var expiry = try execution.integer(2)
        if expiry < 0 { throw RedisError("ERR Invalid TTL value, must be >= 0") }
        let builder = RDBValueBuilder(limits: execution.limits)
        do throws(RDBPayload.Refusal) {
            try RDBPayload.read(arguments[3], checks: execution.engine.checksPayloads, into: builder)
        } catch { throw error.reply }
        let taken: Database.Taken
        switch builder.built {
        case .string(let bytes): taken = .bytes(bytes)
        case .collection(let value): taken = .collection(value)
        case .empty, .module: throw RedisError("ERR Bad data format")
        }
        if exists { database.delete(key) }
        if expiry > 0, !isAbsolute {
            let (sum, isOver) = expiry.addingReportingOverflow(execution.now)
            if isOver { throw RedisError("ERR Invalid TTL value, must be >= 0") }
            expiry = sum
        }
        if expiry > 0, expiry < execution.now {
            // Past already: the key goes, or never was.
            if exists {
                execution.changed(key, .generic, "del")
                execution.propagateInstead(2) { encoder in
                    encoder.add("DEL")
                    encoder.add(key)
                }
            }
            return execution.reply.ok()
        }
        database.add(
            key, taken, expiry: expiry > 0 ? expiry : nil, idleSeconds: idleSeconds, frequency: frequency)
        execution.changed(key, .generic, "restore")
        execution.signalReady(key)
        if expiry > 0, !isAbsolute { propagate(execution, expiry: expiry) }
        execution.reply.ok()
    }

    /// A loader must not count the time to live from its own clock.
    private static func propagate(_ execution: Execution, expiry: Int64) {
        let arguments = execution.arguments
        execution.propagateInstead(arguments.count + 1) { encoder in
            for index in 0..<arguments.count {
                if index == 2 { encoder.add(expiry) } else { encoder.add(arguments[index]) }
            }
            encoder.add("ABSTTL")
        }
    }
}
