import StrataRESP

extension StreamCommands {
    private static func noGroup(_ execution: Execution) -> RedisError {
        RedisError(
            "NOGROUP No such key '\(execution.argument(1).text)' or consumer group '\(execution.argument(2).text)'")
    }

    static func xack(_ execution: Execution) throws(RedisError) {
        let stream = try execution.database.value(StreamValue.self, toChange: execution.argument(1))
        guard let group = stream?.group(execution.argument(2)) else { return execution.reply.integer(0) }
        var ids: [StreamID] = []
        for index in 3..<execution.arguments.count { ids.append(try id(execution.argument(index))) }
        var acknowledged = 0
        for id in ids where group.acknowledge(id) { acknowledged += 1 }
        execution.dirty += Int64(acknowledged)
        execution.reply.integer(acknowledged)
    }

    static func xpending(_ execution: Execution) throws(RedisError) {
        let count = execution.arguments.count
        guard count == 3 || (6...9).contains(count) else { throw .syntax }
        if count == 3 { return try pendingSummary(execution) }
        var at = 3
        var minimumIdle: Int64 = 0
        if execution.argument(3).isWord("idle") {
            minimumIdle = try execution.integer(4)
            guard count >= 8 else { throw .syntax }
            at = 5
        }
        guard count <= at + 4 else { throw .syntax }
        let wanted = max(try execution.integer(at + 2), 0)
        let from = try start(execution.argument(at))
        let to = try end(execution.argument(at + 1))
        let stream = try execution.database.value(StreamValue.self, at: execution.argument(1))
        guard let group = stream?.group(execution.argument(2)) else { throw noGroup(execution) }
        var pending = group.pending
        if at + 3 < count {
            guard let consumer = group.consumer(execution.argument(at + 3)) else { return execution.reply.array(0) }
            pending = consumer.pending
        }
        let reply = execution.reply
        reply.begin(.array)
        var given: Int64 = 0
        if wanted > 0 {
            pending.forEach(from: from) { id, entry in
                if id > to { return false }
                let idle = execution.now - entry.deliveredAt
                if minimumIdle > 0, idle < minimumIdle { return true }
                reply.array(4)
                reply.bulk(id)
                reply.bulk(entry.consumer.name)
                reply.integer(max(idle, 0))
                reply.integer(Int64(clamping: entry.deliveries))
                given += 1
                return given != wanted
            }
        }
        reply.end(Int(given))
    }

    private static func pendingSummary(_ execution: Execution) throws(RedisError) {
        let stream = try execution.database.value(StreamValue.self, at: execution.argument(1))
        guard let group = stream?.group(execution.argument(2)) else { throw noGroup(execution) }
        let reply = execution.reply
        reply.array(4)
        reply.integer(group.pending.count)
        guard let first = group.pending.first, let last = group.pending.last else {
            reply.null()
            reply.null()
            return reply.nullArray()
        }
        reply.bulk(first)
        reply.bulk(last)
        let consumers = group.consumers.filter { !$0.pending.isEmpty }
        reply.array(consumers.count)
        for consumer in consumers {
            reply.array(2)
            reply.bulk(consumer.name)
            reply.bulk(Int64(consumer.pending.count))
        }
    }

    // MARK: XCLAIM

    private struct ClaimOptions {
        var minimumIdle: Int64 = 0
        var deliveredAt: Int64
        var deliveries: Int64?
        var isForced = false
        var isJustID = false
        var last = StreamID.zero
        var ids: [StreamID] = []
    }

    private static func claimOptions(_ execution: Execution) throws(RedisError) -> ClaimOptions {
        var options = ClaimOptions(deliveredAt: execution.now)
        let error = RedisError("ERR Invalid min-idle-time argument for XCLAIM")
        options.minimumIdle = max(try execution.integer(4, orThrow: error), 0)
        var at = 5
        while at < execution.arguments.count, let id = parseID(execution.argument(at)) {
            options.ids.append(id)
            at += 1
        }
        // An id that is none and no option either is called an unknown option.
        while at < execution.arguments.count {
            let word = execution.argument(at)
            let hasMore = at + 1 < execution.arguments.count
            if word.isWord("force") {
                options.isForced = true
            } else if word.isWord("justid") {
                options.isJustID = true
            } else if word.isWord("idle"), hasMore {
                at += 1
                let error = RedisError("ERR Invalid IDLE option argument for XCLAIM")
                options.deliveredAt = execution.now &- (try execution.integer(at, orThrow: error))
            } else if word.isWord("time"), hasMore {
                at += 1
                let error = RedisError("ERR Invalid TIME option argument for XCLAIM")
                options.deliveredAt = try execution.integer(at, orThrow: error)
            } else if word.isWord("retrycount"), hasMore {
                at += 1
                let error = RedisError("ERR Invalid RETRYCOUNT option argument for XCLAIM")
                options.deliveries = try execution.integer(at, orThrow: error)
            } else if word.isWord("lastid"), hasMore {
                at += 1
                options.last = try id(execution.argument(at))
            } else {
                throw RedisError("ERR Unrecognized XCLAIM option '\(word.text)'")
            }
            at += 1
        }
        // A time in the future would make entries idle for less than nothing.
        if options.deliveredAt < 0 || options.deliveredAt > execution.now { options.deliveredAt = execution.now }
        if let deliveries = options.deliveries, deliveries < 0 { options.deliveries = nil }
        return options
    }

