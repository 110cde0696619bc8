import StrataRESP

/// CONFIG.
enum ConfigCommands {
    private static let flags: CommandFlags = [.admin, .noscript, .loading, .stale]

    static let all: [CommandSpec] = [
        CommandSpec(
            "config", arity: -2, [], group: .server, since: "2.0.0", summary: "Looks at settings, and changes them.",
            complexity: "Depends on the subcommand", subcommands: subcommands
        ) { execution throws(RedisError) in throw .arity("config") }
    ]

    private static let subcommands: [CommandSpec] = [
        CommandSpec(
            "get", arity: -3, flags, group: .server, since: "2.0.0", summary: "Settings whose names match patterns.",
            complexity: "O(N), N settings", syntax: "parameter [parameter ...]", handler: get),
        CommandSpec(
            "set", arity: -4, flags, group: .server, since: "2.0.0", summary: "Changes settings, all or none.",
            complexity: "O(N), N settings", syntax: "parameter value [parameter value ...]", handler: set),
        CommandSpec(
            "resetstat", arity: 2, flags, group: .server, since: "2.0.0", summary: "Counts from nought again."
        ) { execution throws(RedisError) in
            let engine = execution.engine
            engine.statistics = EngineStatistics()
            engine.commandStatistics = Array(repeating: CommandStatistics(), count: engine.commands.all.count)
            engine.keyspace.resetStatistics()
            execution.reply.ok()
        },
        CommandSpec(
            "rewrite", arity: 2, flags, group: .server, since: "2.8.0", summary: "Writes the settings to their file.",
            handler: rewrite),
        CommandSpec("help", arity: 2, [.loading, .stale], group: .server, since: "5.0.0", summary: "What CONFIG can do.") {
            execution throws(RedisError) in execution.replyHelp(of: "config")
        },
    ]

    @Sendable private static func get(_ execution: Execution) throws(RedisError) {
        var found: [String: String] = [:]
        for index in 2..<execution.arguments.count {
            for (name, value) in execution.engine.configuration.matching(execution.argument(index)) {
                found[name] = value
            }
        }
        execution.reply.map(found.count)
        for (name, value) in found.sorted(by: { $0.key < $1.key }) {
            execution.reply.bulk(name)
            execution.reply.bulk(value)
        }
    }

    @Sendable private static func set(_ execution: Execution) throws(RedisError) {
        let arguments = execution.arguments
        guard arguments.count % 2 == 0 else { throw .syntax }
        let configuration = execution.engine.configuration
        var earlier: [(name: String, value: String)] = []
        var seen: Set<String> = []
        for index in stride(from: 2, to: arguments.count, by: 2) {
            let name = arguments[index].text
            guard let option = ConfigurationOption.named(name) else {
                throw RedisError("ERR Unknown option or number of arguments for CONFIG SET - '\(name)'")
            }
            guard seen.insert(option.name).inserted else {
                throw RedisError("ERR CONFIG SET failed (possibly related to argument '\(name)') - duplicate parameter")
            }
        }
        for index in stride(from: 2, to: arguments.count, by: 2) {
            let name = arguments[index].text
            let old = ConfigurationOption.named(name).map { configuration.value($0.name) } ?? ""
            do {
                try configuration.set(name, arguments[index + 1].text)
                try execution.engine.settingChanged(name)
                earlier.append((name, old))
            } catch {
                for (name, value) in earlier.reversed() { try? configuration.set(name, value, isStarting: true) }
                throw RedisError(
                    "ERR CONFIG SET failed (possibly related to argument '\(name)') - \(error.reason)")
            }
        }
        execution.reply.ok()
    }

    @Sendable private static func rewrite(_ execution: Execution) throws(RedisError) {
        guard let write = execution.engine.onConfigRewrite else {
            throw RedisError("ERR The server is running without a config file")
        }
        if let problem = write() { throw RedisError("ERR Rewriting config file: \(problem)") }
        execution.reply.ok()
    }
}
