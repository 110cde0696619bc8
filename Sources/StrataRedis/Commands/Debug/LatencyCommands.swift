import StrataRESP

/// LATENCY. There is no monitor of events, so that there are never samples; the answers say so.
enum LatencyCommands {
    static let all: [CommandSpec] = [
        CommandSpec(
            "latency", arity: -2, [], group: .server, since: "2.8.13", summary: "Events that took long.",
            complexity: "Depends on the subcommand", subcommands: subcommands
        ) { _ throws(RedisError) in throw .arity("latency") }
    ]

    private static func subcommand(
        _ name: String, _ arity: Int, _ summary: String, _ syntax: String = "",
        _ handler: @escaping CommandSpec.Handler
    ) -> CommandSpec {
        CommandSpec(
            name, arity: arity, [.admin, .noscript, .loading, .stale], group: .server, since: "2.8.13",
            summary: summary, syntax: syntax, handler: handler)
    }

    private static let subcommands: [CommandSpec] = [
        subcommand("doctor", 2, "A report on latencies.") { execution throws(RedisError) in
            execution.reply.verbatim(
                "No latencies of events are recorded by this server. See SLOWLOG for commands that took long, and INFO commandstats for their mean times.\n"
            )
        },
        subcommand("latest", 2, "The newest samples of all events.") { execution throws(RedisError) in
            execution.reply.array(0)
        },
        subcommand("history", 3, "The samples of an event.", "event") { execution throws(RedisError) in
            execution.reply.array(0)
        },
        subcommand("graph", 3, "The samples of an event as a graph.", "event") { execution throws(RedisError) in
            throw RedisError("ERR No samples available for event '\(execution.argument(2).text)'")
        },
        subcommand("reset", -2, "Forgets samples; how many events had some.", "[event [event ...]]") {
            execution throws(RedisError) in execution.reply.integer(0)
        },
        CommandSpec(
            "help", arity: 2, [.loading, .stale], group: .server, since: "2.8.13", summary: "The subcommands."
        ) { execution throws(RedisError) in execution.replyHelp(of: "latency") },
    ]
}
