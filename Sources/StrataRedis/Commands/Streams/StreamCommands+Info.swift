import StrataRESP

extension StreamCommands {
    private static func stream(_ execution: Execution) throws(RedisError) -> StreamValue {
        guard let stream = try execution.database.value(StreamValue.self, at: execution.argument(2)) else {
            throw .noSuchKey
        }
        return stream
    }

    static func xinfoStream(_ execution: Execution) throws(RedisError) {
        var isFull = false
        var count: Int64 = 10
        let arguments = execution.arguments.count
        if arguments > 3 {
            guard arguments == 4 || arguments == 6, execution.argument(3).isWord("full") else {
                throw syntax(execution)
            }
            isFull = true
            if arguments == 6 {
                guard execution.argument(4).isWord("count") else { throw syntax(execution) }
                let given = try execution.integer(5)
                count = given < 0 ? 10 : given
            }
        }
        let stream = try stream(execution)
        let reply = execution.reply
        reply.map(isFull ? 9 : 10)
        reply.bulk("length")
        reply.integer(stream.length)
        reply.bulk("radix-tree-keys")
        reply.integer(stream.nodes.count)
        // Ours is an array: what the tree of so few keys would have at least.
        reply.bulk("radix-tree-nodes")
        reply.integer(stream.nodes.count + 1)
        reply.bulk("last-generated-id")
        reply.bulk(stream.last)
        reply.bulk("max-deleted-entry-id")
        reply.bulk(stream.largestDeleted)
        reply.bulk("entries-added")
        reply.integer(Int64(clamping: stream.entriesAdded))
        reply.bulk("recorded-first-entry-id")
        reply.bulk(stream.first)
        if isFull { return full(execution, stream, count) }
        reply.bulk("groups")
        reply.integer(stream.groupCount)
        reply.bulk("first-entry")
        if let entry = stream.edge(isLast: false) { self.reply(reply, entry) } else { reply.null() }
        reply.bulk("last-entry")
        if let entry = stream.edge(isLast: true) { self.reply(reply, entry) } else { reply.null() }
    }

    private static func syntax(_ execution: Execution) -> RedisError {
        RedisError(
            "ERR unknown subcommand or wrong number of arguments for '\(execution.argument(1).text)'. Try XINFO HELP.")
    }

    private static func full(_ execution: Execution, _ stream: StreamValue, _ count: Int64) {
        let reply = execution.reply
        reply.bulk("entries")
        reply.begin(.array)
        var given: Int64 = 0
        stream.forEach(from: .zero, to: .max) { entry in
            self.reply(reply, entry)
            given += 1
            return given != count
        }
        reply.end(Int(given))
        reply.bulk("groups")
        reply.array(stream.groupCount)
        for (name, group) in stream.groups {
            reply.map(7)
            reply.bulk("name")
            reply.bulk(name)
            reply.bulk("last-delivered-id")
            reply.bulk(group.last)
            counters(reply, stream, group)
            reply.bulk("pel-count")
            reply.integer(group.pending.count)
            reply.bulk("pending")
            pending(reply, group.pending, count, withConsumer: true)
            reply.bulk("consumers")
            reply.array(group.consumerCount)
            for consumer in group.consumers {
                reply.map(4)
                reply.bulk("name")
                reply.bulk(consumer.name)
                reply.bulk("seen-time")
                reply.integer(consumer.seenAt)
                reply.bulk("pel-count")
                reply.integer(consumer.pending.count)
                reply.bulk("pending")
                pending(reply, consumer.pending, count, withConsumer: false)
            }
        }
    }

    private static func pending(
        _ reply: ReplyBuffer, _ pending: StreamIDMap<PendingEntry>, _ count: Int64, withConsumer: Bool
    ) {
        reply.begin(.array)
        var given: Int64 = 0
        pending.forEach { id, entry in
            reply.array(withConsumer ? 4 : 3)
            reply.bulk(id)
            if withConsumer { reply.bulk(entry.consumer.name) }
            reply.integer(entry.deliveredAt)
            reply.integer(Int64(clamping: entry.deliveries))
            given += 1
            return given != count
        }
        reply.end(Int(given))
    }

    private static func counters(_ reply: ReplyBuffer, _ stream: StreamValue, _ group: ConsumerGroup) {
        reply.bulk("entries-read")
        if let read = group.entriesRead { reply.integer(Int64(clamping: read)) } else { reply.null() }
        reply.bulk("lag")
        if let lag = stream.lag(of: group) { reply.integer(lag) } else { reply.null() }
    }

    static func xinfoGroups(_ execution: Execution) throws(RedisError) {
        let stream = try stream(execution)
        let reply = execution.reply
        reply.array(stream.groupCount)
        for (name, group) in stream.groups {
            reply.map(6)
            reply.bulk("name")
            reply.bulk(name)
            reply.bulk("consumers")
            reply.integer(group.consumerCount)
            reply.bulk("pending")
            reply.integer(group.pending.count)
            reply.bulk("last-delivered-id")
            reply.bulk(group.last)
            counters(reply, stream, group)
        }
    }

    static func xinfoConsumers(_ execution: Execution) throws(RedisError) {
        let stream = try stream(execution)
        guard let group = stream.group(execution.argument(3)) else {
            throw RedisError(
                "NOGROUP No such consumer group '\(execution.argument(3).text)' for key name '\(execution.argument(2).text)'"
            )
        }
        let reply = execution.reply
        reply.array(group.consumerCount)
        for consumer in group.consumers {
            reply.map(3)
            reply.bulk("name")
            reply.bulk(consumer.name)
            reply.bulk("pending")
            reply.integer(consumer.pending.count)
            reply.bulk("idle")
            reply.integer(max(execution.now - consumer.seenAt, 0))
        }
    }
}
