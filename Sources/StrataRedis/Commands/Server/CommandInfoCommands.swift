import StrataRESP

/// COMMAND: what the commands are, from the same table that they are carried out by.
enum CommandInfoCommands {
    static let all: [CommandSpec] = [
        CommandSpec(
            "command", arity: -1, [.loading, .stale], group: .server, since: "2.8.13", summary: "Every command.",
            complexity: "O(N), N commands", subcommands: subcommands
        ) { execution throws(RedisError) in
            let all = execution.engine.commands.all
            execution.reply.array(all.count)
            for spec in all { info(spec, prefix: "", execution.reply) }
        }
    ]

    private static let subcommands: [CommandSpec] = [
        CommandSpec("count", arity: 2, [.loading, .stale], group: .server, since: "2.8.13", summary: "How many commands there are.") {
            execution throws(RedisError) in execution.reply.integer(execution.engine.commands.all.count)
        },
        CommandSpec(
            "info", arity: -2, [.loading, .stale], group: .server, since: "2.8.13", summary: "Arity, flags and keys of commands.",
            complexity: "O(N), N commands asked for", syntax: "[command-name [command-name ...]]"
        ) { execution throws(RedisError) in
            if execution.arguments.count == 2 {
                let all = execution.engine.commands.all
                execution.reply.array(all.count)
                for spec in all { info(spec, prefix: "", execution.reply) }
                return
            }
            execution.reply.array(execution.arguments.count - 2)
            for index in 2..<execution.arguments.count {
                if let (spec, prefix) = find(execution, execution.argument(index)) {
                    info(spec, prefix: prefix, execution.reply)
                } else {
                    execution.reply.nullArray()
                }
            }
        },
        CommandSpec(
            "docs", arity: -2, [.loading, .stale], group: .server, since: "7.0.0", summary: "The manual's words on commands.",
            complexity: "O(N), N commands asked for", syntax: "[command-name [command-name ...]]", handler: docs),
        CommandSpec(
            "list", arity: -2, [.loading, .stale], group: .server, since: "7.0.0", summary: "Names of commands.",
            complexity: "O(N), N commands", syntax: "[FILTERBY <MODULE module-name | ACLCAT category | PATTERN pattern>]",
            handler: list),
        CommandSpec(
            "getkeys", arity: -3, [.loading, .stale], group: .server, since: "2.8.13", summary: "The keys in a request.",
            complexity: "O(N), N arguments", syntax: "command [arg [arg ...]]", handler: keys),
        CommandSpec("help", arity: 2, [.loading, .stale], group: .server, since: "5.0.0", summary: "What COMMAND can do.") {
            execution throws(RedisError) in execution.replyHelp(of: "command")
        },
    ]

    private static func find(_ execution: Execution, _ name: Bytes) -> (CommandSpec, String)? {
        let parts = name.text.lowercased().split(separator: "|", omittingEmptySubsequences: false).map(String.init)
        guard let first = parts.first, let spec = execution.engine.commands.named(first) else { return nil }
        if parts.count == 1 { return (spec, "") }
        guard parts.count == 2, let sub = spec.subcommands.first(where: { $0.name == parts[1] }) else { return nil }
        return (sub, spec.name + "|")
    }

    private static func info(_ spec: CommandSpec, prefix: String, _ reply: ReplyBuffer) {
        reply.array(10)
        reply.bulk(prefix + spec.name)
        reply.integer(spec.arity)
        let flags = CommandFlags.names.filter { spec.flags.contains($0.0) }
        reply.set(flags.count)
        for (_, name) in flags { reply.simple(name) }
        let (first, last, step) = spec.keys.shown
        reply.integer(first)
        reply.integer(last)
        reply.integer(step)
        let categories = self.categories(of: spec)
        reply.set(categories.count)
        for category in categories { reply.simple(category) }
        reply.array(0)
        reply.array(0)
        reply.array(spec.subcommands.count)
        for sub in spec.subcommands { info(sub, prefix: spec.name + "|", reply) }
    }

    /// Access categories, as they follow from group and flags.
    private static func categories(of spec: CommandSpec) -> [String] {
        var names: [String] = []
        if spec.flags.contains(.write) { names.append("@write") }
        if spec.flags.contains(.readonly), spec.group != .scripting { names.append("@read") }
        switch spec.group {
        case .sortedSet: names.append("@sortedset")
        case .generic: names.append("@keyspace")
        case .transactions: names.append("@transaction")
        case .server: break
        default: names.append("@" + spec.group.rawValue)
        }
        if spec.flags.contains(.admin) { names += ["@admin", "@dangerous"] }
        names.append(spec.flags.contains(.fast) ? "@fast" : "@slow")
        if spec.flags.contains(.blocking) { names.append("@blocking") }
        return names
    }

