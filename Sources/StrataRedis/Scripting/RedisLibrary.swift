import StrataRESP

/// The `redis` table of scripts, as 7.0.15 has it.
enum RedisLibrary {
    static let functions = [
        LuaFunction("redis", "call") { scripting, stack throws(LuaError) in
            try scripting.callCommand(stack, raisesErrors: true)
        },
        LuaFunction("redis", "pcall") { scripting, stack throws(LuaError) in
            try scripting.callCommand(stack, raisesErrors: false)
        },
        LuaFunction("redis", "error_reply") { _, stack throws(LuaError) in
            guard stack.count == 1, stack.kind(1) == .string, let text = stack.bytes(1) else { return badReply(stack) }
            let start = text.count > 0 && text[0] == UInt8(ascii: "-") ? 1 : 0
            let message = text[start..<text.count].copy()
            stack.pushTable(fields: 1)
            stack.push(message.contains(UInt8(ascii: " ")) ? message : Array("ERR ".utf8) + message)
            stack.setField("err")
            return 1
        },
        LuaFunction("redis", "status_reply") { _, stack throws(LuaError) in
            guard stack.count == 1, stack.kind(1) == .string, let text = stack.bytes(1) else { return badReply(stack) }
            stack.pushTable(fields: 1)
            stack.push(text)
            stack.setField("ok")
            return 1
        },
        LuaFunction("redis", "sha1hex") { _, stack throws(LuaError) in
            guard stack.count == 1 else { throw .reply("ERR wrong number of arguments") }
            stack.push(text: SHA1.text(SHA1.digest(stack.bytes(1) ?? Bytes("", 0))))
            return 1
        },
        LuaFunction("redis", "log") { scripting, stack throws(LuaError) in
            guard stack.count >= 2 else { throw .reply("ERR redis.log() requires two arguments or more.") }
            guard stack.kind(1) == .number else {
                throw .reply("ERR First argument must be a number (log level).")
            }
            guard let level = ScriptLogLevel(rawValue: LuaStack.integer(stack.number(1))) else {
                throw .reply("ERR Invalid debug level.")
            }
            scripting.onLog(level, (2...stack.count).compactMap { stack.bytes($0)?.text }.joined(separator: " "))
            return 0
        },
        LuaFunction("redis", "setresp") { scripting, stack throws(LuaError) in
            guard stack.count == 1 else { throw .reply("ERR redis.setresp() requires one argument.") }
            let version = stack.number(1)
            guard version == 2 || version == 3 else { throw .reply("ERR RESP version must be 2 or 3.") }
            scripting.client.reply.version = Int(version)
            return 0
        },
        LuaFunction("redis", "set_repl") { scripting, stack throws(LuaError) in
            guard stack.count == 1 else { throw .reply("ERR redis.set_repl() requires two arguments.") }
            let flags = LuaStack.integer(stack.number(1))
            guard flags & ~3 == 0 else {
                throw .reply(
                    "ERR Invalid replication flags. Use REPL_AOF, REPL_REPLICA, REPL_ALL or REPL_NONE.")
            }
            scripting.logsEffects = flags & replicateToLog != 0
            return 0
        },
        LuaFunction("redis", "replicate_commands") { _, stack throws(LuaError) in
            // Effects are what is logged, always.
            stack.push(true)
            return 1
        },
        LuaFunction("redis", "breakpoint") { _, stack throws(LuaError) in
            // No debugger is attached.
            stack.push(false)
            return 1
        },
        LuaFunction("redis", "debug") { _, _ throws(LuaError) in 0 },
        LuaFunction("redis", "acl_check_cmd") { scripting, stack throws(LuaError) in
            guard stack.count > 0 else {
                throw .reply("ERR Please specify at least one argument for this redis.acl_check_cmd() call")
            }
            guard let name = stack.bytes(1), scripting.engine.commands.place(of: name) != nil else {
                throw .reply("ERR Invalid command passed to redis.acl_check_cmd()")
            }
            // There is one user, who may do everything.
            stack.push(true)
            return 1
        },
    ]

    private static let replicateToLog = 1

    static let constants: [(name: String, value: Double)] = [
        ("LOG_DEBUG", 0), ("LOG_VERBOSE", 1), ("LOG_NOTICE", 2), ("LOG_WARNING", 3), ("REPL_NONE", 0), ("REPL_AOF", 1),
        ("REPL_SLAVE", 2), ("REPL_REPLICA", 2), ("REPL_ALL", 3),
    ]

    /// An error to be returned, not raised: so Redis does it here.
    private static func badReply(_ stack: LuaStack) -> Int32 {
        stack.pushTable(fields: 1)
        stack.push("ERR wrong number or type of arguments")
        stack.setField("err")
        return 1
    }
}

/// How grave what a script logs is.
package enum ScriptLogLevel: Int, Sendable {
    case debug, verbose, notice, warning
}
