import StrataRESP

/// DEBUG, LATENCY and MEMORY: looks inside, for tests and operators.
package enum DebugCommands {
    package static let all: [CommandSpec] =
        [
            CommandSpec(
                "debug", arity: -2, [.admin, .noscript, .loading, .stale], group: .server,
                summary: "Shows and sets what only tests need.", complexity: "Depends on the subcommand",
                syntax: "subcommand [argument ...]", handler: debug)
        ] + LatencyCommands.all + MemoryCommands.all

    @Sendable private static func debug(_ execution: Execution) throws(RedisError) {
        let name = execution.argument(1)
        let count = execution.arguments.count
        for action in actions where name.isWord(action.name) && action.counts.contains(count - 2) {
            return try action.handler(execution)
        }
        throw RedisError(
            "ERR unknown subcommand or wrong number of arguments for '\(name[0..<min(name.count, 128)].text)'. Try DEBUG HELP."
        )
    }

    /// One subcommand, and how many arguments it takes.
    struct Action: Sendable {
        let name: StaticString
        let counts: ClosedRange<Int>
        let handler: CommandSpec.Handler

        init(_ name: StaticString, _ counts: ClosedRange<Int>, _ handler: @escaping CommandSpec.Handler) {
            self.name = name
            self.counts = counts
            self.handler = handler
        }
    }

    private static let actions: [Action] = data + switches + replies

    // MARK: Replies

    private static let replies: [Action] = [
        Action("error", 1...1) { execution throws(RedisError) in
            throw RedisError(execution.argument(2).text)
        },
        Action("log", 1...1) { execution throws(RedisError) in
            execution.engine.scripting.onLog(.warning, "DEBUG LOG: \(execution.argument(2).text)")
            execution.reply.ok()
        },
        Action("protocol", 1...1, replyKind),
        Action("help", 0...0) { execution throws(RedisError) in
            let lines = ["DEBUG <subcommand> [<arg> [value] [opt] ...]. Subcommands are:"] + help
            execution.reply.array(lines.count)
            for line in lines { execution.reply.simple(line) }
        },
    ]

    private static let help = [
        "DIGEST", "    The sum of all data.", "DIGEST-VALUE <key> [<key> ...]", "    The sums of values.",
        "ERROR <string>", "    Answer an error.", "LOG <message>", "    Write to the server's log.",
        "OBJECT <key>", "    How a value lies in memory.", "POPULATE <count> [<prefix>] [<size>]",
        "    Make keys.", "PROTOCOL <type>", "    Answer a value of a type.", "RELOAD [NOSAVE] [NOFLUSH] [MERGE]",
        "    Write a dump and load it.", "SET-ACTIVE-EXPIRE <0|1>", "    Whether expired keys are looked for.",
        "SET-SKIP-CHECKSUM-VALIDATION <0|1>", "    Whether RESTORE compares no checksums.",
        "SET-DISABLE-DENY-SCRIPTS <0|1>", "    Whether scripts may call every command.", "SLEEP <seconds>",
        "    Do nothing for so long.", "HELP", "    Print this help.",
    ]

    @Sendable private static func replyKind(_ execution: Execution) throws(RedisError) {
        let kind = execution.argument(2)
        let reply = execution.reply
        if kind.isWord("string") {
            reply.bulk("Hello World")
        } else if kind.isWord("integer") {
            reply.integer(12345)
        } else if kind.isWord("double") {
            reply.double("3.141")
        } else if kind.isWord("null") {
            reply.null()
        } else if kind.isWord("array") {
            reply.array(3)
            for index in 0..<3 { reply.integer(index) }
        } else if kind.isWord("set") {
            reply.set(3)
            for index in 0..<3 { reply.integer(index) }
        } else if kind.isWord("map") {
            reply.map(3)
            for index in 0..<3 {
                reply.integer(index)
                reply.boolean(index == 1)
            }
        } else if kind.isWord("attrib") {
            if reply.version > 2 {
                reply.raw("|1\r\n$14\r\nkey-popularity\r\n*2\r\n$7\r\nkey:123\r\n:90\r\n")
            }
            reply.bulk("Some real reply following the attribute")
        } else if kind.isWord("push") {
            guard reply.version > 2 else { throw RedisError("ERR RESP2 is not supported by this command") }
            reply.push(2)
            reply.bulk("server-cpu-usage")
            reply.integer(42)
            reply.bulk("Some real reply following the push reply")
        } else if kind.isWord("true") {
            reply.boolean(true)
        } else if kind.isWord("false") {
            reply.boolean(false)
        } else if kind.isWord("verbatim") {
            reply.verbatim("This is a verbatim\nstring")
        } else if kind.isWord("bignum") {
            reply.bigNumber("1234567999999999999999999999999999999")
        } else {
            throw RedisError(
                "ERR Wrong protocol type name. Please use one of the following: string|integer|double|bignum|null|array|set|map|attrib|push|verbatim|true|false"
            )
        }
    }

    // MARK: Switches

    private static func flag(_ execution: Execution) -> Bool { execution.argument(2).integer ?? 0 != 0 }

    private static let switches: [Action] = [
        Action("set-active-expire", 1...1) { execution throws(RedisError) in
            execution.keyspace.isActiveExpiryOn = flag(execution)
            execution.reply.ok()
        },
        Action("set-skip-checksum-validation", 1...1) { execution throws(RedisError) in
            execution.engine.checksPayloads = !flag(execution)
            execution.reply.ok()
        },
        Action("set-disable-deny-scripts", 1...1) { execution throws(RedisError) in
            execution.engine.scripting.allowsEveryCommand = flag(execution)
            execution.reply.ok()
        },
    ]
}