    @Sendable private static func docs(_ execution: Execution) throws(RedisError) {
        let reply = execution.reply
        if execution.arguments.count == 2 {
            let all = execution.engine.commands.all
            reply.map(all.count)
            for spec in all { docs(spec, prefix: "", reply) }
            return
        }
        reply.begin(.map)
        var count = 0
        for index in 2..<execution.arguments.count {
            guard let (spec, prefix) = find(execution, execution.argument(index)) else { continue }
            docs(spec, prefix: prefix, reply)
            count += 1
        }
        reply.end(count)
    }

    private static func docs(_ spec: CommandSpec, prefix: String, _ reply: ReplyBuffer) {
        reply.bulk(prefix + spec.name)
        reply.map(spec.subcommands.isEmpty ? 4 : 5)
        reply.bulk("summary")
        reply.bulk(spec.summary)
        reply.bulk("since")
        reply.bulk(spec.since)
        reply.bulk("group")
        reply.bulk(spec.group.rawValue)
        reply.bulk("complexity")
        reply.bulk(spec.complexity)
        if spec.subcommands.isEmpty { return }
        reply.bulk("subcommands")
        reply.map(spec.subcommands.count)
        for sub in spec.subcommands { docs(sub, prefix: spec.name + "|", reply) }
    }

    @Sendable private static func list(_ execution: Execution) throws(RedisError) {
        let arguments = execution.arguments
        var names = execution.engine.commands.all.flatMap { spec in
            [spec.name] + spec.subcommands.map { spec.name + "|" + $0.name }
        }
        if arguments.count == 5, arguments[2].isWord("filterby") {
            let value = arguments[4]
            if arguments[3].isWord("pattern") {
                names = names.filter { name in
                    Array(name.utf8).withLent { Glob.matches(value, $0, ignoringCase: true) }
                }
            } else if arguments[3].isWord("aclcat") {
                let wanted = "@" + value.text.lowercased()
                names = execution.engine.commands.all.filter { categories(of: $0).contains(wanted) }.map(\.name)
            } else if arguments[3].isWord("module") {
                names = []
            } else {
                throw .syntax
            }
        } else if arguments.count != 2 {
            throw .syntax
        }
        execution.reply.set(names.count)
        for name in names { execution.reply.bulk(name) }
    }

    @Sendable private static func keys(_ execution: Execution) throws(RedisError) {
        let request = Arguments()
        for index in 2..<execution.arguments.count { request.append(execution.argument(index)) }
        guard let place = execution.engine.commands.place(of: request[0]) else {
            throw RedisError("ERR Invalid command specified")
        }
        let spec = execution.engine.commands.all[place]
        guard spec.fits(request.count) else { throw RedisError("ERR Invalid number of arguments specified for command") }
        if case .none = spec.keys { throw RedisError("ERR The command has no key arguments") }
        guard let places = spec.keys.places(in: request) else {
            throw RedisError("ERR Invalid arguments specified for command")
        }
        execution.reply.array(places.count)
        for place in places { execution.reply.bulk(request[place]) }
    }
}

extension CommandKeys {
    /// Where the keys of a request stand; nil where the request has no sense.
    package func places(in request: Arguments) -> [Int]? {
        switch self {
        case .none: return []
        case .range(let first, let last, let step):
            let end = last < 0 ? request.count + last : last
            guard first <= end, end < request.count else { return nil }
            return Array(stride(from: first, through: end, by: step))
        case .counted(let at, let also):
            guard at < request.count, let count = request[at].integer, count >= 0, count <= Int64(request.count),
                at + Int(count) < request.count
            else { return nil }
            return (also == 0 ? [] : [also]) + Array(at + 1..<at + 1 + Int(count))
        case .afterWord(let word):
            guard let place = (1..<request.count).first(where: { request[$0].isWord(word) }) else { return nil }
            let rest = request.count - place - 1
            guard rest > 0, rest % 2 == 0 else { return nil }
            return Array(place + 1..<place + 1 + rest / 2)
        case .stored(let first, let words):
            guard first < request.count else { return nil }
            let target = (first + 1..<max(first + 1, request.count - 1)).last { index in
                words.contains { request[index].isWord($0) }
            }
            return [first] + (target.map { [$0 + 1] } ?? [])
        }
    }
}

extension Execution {
    /// HELP of a command with subcommands: a line for each, and what it does.
    func replyHelp(of name: String) {
        guard let spec = engine.commands.named(name) else { return reply.array(0) }
        var lines = ["\(name.uppercased()) <subcommand> [<arg> [value] [opt] ...]. Subcommands are:"]
        for sub in spec.subcommands where sub.name != "help" {
            lines.append(sub.name.uppercased() + (sub.syntax.isEmpty ? "" : " " + sub.syntax))
            lines.append("    " + sub.summary)
        }
        lines += ["HELP", "    Print this help."]
        reply.array(lines.count)
        for line in lines { reply.simple(line) }
    }
}
