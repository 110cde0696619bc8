import StrataRESP

/// The connection itself.
package enum ConnectionCommands {
    package static let all: [CommandSpec] = [
        CommandSpec(
            "ping", arity: -1, [.fast], group: .connection, summary: "Answers PONG, or what it was given.",
            syntax: "[message]", handler: ping),
        CommandSpec(
            "echo", arity: 2, [.loading, .stale, .fast], group: .connection, summary: "Answers what it was given.",
            syntax: "message"
        ) { execution throws(RedisError) in execution.reply.bulk(execution.argument(1)) },
        CommandSpec(
            "auth", arity: -2, [.noscript, .loading, .stale, .fast, .noAuth, .allowBusy], group: .connection,
            summary: "Says the password.", complexity: "O(N), N passwords of the user", syntax: "[username] password",
            handler: auth),
        CommandSpec(
            "hello", arity: -1, [.noscript, .loading, .stale, .fast, .noAuth, .allowBusy], group: .connection,
            since: "6.0.0", summary: "Chooses the protocol's version, and tells about the server.",
            syntax: "[protover [AUTH username password] [SETNAME clientname]]", handler: hello),
        CommandSpec(
            "quit", arity: -1, [.noscript, .loading, .stale, .fast, .noAuth, .allowBusy], group: .connection,
            summary: "Ends the connection.", handler: quit),
        CommandSpec(
            "reset", arity: 1, [.noscript, .loading, .stale, .fast, .noAuth, .allowBusy], group: .connection,
            since: "6.2.0", summary: "Makes the connection as new.", handler: reset),
        CommandSpec(
            "select", arity: 2, [.loading, .stale, .fast], group: .connection, summary: "Chooses a database.",
            syntax: "index", handler: select),
        CommandSpec(
            "client", arity: -2, [], group: .connection, since: "2.4.0", summary: "Looks at connections, and sets this one.",
            complexity: "Depends on the subcommand", subcommands: ClientCommands.all
        ) { execution throws(RedisError) in throw .arity("client") },
    ]

    @Sendable private static func ping(_ execution: Execution) throws(RedisError) {
        let count = execution.arguments.count
        guard count <= 2 else { throw .arity("ping") }
        let reply = execution.reply
        if execution.client.isInPubSub, reply.version == 2 {
            reply.array(2)
            reply.bulk("pong")
            if count == 2 { reply.bulk(execution.argument(1)) } else { reply.bulk("") }
        } else if count == 2 {
            reply.bulk(execution.argument(1))
        } else {
            reply.simple("PONG")
        }
    }

    @Sendable private static func auth(_ execution: Execution) throws(RedisError) {
        guard execution.arguments.count <= 3 else { throw .syntax }
        let hasUser = execution.arguments.count == 3
        if !hasUser, execution.engine.configuration.requirePass.isEmpty {
            throw RedisError(
                "ERR AUTH <password> called without any password configured for the default user. Are you sure your configuration is correct?")
        }
        try authenticate(
            execution, user: hasUser ? execution.argument(1) : nil, execution.argument(execution.arguments.count - 1))
        execution.reply.ok()
    }

    /// There is one user, "default".
    private static func authenticate(_ execution: Execution, user: Bytes?, _ password: Bytes) throws(RedisError) {
        let expected = execution.engine.configuration.requirePass
        let isKnown = user.map { $0.isWord("default") } ?? true
        // Every byte is compared, whatever came before: the time tells nothing about the password.
        var difference = password.count ^ expected.count
        for index in 0..<min(password.count, expected.count) { difference |= Int(password[index] ^ expected[index]) }
        guard isKnown, expected.isEmpty || difference == 0 else {
            throw RedisError("WRONGPASS invalid username-password pair or user is disabled.")
        }
        execution.client.isAuthenticated = true
    }

    @Sendable private static func hello(_ execution: Execution) throws(RedisError) {
        let arguments = execution.arguments
        let client = execution.client
        var version = client.reply.version
        var at = 1
        if arguments.count > 1 {
            guard let number = arguments[1].integer else {
                throw RedisError("ERR Protocol version is not an integer or out of range")
            }
            guard number == 2 || number == 3 else { throw RedisError("NOPROTO unsupported protocol version") }
            version = Int(number)
            at = 2
        }
        var name: [UInt8]?
        while at < arguments.count {
            if arguments[at].isWord("auth"), at + 2 < arguments.count {
                try authenticate(execution, user: arguments[at + 1], arguments[at + 2])
                at += 3
            } else if arguments[at].isWord("setname"), at + 1 < arguments.count {
                name = try ClientCommands.validName(arguments[at + 1])
                at += 2
            } else {
                throw RedisError("ERR Syntax error in HELLO option '\(arguments[at].text)'")
            }
        }
        guard client.isAuthenticated else {
            throw RedisError(
                "NOAUTH HELLO must be called with the client already authenticated, otherwise the HELLO <proto> AUTH <user> <pass> option can be used to authenticate the client and select the RESP protocol version at the same time")
        }
        if let name { client.name = name }
        client.reply.version = version
        let reply = execution.reply
        reply.map(7)
        reply.bulk("server")
        reply.bulk("redis")
        reply.bulk("version")
        reply.bulk(RedisEngine.version)
        reply.bulk("proto")
        reply.integer(version)
        reply.bulk("id")
        reply.integer(Int64(client.id))
        reply.bulk("mode")
        reply.bulk("standalone")
        reply.bulk("role")
        reply.bulk("master")
        reply.bulk("modules")
        reply.array(0)
    }

    @Sendable private static func quit(_ execution: Execution) throws(RedisError) {
        execution.reply.ok()
        execution.client.closesAfterReply = true
    }

    @Sendable private static func reset(_ execution: Execution) throws(RedisError) {
        let client = execution.client
        let engine = execution.engine
        client.transaction = nil
        engine.unwatch(client)
        engine.pubSub.forget(client)
        engine.monitors.removeAll { $0 === client }
        client.isMonitor = false
        client.database = 0
        client.name = []
        client.reply.version = 2
        client.isReplyOff = false
        client.skipsNextReply = false
        client.isAuthenticated = engine.configuration.requirePass.isEmpty
        execution.reply.simple("RESET")
    }

    @Sendable private static func select(_ execution: Execution) throws(RedisError) {
        let index = try execution.integer(1, orThrow: RedisError("ERR invalid DB index"))
        guard index >= 0, index < Int64(execution.keyspace.databaseCount) else {
            throw RedisError("ERR DB index is out of range")
        }
        execution.client.database = Int(index)
        execution.reply.ok()
    }
}
