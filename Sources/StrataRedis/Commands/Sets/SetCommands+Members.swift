import StrataRESP

extension SetCommands {
    static func set(_ execution: Execution, _ index: Int = 1) throws(RedisError) -> SetValue? {
        try execution.database.value(SetValue.self, at: execution.argument(index))
    }

    static func deleteIfEmpty(_ execution: Execution, _ key: Bytes, _ set: SetValue) {
        guard set.count == 0 else { return }
        execution.database.delete(key)
        execution.notify(.generic, "del", key)
    }

    @Sendable static func add(_ execution: Execution) throws(RedisError) {
        let key = execution.argument(1)
        let set = try execution.database.value(SetValue.self, toChange: key, orMake: { SetValue() })
        let limits = execution.limits
        var added = 0
        for index in 2..<execution.arguments.count where set.add(execution.argument(index), limits: limits) {
            added += 1
        }
        execution.reply.integer(added)
        if added > 0 { execution.changed(key, .set, "sadd", count: Int64(added)) }
    }

    @Sendable static func remove(_ execution: Execution) throws(RedisError) {
        let key = execution.argument(1)
        guard let set = try execution.database.value(SetValue.self, toChange: key) else {
            return execution.reply.integer(0)
        }
        var removed = 0
        for index in 2..<execution.arguments.count where set.remove(execution.argument(index)) { removed += 1 }
        execution.reply.integer(removed)
        guard removed > 0 else { return }
        execution.changed(key, .set, "srem", count: Int64(removed))
        deleteIfEmpty(execution, key, set)
    }

    @Sendable static func move(_ execution: Execution) throws(RedisError) {
        let sourceKey = execution.argument(1)
        let targetKey = execution.argument(2)
        let member = execution.argument(3)
        let reply = execution.reply
        guard let source = try execution.database.value(SetValue.self, toChange: sourceKey) else {
            return reply.integer(0)
        }
        let target = try execution.database.value(SetValue.self, toChange: targetKey)
        if source === target { return reply.integer(source.contains(member) ? 1 : 0) }
        guard source.remove(member) else { return reply.integer(0) }
        execution.changed(sourceKey, .set, "srem")
        deleteIfEmpty(execution, sourceKey, source)
        let set = try execution.database.value(SetValue.self, toChange: targetKey, orMake: { SetValue() })
        if set.add(member, limits: execution.limits) { execution.changed(targetKey, .set, "sadd") }
        reply.integer(1)
    }

    @Sendable static func isMember(_ execution: Execution) throws(RedisError) {
        execution.reply.integer(try set(execution)?.contains(execution.argument(2)) == true ? 1 : 0)
    }

    @Sendable static func areMembers(_ execution: Execution) throws(RedisError) {
        let set = try set(execution)
        execution.reply.array(execution.arguments.count - 2)
        for index in 2..<execution.arguments.count {
            execution.reply.integer(set?.contains(execution.argument(index)) == true ? 1 : 0)
        }
    }

    @Sendable static func count(_ execution: Execution) throws(RedisError) {
        execution.reply.integer(try set(execution)?.count ?? 0)
    }

    @Sendable static func all(_ execution: Execution) throws(RedisError) {
        guard let set = try set(execution) else { return execution.reply.set(0) }
        reply(execution, set)
    }

    static func reply(_ execution: Execution, _ set: SetValue) {
        let reply = execution.reply
        reply.set(set.count)
        set.forEach { member in
            reply.bulk(member)
            return true
        }
    }

    @Sendable static func scan(_ execution: Execution) throws(RedisError) {
        let cursor = try ElementScan.cursor(execution)
        guard let set = try set(execution) else { return ElementScan.replyNothing(execution) }
        let scan = try ElementScan(execution)
        let reply = execution.reply
        scan.reply(execution) { (found: inout ElementScan.Found) in
            found.next = set.scan(cursor: cursor, count: scan.count) { member in
                guard scan.matches(member) else { return }
                reply.bulk(member)
                found.elements += 1
            }
        }
    }
}
