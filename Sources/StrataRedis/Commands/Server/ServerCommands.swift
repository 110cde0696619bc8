import StrataRESP

/// The server as a whole.
package enum ServerCommands {
    package static let all: [CommandSpec] =
        [
            CommandSpec(
                "time", arity: 1, [.loading, .stale, .fast], group: .server, since: "2.6.0", summary: "The server's time."
            ) { execution throws(RedisError) in
                execution.reply.array(2)
                execution.reply.bulk("\(execution.now / 1000)")
                execution.reply.bulk("\(execution.now % 1000 * 1000)")
            },
            CommandSpec(
                "role", arity: 1, [.noscript, .loading, .stale, .fast], group: .server, since: "2.8.12",
                summary: "The server's part in replication."
            ) { execution throws(RedisError) in
                execution.reply.array(3)
                execution.reply.bulk("master")
                execution.reply.integer(0)
                execution.reply.array(0)
            },
            CommandSpec(
                "info", arity: -1, [.loading, .stale], group: .server, summary: "Counts and states, by section.",
                syntax: "[section [section ...]]", handler: info),
            CommandSpec(
                "monitor", arity: 1, [.admin, .noscript, .loading, .stale], group: .server,
                summary: "Shows every command that is carried out."
            ) { execution throws(RedisError) in
                guard execution.mayBlock else { throw RedisError("ERR MONITOR isn't allowed for DENY BLOCKING client") }
                if !execution.client.isMonitor {
                    execution.client.isMonitor = true
                    execution.engine.monitors.append(execution.client)
                }
                execution.reply.ok()
            },
            CommandSpec(
                "slowlog", arity: -2, [], group: .server, since: "2.2.12", summary: "The commands that took long.",
                complexity: "Depends on the subcommand", subcommands: slowlog
            ) { execution throws(RedisError) in throw .arity("slowlog") },
            CommandSpec(
                "shutdown", arity: -1, [.admin, .noscript, .loading, .stale, .noMulti, .allowBusy], group: .server,
                summary: "Ends the server, saving first where save points or the log ask for it.",
                complexity: "O(N) where it saves, N keys", syntax: "[NOSAVE | SAVE] [NOW] [FORCE] [ABORT]", handler: shutdown),
            CommandSpec(
                "lolwut", arity: -1, [.readonly, .fast], group: .server, since: "5.0.0", summary: "The version, for fun.",
                syntax: "[VERSION version]"
            ) { execution throws(RedisError) in execution.reply.verbatim("Redis ver. \(RedisEngine.version)\n") },
        ] + ConfigCommands.all + CommandInfoCommands.all

    private static let slowlog: [CommandSpec] = [
        CommandSpec(
            "get", arity: -2, [.admin, .loading, .stale], group: .server, since: "2.2.12", summary: "The newest entries.",
            complexity: "O(N), N entries", syntax: "[count]"
        ) { execution throws(RedisError) in
            var limit = 10
            if execution.arguments.count > 2 {
                guard execution.arguments.count == 3 else { throw .arity("slowlog|get") }
                let count = try execution.integer(
                    2, in: -1...Int64.max, orThrow: RedisError("ERR count should be greater than or equal to -1"))
                limit = count == -1 ? .max : Int(count)
            }
            let entries = execution.engine.slowLog.entries.prefix(limit)
            execution.reply.array(entries.count)
            for entry in entries {
                execution.reply.array(6)
                execution.reply.integer(entry.id)
                execution.reply.integer(entry.time)
                execution.reply.integer(entry.microseconds)
                execution.reply.array(entry.arguments.count)
                for argument in entry.arguments { execution.reply.bulk(argument) }
                execution.reply.bulk(entry.address)
                execution.reply.bulk(entry.clientName)
            }
        },
        CommandSpec(
            "len", arity: 2, [.admin, .loading, .stale], group: .server, since: "2.2.12", summary: "How many entries there are."
        ) { execution throws(RedisError) in execution.reply.integer(execution.engine.slowLog.entries.count) },
        CommandSpec(
            "reset", arity: 2, [.admin, .loading, .stale], group: .server, since: "2.2.12", summary: "Forgets the entries."
        ) { execution throws(RedisError) in
            execution.engine.slowLog.removeAll()
            execution.reply.ok()
        },
        CommandSpec("help", arity: 2, [.loading, .stale], group: .server, since: "6.2.0", summary: "What SLOWLOG can do.") {
            execution throws(RedisError) in execution.replyHelp(of: "slowlog")
        },
    ]

    @Sendable private static func shutdown(_ execution: Execution) throws(RedisError) {
        var request = RedisEngine.ShutdownRequest()
        for index in 1..<execution.arguments.count {
            let word = execution.argument(index)
            if word.isWord("nosave") {
                request.saves = false
            } else if word.isWord("save") {
                request.saves = true
            } else if word.isWord("now") {
                request.isNow = true
            } else if word.isWord("force") {
                request.isForced = true
            } else if word.isWord("abort"), execution.arguments.count == 2 {
                throw RedisError("ERR No shutdown in progress.")
            } else {
                throw .syntax
            }
        }
        execution.engine.onShutdown(request)
    }

    @Sendable private static func info(_ execution: Execution) throws(RedisError) {
        var wanted: Set<String> = []
        for index in 1..<execution.arguments.count { wanted.insert(execution.argument(index).text.lowercased()) }
        execution.reply.verbatim(InfoText(execution.engine, now: execution.now).text(wanted))
    }
}
