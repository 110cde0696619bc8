import StrataRESP

/// CLIENT and its subcommands.
enum ClientCommands {
    private static let flags: CommandFlags = [.noscript, .loading, .stale]

    static let all: [CommandSpec] = [
        CommandSpec("id", arity: 2, flags, group: .connection, since: "5.0.0", summary: "The connection's number.") {
            execution throws(RedisError) in execution.reply.integer(Int64(execution.client.id))
        },
        CommandSpec("getname", arity: 2, flags, group: .connection, since: "2.6.9", summary: "The connection's name.") {
            execution throws(RedisError) in
            let name = execution.client.name
            name.isEmpty ? execution.reply.null() : execution.reply.bulk(name)
        },
        CommandSpec(
            "setname", arity: 3, flags, group: .connection, since: "2.6.9", summary: "Names the connection.",
            syntax: "connection-name"
        ) { execution throws(RedisError) in
            execution.client.name = try validName(execution.argument(2))
            execution.reply.ok()
        },
        CommandSpec(
            "setinfo", arity: 4, flags, group: .connection, since: "7.2.0", summary: "Names the client's library.",
            syntax: "<LIB-NAME libname | LIB-VER libver>"
        ) { execution throws(RedisError) in
            guard execution.argument(2).isWord("lib-name") || execution.argument(2).isWord("lib-ver") else {
                throw RedisError("ERR Unrecognized option '\(execution.argument(2).text)'")
            }
            if execution.argument(2).isWord("lib-name") { execution.client.libraryName = execution.argument(3).text }
            execution.reply.ok()
        },
        CommandSpec(
            "list", arity: -2, flags.union(.admin), group: .connection, since: "2.4.0", summary: "Every connection.",
            complexity: "O(N), N connections", syntax: "[TYPE <NORMAL | MASTER | REPLICA | PUBSUB>] [ID client-id [client-id ...]]",
            handler: list),
        CommandSpec("info", arity: 2, flags, group: .connection, since: "6.2.0", summary: "This connection.") {
            execution throws(RedisError) in
            execution.reply.verbatim(line(execution.client, execution) + "\n")
        },
        CommandSpec(
            "kill", arity: -3, flags.union(.admin), group: .connection, since: "2.4.0", summary: "Ends connections.",
            complexity: "O(N), N connections",
            syntax: "<ip:port | [ID client-id] [TYPE type] [ADDR ip:port] [LADDR ip:port] [SKIPME yes/no]>", handler: kill),
        CommandSpec(
            "reply", arity: 3, flags, group: .connection, since: "3.2.0", summary: "Whether commands are answered.",
            syntax: "<ON | OFF | SKIP>", handler: reply),
        CommandSpec(
            "unblock", arity: -3, flags.union(.admin), group: .connection, since: "5.0.0",
            summary: "Ends the wait of another connection.", syntax: "client-id [TIMEOUT | ERROR]", handler: unblock),
        CommandSpec(
            "no-evict", arity: 3, flags.union(.admin), group: .connection, since: "7.0.0",
            summary: "Whether the connection may be ended for memory.", syntax: "<ON | OFF>"
        ) { execution throws(RedisError) in
            guard execution.argument(2).isWord("on") || execution.argument(2).isWord("off") else { throw .syntax }
            execution.reply.ok()
        },
        CommandSpec("help", arity: 2, [.loading, .stale], group: .connection, since: "5.0.0", summary: "What CLIENT can do.") {
            execution throws(RedisError) in execution.replyHelp(of: "client")
        },
    ]

    static func validName(_ name: Bytes) throws(RedisError) -> [UInt8] {
        for byte in name.buffer where byte < UInt8(ascii: "!") || byte > UInt8(ascii: "~") {
            throw RedisError("ERR Client names cannot contain spaces, newlines or special characters.")
        }
        return name.copy()
    }

    static func line(_ client: RedisClient, _ execution: Execution) -> String {
        let now = execution.now
        var flags = ""
        if client.isMonitor { flags += "O" }
        if client.isInPubSub { flags += "P" }
        if client.blocked != nil { flags += "b" }
        if client.transaction != nil { flags += "x" }
        if client.isWatchBroken { flags += "d" }
        if client.closesAfterReply { flags += "c" }
        if flags.isEmpty { flags = "N" }
        return "id=\(client.id) addr=\(client.address) laddr=\(client.localAddress) fd=\(client.id + 8) name=\(String(decoding: client.name, as: UTF8.self)) "
            + "age=\((now - client.connected) / 1000) idle=\((now - client.lastInteraction) / 1000) flags=\(flags) db=\(client.database) "
            + "sub=\(client.channels.count) psub=\(client.patterns.count) ssub=\(client.shardChannels.count) multi=\(client.transaction?.commands.count ?? -1) "
            + "qbuf=0 qbuf-free=0 argv-mem=0 multi-mem=0 rbs=\(client.reply.count) rbp=\(client.reply.count) obl=0 oll=0 omem=0 tot-mem=0 events=r "
            + "cmd=\(client.lastCommand) user=default redir=-1 resp=\(client.reply.version)"
    }

