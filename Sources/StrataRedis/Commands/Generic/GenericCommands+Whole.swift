import StrataRESP

extension GenericCommands {
    /// Commands about a database as a whole.
    static let whole: [CommandSpec] = [
        CommandSpec(
            "dbsize", arity: 1, [.readonly, .fast], group: .server, summary: "How many keys the database has."
        ) { execution throws(RedisError) in execution.reply.integer(execution.database.count) },
        CommandSpec(
            "flushdb", arity: -1, [.write], group: .server, summary: "Deletes all keys of the database.",
            complexity: "O(N), N keys", syntax: "[ASYNC | SYNC]"
        ) { execution throws(RedisError) in
            try flush(execution, execution.client.database..<(execution.client.database + 1))
        },
        CommandSpec(
            "flushall", arity: -1, [.write], group: .server, summary: "Deletes all keys of all databases.",
            complexity: "O(N), N keys", syntax: "[ASYNC | SYNC]"
        ) { execution throws(RedisError) in try flush(execution, 0..<execution.keyspace.databaseCount) },
        CommandSpec(
            "swapdb", arity: 3, [.write, .fast], group: .server, since: "4.0.0",
            summary: "Exchanges two databases.", complexity: "O(N), N clients that watch or wait for keys",
            syntax: "index1 index2", handler: swapdb),
    ]

    private static func flush(_ execution: Execution, _ databases: Range<Int>) throws(RedisError) {
        let isLazy: Bool
        switch execution.arguments.count {
        case 1: isLazy = execution.engine.configuration.flag("lazyfree-lazy-user-flush")
        case 2 where execution.argument(1).isWord("async"): isLazy = true
        case 2 where execution.argument(1).isWord("sync"): isLazy = false
        default: throw .syntax
        }
        for index in databases {
            touchWatched(execution, index)
            execution.dirty += Int64(execution.keyspace.database(index).removeAll(isLazy: isLazy))
        }
        // Logged where nothing was there, too: a replica may have something.
        execution.propagateInstead(execution.arguments.count) {
            for index in 0..<execution.arguments.count { $0.add(execution.argument(index)) }
        }
        execution.reply.ok()
    }

    /// Transactions fail that watch a key which goes, or comes, with a whole database.
    private static func touchWatched(_ execution: Execution, _ index: Int, other: Database? = nil) {
        guard execution.keyspace.isWatched else { return }
        let database = execution.keyspace.database(index)
        for place in execution.engine.watchers.keys where place.database == index {
            place.key.withLent { key in
                if database.holds(key) || other?.holds(key) ?? false { execution.engine.touchWatched(index, key) }
            }
        }
    }

    @Sendable private static func swapdb(_ execution: Execution) throws(RedisError) {
        let outOfRange = RedisError("ERR DB index is out of range")
        let range = Int64(Int32.min)...Int64(Int32.max)
        let first = try execution.integer(1, in: range, orThrow: RedisError("ERR invalid first DB index"))
        let second = try execution.integer(2, in: range, orThrow: RedisError("ERR invalid second DB index"))
        let count = Int64(execution.keyspace.databaseCount)
        guard first >= 0, first < count, second >= 0, second < count else { throw outOfRange }
        let (a, b) = (Int(first), Int(second))
        execution.dirty += 1
        if a != b {
            touchWatched(execution, a, other: execution.keyspace.database(b))
            touchWatched(execution, b, other: execution.keyspace.database(a))
            execution.keyspace.swap(a, b)
            for index in [a, b] {
                for key in execution.engine.blocking.keys(in: index) {
                    key.withLent { key in
                        if execution.keyspace.database(index).holds(key) { execution.signalReady(key, in: index) }
                    }
                }
            }
        }
        execution.reply.ok()
    }
}