    static func xclaim(_ execution: Execution) throws(RedisError) {
        let key = execution.argument(1)
        let groupName = execution.argument(2)
        let stream = try execution.database.value(StreamValue.self, toChange: key)
        guard let stream, let group = stream.group(groupName) else { throw noGroup(execution) }
        let options = try claimOptions(execution)
        execution.propagateNothing()
        var isGroupLogged = true
        if options.last > group.last {
            group.last = options.last
            isGroupLogged = false
        }
        let reply = execution.reply
        reply.begin(.array)
        var given = 0
        for id in options.ids {
            guard let entry = stream.entry(id) else {
                if dropDeleted(execution, key, groupName, group, id) { isGroupLogged = true }
                continue
            }
            if group.pending[id] == nil {
                guard options.isForced else { continue }
            } else if let pending = group.pending[id], options.minimumIdle > 0,
                execution.now - pending.deliveredAt < options.minimumIdle
            {
                continue
            }
            // A consumer is made by its first claim.
            let consumer = consumer(execution, key, groupName, group, execution.argument(3), propagates: false)
            if group.pending[id] == nil { group.deliver(id, to: consumer, at: options.deliveredAt) }
            guard let pending = group.pending[id] else { continue }
            group.give(pending, id, to: consumer)
            pending.deliveredAt = options.deliveredAt
            if let deliveries = options.deliveries {
                pending.deliveries = UInt64(deliveries)
            } else if !options.isJustID {
                pending.deliveries += 1
            }
            if options.isJustID { reply.bulk(id) } else { self.reply(reply, entry) }
            given += 1
            propagateClaim(execution, key, groupName, group, id, pending)
            isGroupLogged = true
            execution.dirty += 1
        }
        if !isGroupLogged {
            propagateGroup(execution, key, groupName, group)
            execution.dirty += 1
        }
        reply.end(given)
    }

    /// A pending entry that was deleted from its stream is no longer pending. Returns whether it was.
    private static func dropDeleted(
        _ execution: Execution, _ key: Bytes, _ groupName: Bytes, _ group: ConsumerGroup, _ id: StreamID
    ) -> Bool {
        guard let pending = group.pending[id] else { return false }
        propagateClaim(execution, key, groupName, group, id, pending)
        _ = group.acknowledge(id)
        execution.dirty += 1
        return true
    }

    static func xautoclaim(_ execution: Execution) throws(RedisError) {
        let error = RedisError("ERR Invalid min-idle-time argument for XAUTOCLAIM")
        let minimumIdle = max(try execution.integer(4, orThrow: error), 0)
        let from = try start(execution.argument(5))
        var count: Int64 = 100
        var isJustID = false
        var at = 6
        while at < execution.arguments.count {
            if execution.argument(at).isWord("count"), at + 1 < execution.arguments.count {
                at += 1
                let error = RedisError("ERR COUNT must be > 0")
                count = try execution.integer(at, in: 1...Int64.max / 16, orThrow: error)
            } else if execution.argument(at).isWord("justid") {
                isJustID = true
            } else {
                throw .syntax
            }
            at += 1
        }
        let key = execution.argument(1)
        let groupName = execution.argument(2)
        let stream = try execution.database.value(StreamValue.self, toChange: key)
        guard let stream, let group = stream.group(groupName) else { throw noGroup(execution) }
        execution.propagateNothing()
        let (candidates, next) = candidates(stream, group, from, minimumIdle, count, now: execution.now)
        let reply = execution.reply
        reply.array(3)
        reply.bulk(next)
        reply.begin(.array)
        var given = 0
        var deleted: [StreamID] = []
        for id in candidates {
            guard let entry = stream.entry(id), let pending = group.pending[id] else {
                if dropDeleted(execution, key, groupName, group, id) { deleted.append(id) }
                continue
            }
            let consumer = consumer(execution, key, groupName, group, execution.argument(3), propagates: false)
            group.give(pending, id, to: consumer)
            pending.deliveredAt = execution.now
            if !isJustID { pending.deliveries += 1 }
            if isJustID { reply.bulk(id) } else { self.reply(reply, entry) }
            given += 1
            propagateClaim(execution, key, groupName, group, id, pending)
            execution.dirty += 1
        }
        reply.end(given)
        reply.array(deleted.count)
        for id in deleted { reply.bulk(id) }
    }

    /// Pending ids from `from` on that are idle for long enough or deleted, at most `count`, and the id to go on
    /// with. Ten times as many are looked at.
    private static func candidates(
        _ stream: StreamValue, _ group: ConsumerGroup, _ from: StreamID, _ minimumIdle: Int64, _ count: Int64,
        now: Int64
    ) -> (ids: [StreamID], next: StreamID) {
        var ids: [StreamID] = []
        var looks = count * 10
        var next = StreamID.zero
        group.pending.forEach(from: from) { id, pending in
            if looks == 0 || Int64(ids.count) == count {
                next = id
                return false
            }
            looks -= 1
            if minimumIdle > 0, now - pending.deliveredAt < minimumIdle, stream.contains(id) { return true }
            ids.append(id)
            return true
        }
        return (ids, next)
    }
}