    private static func isOfType(_ client: RedisClient, _ type: Bytes) throws(RedisError) -> Bool {
        if type.isWord("normal") { return !client.isInPubSub }
        if type.isWord("pubsub") { return client.isInPubSub }
        if type.isWord("master") || type.isWord("replica") || type.isWord("slave") { return false }
        throw RedisError("ERR Unknown client type '\(type.text)'")
    }

    private static func inOrder(_ execution: Execution) -> [RedisClient] {
        execution.engine.clients.values.sorted { $0.id < $1.id }
    }

    @Sendable private static func list(_ execution: Execution) throws(RedisError) {
        let arguments = execution.arguments
        var chosen = inOrder(execution)
        if arguments.count == 4, arguments[2].isWord("type") {
            let type = arguments[3]
            var kept: [RedisClient] = []
            for client in chosen where try isOfType(client, type) { kept.append(client) }
            chosen = kept
        } else if arguments.count > 3, arguments[2].isWord("id") {
            var ids: Set<UInt64> = []
            for index in 3..<arguments.count {
                guard let id = arguments[index].integer, id > 0 else { throw RedisError("ERR Invalid client ID") }
                ids.insert(UInt64(id))
            }
            chosen = chosen.filter { ids.contains($0.id) }
        } else if arguments.count != 2 {
            throw .syntax
        }
        execution.reply.verbatim(chosen.map { line($0, execution) + "\n" }.joined())
    }

    @Sendable private static func kill(_ execution: Execution) throws(RedisError) {
        let arguments = execution.arguments
        var chosen = inOrder(execution)
        var skipsMe = true
        let isOldForm = arguments.count == 3
        if isOldForm {
            let address = arguments[2].text
            chosen = chosen.filter { $0.address == address }
            skipsMe = false
        } else {
            guard arguments.count % 2 == 0 else { throw .syntax }
            for index in stride(from: 2, to: arguments.count, by: 2) {
                let value = arguments[index + 1]
                if arguments[index].isWord("id") {
                    guard let id = value.integer, id > 0 else {
                        throw RedisError("ERR client-id should be greater than 0")
                    }
                    chosen = chosen.filter { $0.id == UInt64(id) }
                } else if arguments[index].isWord("type") {
                    var kept: [RedisClient] = []
                    for client in chosen where try isOfType(client, value) { kept.append(client) }
                    chosen = kept
                } else if arguments[index].isWord("addr") {
                    let address = value.text
                    chosen = chosen.filter { $0.address == address }
                } else if arguments[index].isWord("laddr") {
                    let address = value.text
                    chosen = chosen.filter { $0.localAddress == address }
                } else if arguments[index].isWord("user") {
                    guard value.isWord("default") else { throw RedisError("ERR No such user '\(value.text)'") }
                } else if arguments[index].isWord("skipme") {
                    guard value.isWord("yes") || value.isWord("no") else { throw .syntax }
                    skipsMe = value.isWord("yes")
                } else {
                    throw .syntax
                }
            }
        }
        if skipsMe { chosen.removeAll { $0 === execution.client } }
        if isOldForm {
            if chosen.isEmpty { throw RedisError("ERR No such client") }
            execution.reply.ok()
        } else {
            execution.reply.integer(chosen.count)
        }
        for client in chosen {
            if client === execution.client { client.closesAfterReply = true } else { client.kill(client) }
        }
    }

    @Sendable private static func reply(_ execution: Execution) throws(RedisError) {
        let word = execution.argument(2)
        let client = execution.client
        if word.isWord("on") {
            client.isReplyOff = false
            client.skipsNextReply = false
            execution.reply.ok()
        } else if word.isWord("off") {
            client.isReplyOff = true
        } else if word.isWord("skip") {
            if !client.isReplyOff { client.skipsNextReply = true }
        } else {
            throw .syntax
        }
    }

    @Sendable private static func unblock(_ execution: Execution) throws(RedisError) {
        let arguments = execution.arguments
        guard arguments.count <= 4 else { throw .arity("client|unblock") }
        var isTimeout = true
        if arguments.count == 4 {
            if arguments[3].isWord("error") {
                isTimeout = false
            } else if !arguments[3].isWord("timeout") {
                throw RedisError("ERR CLIENT UNBLOCK reason should be TIMEOUT or ERROR")
            }
        }
        let id = try execution.integer(2)
        guard id > 0, let other = execution.engine.clients[UInt64(id)], other.blocked != nil else {
            return execution.reply.integer(0)
        }
        execution.engine.unblock(other, withTimeout: isTimeout)
        execution.reply.integer(1)
    }
}
