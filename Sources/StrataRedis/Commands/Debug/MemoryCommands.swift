import StrataRESP

/// MEMORY: what values and the server take.
enum MemoryCommands {
    static let all: [CommandSpec] = [
        CommandSpec(
            "memory", arity: -2, [], group: .server, since: "4.0.0", summary: "What memory is used for.",
            complexity: "Depends on the subcommand", subcommands: subcommands
        ) { _ throws(RedisError) in throw .arity("memory") }
    ]

    private static let subcommands: [CommandSpec] = [
        CommandSpec(
            "usage", arity: -3, [.readonly], keys: .range(first: 2, last: 2, step: 1), group: .server, since: "4.0.0",
            summary: "Bytes of memory that a key and its value take.", syntax: "key [SAMPLES count]", handler: usage),
        CommandSpec(
            "doctor", arity: 2, [], group: .server, since: "4.0.0", summary: "A report on the use of memory."
        ) { execution throws(RedisError) in
            let used = execution.keyspace.memoryBytes
            let limit = execution.engine.configuration.maxMemory
            var text =
                "Keys and values take \(used) bytes, at most \(max(used, execution.keyspace.peakMemoryBytes)) so far."
            if limit > 0 { text += Int64(used) > limit ? " That is above maxmemory." : " That is within maxmemory." }
            execution.reply.verbatim(text + "\n")
        },
        CommandSpec(
            "stats", arity: 2, [], group: .server, since: "4.0.0", summary: "Uses of memory in bytes.", handler: stats),
        CommandSpec(
            "purge", arity: 2, [], group: .server, since: "4.0.0",
            summary: "Collects the garbage of scripts."
        ) { execution throws(RedisError) in
            execution.engine.scripting.collectGarbage()
            execution.reply.ok()
        },
        CommandSpec(
            "help", arity: 2, [.loading, .stale], group: .server, since: "4.0.0", summary: "The subcommands."
        ) { execution throws(RedisError) in execution.replyHelp(of: "memory") },
    ]

    @Sendable private static func usage(_ execution: Execution) throws(RedisError) {
        let count = execution.arguments.count
        if count > 3 {
            guard count == 5, execution.argument(3).isWord("samples") else { throw .syntax }
            // Estimates do not depend on samples.
            _ = try execution.integer(4, in: 0...Int64.max, orThrow: .syntax)
        }
        guard let entry = execution.database.read(execution.argument(2), [.noTouch, .noStatistics]) else {
            return execution.reply.null()
        }
        execution.reply.integer(entry.memoryBytes)
    }

    @Sendable private static func stats(_ execution: Execution) throws(RedisError) {
        let keyspace = execution.keyspace
        let used = keyspace.memoryBytes
        let keys = keyspace.keyCount
        let buffers = execution.engine.clients.values.reduce(0) { $0 + $1.reply.memory }
        let rows: [(String, Int)] = [
            ("peak.allocated", max(used, keyspace.peakMemoryBytes)), ("total.allocated", used),
            ("clients.normal", buffers), ("lua.caches", execution.engine.scripting.memoryBytes),
            ("keys.count", keys), ("keys.bytes-per-key", keys == 0 ? 0 : used / keys), ("dataset.bytes", used),
        ]
        execution.reply.map(rows.count)
        for (name, value) in rows {
            execution.reply.bulk(name)
            execution.reply.integer(value)
        }
    }
}
