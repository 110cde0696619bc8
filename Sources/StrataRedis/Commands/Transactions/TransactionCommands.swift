import StrataRESP

/// MULTI, EXEC and optimistic locking.
package enum TransactionCommands {
    package static let all: [CommandSpec] = [
        CommandSpec(
            "multi", arity: 1, [.noscript, .loading, .stale, .fast, .allowBusy], group: .transactions, since: "1.2.0",
            summary: "Begins a transaction: commands are queued until EXEC.", handler: multi),
        CommandSpec(
            "exec", arity: 1, [.noscript, .loading, .stale, .skipSlowlog], group: .transactions, since: "1.2.0",
            summary: "Carries out the queued commands, all of them or, where a watched key was changed, none.",
            complexity: "That of the queued commands", handler: exec),
        CommandSpec(
            "discard", arity: 1, [.noscript, .loading, .stale, .fast, .allowBusy], group: .transactions, since: "2.0.0",
            summary: "Forgets the queued commands and the watched keys.", complexity: "O(N), N queued commands",
            handler: discard),
        CommandSpec(
            "watch", arity: -2, [.noscript, .loading, .stale, .fast, .allowBusy],
            keys: .range(first: 1, last: -1, step: 1), group: .transactions, since: "2.2.0",
            summary: "Makes the next EXEC depend on keys staying as they are.", complexity: "O(1) for every key",
            syntax: "key [key ...]", handler: watch),
        CommandSpec(
            "unwatch", arity: 1, [.noscript, .loading, .stale, .fast, .allowBusy], group: .transactions,
            since: "2.2.0", summary: "Forgets the watched keys.", handler: unwatch),
    ]

    @Sendable private static func multi(_ execution: Execution) throws(RedisError) {
        let client = execution.client
        if client.transaction != nil { throw RedisError("ERR MULTI calls can not be nested") }
        client.transaction = TransactionState()
        execution.reply.ok()
    }

    @Sendable private static func discard(_ execution: Execution) throws(RedisError) {
        let client = execution.client
        if client.transaction == nil { throw RedisError("ERR DISCARD without MULTI") }
        client.transaction = nil
        execution.engine.unwatch(client)
        execution.reply.ok()
    }

    @Sendable private static func watch(_ execution: Execution) throws(RedisError) {
        let client = execution.client
        if client.transaction != nil { throw RedisError("ERR WATCH inside MULTI is not allowed") }
        execution.reply.ok()
        // What is broken already stays so.
        if client.isWatchBroken { return }
        for index in 1..<execution.arguments.count {
            let key = execution.argument(index)
            let isExpired = execution.database.isExpired(key, now: execution.now)
            execution.engine.watch(client, key.copy(), isExpired: isExpired)
        }
    }

    @Sendable private static func unwatch(_ execution: Execution) throws(RedisError) {
        execution.engine.unwatch(execution.client)
        execution.reply.ok()
    }

    @Sendable private static func exec(_ execution: Execution) throws(RedisError) {
        let client = execution.client
        let engine = execution.engine
        guard let transaction = client.transaction else { throw RedisError("ERR EXEC without MULTI") }
        client.transaction = nil
        let isBroken = client.isWatchBroken || engine.isWatchedKeyExpired(client, now: execution.now)
        engine.unwatch(client)
        if transaction.isAborted {
            throw RedisError("EXECABORT Transaction discarded because of previous errors.")
        }
        if isBroken { return execution.reply.nullArray() }
        engine.runQueued(transaction)
    }
}

extension RedisEngine {
    /// A watched key that was there when the watch began is past its time now.
    func isWatchedKeyExpired(_ client: RedisClient, now: Int64) -> Bool {
        client.watched.contains { watched in
            !watched.wasExpired
                && watched.key.withLent { keyspace.database(watched.database).isExpired($0, now: now) }
        }
    }

    /// The commands of a transaction, in EXEC: each answers an element of its reply.
    func runQueued(_ transaction: TransactionState) {
        let execution = self.execution!
        let arguments = execution.arguments
        execution.mayBlock = false
        execution.reply.array(transaction.commands.count)
        for command in transaction.commands {
            let place = commands.place(of: command.arguments[0]) ?? 0
            call(command.spec, place, command.arguments)
        }
        execution.mayBlock = true
        execution.arguments = arguments
        // EXEC itself is no change: its commands have said what was.
        execution.isPropagationReplaced = true
    }
}
