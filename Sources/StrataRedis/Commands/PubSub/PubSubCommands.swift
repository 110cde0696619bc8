import StrataRESP

/// Publishing and listening.
package enum PubSubCommands {
    private static let listening: CommandFlags = [.pubsub, .noscript, .loading, .stale]

    package static let all: [CommandSpec] = [
        CommandSpec(
            "subscribe", arity: -2, listening, group: .pubsub, since: "2.0.0", summary: "Listens to channels.",
            complexity: "O(N), N channels", syntax: "channel [channel ...]"
        ) { execution throws(RedisError) in subscribe(execution, .channel, "subscribe") },
        CommandSpec(
            "unsubscribe", arity: -1, listening, group: .pubsub, since: "2.0.0", summary: "Listens to channels no more.",
            complexity: "O(N), N channels", syntax: "[channel [channel ...]]"
        ) { execution throws(RedisError) in unsubscribe(execution, .channel, "unsubscribe") },
        CommandSpec(
            "psubscribe", arity: -2, listening, group: .pubsub, since: "2.0.0",
            summary: "Listens to channels that match patterns.", complexity: "O(N), N patterns",
            syntax: "pattern [pattern ...]"
        ) { execution throws(RedisError) in subscribe(execution, .pattern, "psubscribe") },
        CommandSpec(
            "punsubscribe", arity: -1, listening, group: .pubsub, since: "2.0.0",
            summary: "Listens to patterns no more.", complexity: "O(N), N patterns", syntax: "[pattern [pattern ...]]"
        ) { execution throws(RedisError) in unsubscribe(execution, .pattern, "punsubscribe") },
        CommandSpec(
            "ssubscribe", arity: -2, listening, group: .pubsub, since: "7.0.0", summary: "Listens to shard channels.",
            complexity: "O(N), N channels", syntax: "shardchannel [shardchannel ...]"
        ) { execution throws(RedisError) in subscribe(execution, .shard, "ssubscribe") },
        CommandSpec(
            "sunsubscribe", arity: -1, listening, group: .pubsub, since: "7.0.0",
            summary: "Listens to shard channels no more.", complexity: "O(N), N channels",
            syntax: "[shardchannel [shardchannel ...]]"
        ) { execution throws(RedisError) in unsubscribe(execution, .shard, "sunsubscribe") },
        CommandSpec(
            "publish", arity: 3, [.pubsub, .loading, .stale, .fast, .mayReplicate], group: .pubsub, since: "2.0.0",
            summary: "Tells whoever listens to a channel.", complexity: "O(N + M), N listeners, M patterns",
            syntax: "channel message", handler: publish),
        CommandSpec(
            "spublish", arity: 3, [.pubsub, .loading, .stale, .fast, .mayReplicate], group: .pubsub, since: "7.0.0",
            summary: "Tells whoever listens to a shard channel.", complexity: "O(N), N listeners",
            syntax: "shardchannel message"
        ) { execution throws(RedisError) in
            execution.reply.integer(
                execution.engine.pubSub.publishToShard(execution.argument(2), on: execution.argument(1)))
        },
        CommandSpec(
            "pubsub", arity: -2, [.pubsub, .loading, .stale], group: .pubsub, since: "2.8.0",
            summary: "Looks at channels and patterns.", complexity: "Depends on the subcommand",
            subcommands: subcommands
        ) { execution throws(RedisError) in throw .arity("pubsub") },
    ]

    private static let subcommands: [CommandSpec] = [
        CommandSpec(
            "channels", arity: -2, [.pubsub, .loading, .stale], group: .pubsub, since: "2.8.0",
            summary: "Channels that somebody listens to.", complexity: "O(N), N channels", syntax: "[pattern]"
        ) { execution throws(RedisError) in try channels(execution, .channel) },
        CommandSpec(
            "numsub", arity: -2, [.pubsub, .loading, .stale], group: .pubsub, since: "2.8.0",
            summary: "How many listen to channels.", complexity: "O(N), N channels given",
            syntax: "[channel [channel ...]]"
        ) { execution throws(RedisError) in counts(execution, .channel) },
        CommandSpec(
            "numpat", arity: 2, [.pubsub, .loading, .stale], group: .pubsub, since: "2.8.0",
            summary: "How many patterns are listened to."
        ) { execution throws(RedisError) in execution.reply.integer(execution.engine.pubSub.patternCount) },
        CommandSpec(
            "shardchannels", arity: -2, [.pubsub, .loading, .stale], group: .pubsub, since: "7.0.0",
            summary: "Shard channels that somebody listens to.", complexity: "O(N), N channels", syntax: "[pattern]"
        ) { execution throws(RedisError) in try channels(execution, .shard) },
        CommandSpec(
            "shardnumsub", arity: -2, [.pubsub, .loading, .stale], group: .pubsub, since: "7.0.0",
            summary: "How many listen to shard channels.", complexity: "O(N), N channels given",
            syntax: "[shardchannel [shardchannel ...]]"
        ) { execution throws(RedisError) in counts(execution, .shard) },
        CommandSpec(
            "help", arity: 2, [.loading, .stale], group: .pubsub, since: "6.2.0", summary: "What PUBSUB can do."
        ) { execution throws(RedisError) in execution.replyHelp(of: "pubsub") },
    ]

    private static func subscribe(_ execution: Execution, _ kind: PubSub.Kind, _ word: StaticString) {
        let client = execution.client
        for index in 1..<execution.arguments.count {
            let name = execution.argument(index)
            _ = execution.engine.pubSub.subscribe(client, name.copy(), kind)
            tell(execution, word, name, kind)
        }
    }

    private static func unsubscribe(_ execution: Execution, _ kind: PubSub.Kind, _ word: StaticString) {
        let client = execution.client
        var names = (1..<execution.arguments.count).map { execution.argument($0).copy() }
        if names.isEmpty {
            switch kind {
            case .channel: names = Array(client.channels)
            case .pattern: names = Array(client.patterns)
            case .shard: names = Array(client.shardChannels)
            }
            if names.isEmpty { return tell(execution, word, nil, kind) }
        }
        for name in names {
            execution.engine.pubSub.unsubscribe(client, name, kind)
            name.withLent { tell(execution, word, $0, kind) }
        }
    }

    private static func tell(_ execution: Execution, _ word: StaticString, _ name: Bytes?, _ kind: PubSub.Kind) {
        let reply = execution.reply
        reply.push(3)
        reply.bulk(Bytes(word.utf8Start, word.utf8CodeUnitCount))
        if let name { reply.bulk(name) } else { reply.null() }
        reply.integer(kind == .shard ? execution.client.shardChannels.count : execution.client.subscriptions)
    }

    @Sendable private static func publish(_ execution: Execution) throws(RedisError) {
        execution.reply.integer(execution.engine.pubSub.publish(execution.argument(2), on: execution.argument(1)))
    }

    private static func channels(_ execution: Execution, _ kind: PubSub.Kind) throws(RedisError) {
        guard execution.arguments.count <= 3 else { throw .arity("pubsub|channels") }
        let pattern = execution.arguments.count == 3 ? execution.argument(2) : nil
        let names = execution.engine.pubSub.activeChannels(pattern, kind)
        execution.reply.array(names.count)
        for name in names { execution.reply.bulk(name) }
    }

    private static func counts(_ execution: Execution, _ kind: PubSub.Kind) {
        execution.reply.map(execution.arguments.count - 2)
        for index in 2..<execution.arguments.count {
            execution.reply.bulk(execution.argument(index))
            execution.reply.integer(execution.engine.pubSub.listeners(execution.argument(index), kind))
        }
    }
}
