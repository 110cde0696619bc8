import StrataRESP

extension HashCommands {
    private static func hash(_ execution: Execution) throws(RedisError) -> HashValue? {
        try execution.database.value(HashValue.self, at: execution.argument(1))
    }

    @Sendable static func get(_ execution: Execution) throws(RedisError) {
        guard let value = try hash(execution)?.value(of: execution.argument(2)) else { return execution.reply.null() }
        execution.reply.bulk(value)
    }

    @Sendable static func getSeveral(_ execution: Execution) throws(RedisError) {
        let hash = try hash(execution)
        let reply = execution.reply
        reply.array(execution.arguments.count - 2)
        for index in 2..<execution.arguments.count {
            if let value = hash?.value(of: execution.argument(index)) { reply.bulk(value) } else { reply.null() }
        }
    }

    @Sendable static func length(_ execution: Execution) throws(RedisError) {
        execution.reply.integer(try hash(execution)?.count ?? 0)
    }

    @Sendable static func valueLength(_ execution: Execution) throws(RedisError) {
        execution.reply.integer(try hash(execution)?.value(of: execution.argument(2))?.count ?? 0)
    }

    @Sendable static func exists(_ execution: Execution) throws(RedisError) {
        execution.reply.integer(try hash(execution)?.contains(execution.argument(2)) == true ? 1 : 0)
    }

    @Sendable static func fields(_ execution: Execution) throws(RedisError) {
        let hash = try hash(execution)
        let reply = execution.reply
        reply.array(hash?.count ?? 0)
        hash?.forEach { field, _ in
            reply.bulk(field)
            return true
        }
    }

    @Sendable static func values(_ execution: Execution) throws(RedisError) {
        let hash = try hash(execution)
        let reply = execution.reply
        reply.array(hash?.count ?? 0)
        hash?.forEach { _, value in
            reply.bulk(value)
            return true
        }
    }

    @Sendable static func getAll(_ execution: Execution) throws(RedisError) {
        let hash = try hash(execution)
        let reply = execution.reply
        reply.map(hash?.count ?? 0)
        hash?.forEach { field, value in
            reply.bulk(field)
            reply.bulk(value)
            return true
        }
    }

    @Sendable static func random(_ execution: Execution) throws(RedisError) {
        guard execution.arguments.count > 2 else {
            guard let hash = try hash(execution) else { return execution.reply.null() }
            return execution.reply.bulk(hash.random(&execution.keyspace.random).field)
        }
        let wanted = try execution.symmetricInteger(2)
        let withValues = execution.arguments.count == 4 && execution.argument(3).isWord("withvalues")
        guard execution.arguments.count == 3 || withValues else { throw .syntax }
        if withValues, wanted.magnitude > UInt64(Int64.max / 2) { throw RedisError("ERR value is out of range") }
        let reply = execution.reply
        guard let hash = try hash(execution), wanted != 0 else { return reply.array(0) }
        let isFlat = reply.version == 2
        let given = wanted < 0 ? Int(wanted.magnitude) : min(Int(wanted), hash.count)
        reply.array(withValues && isFlat ? 2 * given : given)
        func add(_ field: PackedValue, _ value: PackedValue) {
            if withValues, !isFlat { reply.array(2) }
            reply.bulk(field)
            if withValues { reply.bulk(value) }
        }
        if wanted < 0 {
            for _ in 0..<given {
                let (field, value) = hash.random(&execution.keyspace.random)
                add(field, value)
            }
        } else {
            hash.randomDistinct(given, &execution.keyspace.random, add)
        }
    }

    @Sendable static func scan(_ execution: Execution) throws(RedisError) {
        let cursor = try ElementScan.cursor(execution)
        guard let hash = try hash(execution) else { return ElementScan.replyNothing(execution) }
        let scan = try ElementScan(execution)
        let reply = execution.reply
        scan.reply(execution) { (found: inout ElementScan.Found) in
            found.next = hash.scan(cursor: cursor, count: scan.count) { field, value in
                guard scan.matches(field) else { return }
                reply.bulk(field)
                reply.bulk(value)
                found.elements += 2
            }
        }
    }
}
