import StrataRESP

/// EVAL and its kin, and SCRIPT.
package enum ScriptingCommands {
    package static let all: [CommandSpec] = [
        eval("eval", [], "2.6.0", "Carries out a script in Lua.", "script numkeys [key ...] [arg ...]") {
            execution throws(RedisError) in
            try evaluate(execution, byName: false, isReadOnly: false)
        },
        eval("evalsha", [], "2.6.0", "Carries out a script that is in the cache.", "sha1 numkeys [key ...] [arg ...]") {
            execution throws(RedisError) in
            try evaluate(execution, byName: true, isReadOnly: false)
        },
        eval(
            "eval_ro", [.readonly], "7.0.0", "Carries out a script in Lua that may only read.",
            "script numkeys [key ...] [arg ...]"
        ) { execution throws(RedisError) in
            try evaluate(execution, byName: false, isReadOnly: true)
        },
        eval(
            "evalsha_ro", [.readonly], "7.0.0", "Carries out a script of the cache that may only read.",
            "sha1 numkeys [key ...] [arg ...]"
        ) { execution throws(RedisError) in
            try evaluate(execution, byName: true, isReadOnly: true)
        },
        CommandSpec(
            "script", arity: -2, [], group: .scripting, since: "2.6.0", summary: "The cache of scripts.",
            complexity: "Depends on the subcommand", subcommands: subcommands
        ) { _ throws(RedisError) in throw .arity("script") },
    ]

    private static func eval(
        _ name: String, _ flags: CommandFlags, _ since: String, _ summary: String, _ syntax: String,
        handler: @escaping CommandSpec.Handler
    ) -> CommandSpec {
        CommandSpec(
            name, arity: -3, flags.union([.noscript, .stale, .skipMonitor, .noMandatoryKeys]),
            keys: .counted(at: 2, also: 0), group: .scripting, since: since, summary: summary,
            complexity: "That of the script", syntax: syntax, handler: handler)
    }

    private static let subcommands: [CommandSpec] = [
        CommandSpec(
            "load", arity: 3, [.noscript, .stale], group: .scripting, since: "2.6.0",
            summary: "Puts a script into the cache.", complexity: "O(N), N bytes of the script", syntax: "script"
        ) { execution throws(RedisError) in
            execution.reply.bulk(try execution.engine.scripting.load(execution.argument(2)).text)
        },
        CommandSpec(
            "exists", arity: -3, [.noscript], group: .scripting, since: "2.6.0",
            summary: "Which scripts are in the cache.", complexity: "O(N), N names", syntax: "sha1 [sha1 ...]"
        ) { execution throws(RedisError) in
            execution.reply.array(execution.arguments.count - 2)
            for index in 2..<execution.arguments.count {
                let name = ScriptName(digits: execution.argument(index))
                execution.reply.integer(name.map { execution.engine.scripting.contains($0) } == true ? 1 : 0)
            }
        },
        CommandSpec(
            "flush", arity: -2, [.noscript], group: .scripting, since: "2.6.0", summary: "Forgets all scripts.",
            complexity: "O(N), N scripts", syntax: "[ASYNC | SYNC]"
        ) { execution throws(RedisError) in
            let count = execution.arguments.count
            let isFine =
                count == 2
                || count == 3 && (execution.argument(2).isWord("async") || execution.argument(2).isWord("sync"))
            guard isFine else { throw RedisError("ERR SCRIPT FLUSH only support SYNC|ASYNC option") }
            execution.engine.scripting.flush()
            execution.reply.ok()
        },
        CommandSpec(
            "kill", arity: 2, [.noscript, .allowBusy], group: .scripting, since: "2.6.0",
            summary: "Ends the script that runs, if it has written nothing."
        ) { execution throws(RedisError) in
            try execution.engine.scripting.kill()
            execution.reply.ok()
        },
        CommandSpec(
            "debug", arity: 3, [.noscript], group: .scripting, since: "3.2.0",
            summary: "Whether scripts are debugged: they never are.", syntax: "YES | SYNC | NO"
        ) { execution throws(RedisError) in
            let word = execution.argument(2)
            if word.isWord("no") { return execution.reply.ok() }
            guard word.isWord("yes") || word.isWord("sync") else {
                throw RedisError("ERR Use SCRIPT DEBUG YES/SYNC/NO")
            }
            throw RedisError("ERR this server has no debugger of scripts")
        },
        CommandSpec(
            "help", arity: 2, [.loading, .stale], group: .scripting, since: "5.0.0", summary: "The subcommands."
        ) { execution throws(RedisError) in execution.replyHelp(of: "script") },
    ]

    private static func evaluate(_ execution: Execution, byName: Bool, isReadOnly: Bool) throws(RedisError) {
        let scripting = execution.engine.scripting
        let keyCount = try execution.integer(2)
        let rest = execution.arguments.count - 3
        if keyCount > Int64(rest) { throw RedisError("ERR Number of keys can't be greater than number of args") }
        if keyCount < 0 { throw RedisError("ERR Number of keys can't be negative") }
        let text = execution.argument(1)
        guard let name = byName ? ScriptName(digits: text) : try scripting.load(text),
            let script = scripting.script(name)
        else { throw RedisError("NOSCRIPT No matching script. Please use EVAL.") }
        let values = 3 + Int(keyCount)
        try scripting.run(
            name, script, keys: 3..<values, values: values..<execution.arguments.count, isReadOnly: isReadOnly,
            execution)
    }
}
