import StrataRESP

extension SetCommands {
    /// Members of one SREM in the log, at most.
    private static let logged = 1024

    @Sendable static func pop(_ execution: Execution) throws(RedisError) {
        guard execution.arguments.count <= 3 else { throw .syntax }
        if execution.arguments.count == 3 { return try popSeveral(execution) }
        let key = execution.argument(1)
        guard let set = try execution.database.value(SetValue.self, toChange: key) else {
            return execution.reply.null()
        }
        set.popRandom(&execution.keyspace.random) { member in
            execution.reply.bulk(member)
            execution.propagateInstead(3) { encoder in
                encoder.add("SREM")
                encoder.add(key)
                member.withBytes { encoder.add($0) }
            }
        }
        execution.changed(key, .set, "spop")
        deleteIfEmpty(execution, key, set)
    }

    private static func popSeveral(_ execution: Execution) throws(RedisError) {
        let wanted = try execution.integer(
            2, in: 0...Int64.max, orThrow: RedisError("ERR value is out of range, must be positive"))
        let key = execution.argument(1)
        let reply = execution.reply
        guard let set = try execution.database.value(SetValue.self, toChange: key), wanted > 0 else {
            return reply.set(0)
        }
        if wanted >= Int64(set.count) {
            SetCommands.reply(execution, set)
            execution.changed(key, .set, "spop", count: Int64(set.count))
            execution.database.delete(key)
            execution.notify(.generic, "del", key)
            execution.propagateInstead(2) { encoder in
                encoder.add("DEL")
                encoder.add(key)
            }
            return
        }
        reply.set(Int(wanted))
        var left = Int(wanted)
        while left > 0 {
            let batch = min(left, logged)
            execution.propagateInstead(2 + batch) { encoder in
                encoder.add("SREM")
                encoder.add(key)
                for _ in 0..<batch {
                    set.popRandom(&execution.keyspace.random) { member in
                        reply.bulk(member)
                        member.withBytes { encoder.add($0) }
                    }
                }
            }
            left -= batch
        }
        execution.changed(key, .set, "spop", count: wanted)
    }

    @Sendable static func random(_ execution: Execution) throws(RedisError) {
        guard execution.arguments.count <= 3 else { throw .syntax }
        let reply = execution.reply
        guard execution.arguments.count == 3 else {
            guard let set = try set(execution) else { return reply.null() }
            return reply.bulk(set.random(&execution.keyspace.random))
        }
        let wanted = try execution.symmetricInteger(2)
        guard let set = try set(execution), wanted != 0 else { return reply.array(0) }
        if wanted < 0 {
            reply.array(Int(wanted.magnitude))
            for _ in 0..<wanted.magnitude { reply.bulk(set.random(&execution.keyspace.random)) }
        } else {
            let given = Int(min(wanted, Int64(set.count)))
            reply.array(given)
            set.randomDistinct(given, &execution.keyspace.random) { reply.bulk($0) }
        }
    }
}
