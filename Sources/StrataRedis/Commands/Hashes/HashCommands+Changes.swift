import StrataRESP

extension HashCommands {
    static func set(_ execution: Execution, _ name: String) throws(RedisError) {
        let count = execution.arguments.count
        guard count % 2 == 0 else { throw .arity(name) }
        let key = execution.argument(1)
        let hash = try execution.database.value(HashValue.self, toChange: key, orMake: { HashValue() })
        let limits = execution.limits
        var created = 0
        for index in stride(from: 2, to: count, by: 2)
        where hash.set(execution.argument(index), execution.argument(index + 1), limits: limits) {
            created += 1
        }
        if name == "hset" { execution.reply.integer(created) } else { execution.reply.ok() }
        execution.changed(key, .hash, "hset", count: Int64((count - 2) / 2))
    }

    @Sendable static func setIfAbsent(_ execution: Execution) throws(RedisError) {
        let key = execution.argument(1)
        let hash = try execution.database.value(HashValue.self, toChange: key, orMake: { HashValue() })
        if hash.contains(execution.argument(2)) { return execution.reply.integer(0) }
        hash.set(execution.argument(2), execution.argument(3), limits: execution.limits)
        execution.reply.integer(1)
        execution.changed(key, .hash, "hset")
    }

    @Sendable static func increment(_ execution: Execution) throws(RedisError) {
        let increment = try execution.integer(3)
        let key = execution.argument(1)
        let field = execution.argument(2)
        let hash = try execution.database.value(HashValue.self, toChange: key, orMake: { HashValue() })
        var value: Int64 = 0
        switch hash.value(of: field) {
        case nil: break
        case .integer(let old): value = old
        case .bytes(let bytes):
            guard let old = bytes.integer else { throw RedisError("ERR hash value is not an integer") }
            value = old
        }
        let (sum, isOver) = value.addingReportingOverflow(increment)
        if isOver { throw RedisError("ERR increment or decrement would overflow") }
        DecimalDigits(sum).withBytes { _ = hash.set(field, $0, limits: execution.limits) }
        execution.reply.integer(sum)
        execution.changed(key, .hash, "hincrby")
    }

    @Sendable static func incrementByFloat(_ execution: Execution) throws(RedisError) {
        guard let increment = ExtendedNumber.parse(execution.argument(3)) else { throw .notFloat }
        guard increment.isFinite else { throw RedisError("ERR value is NaN or Infinity") }
        let key = execution.argument(1)
        let field = execution.argument(2)
        let hash = try execution.database.value(HashValue.self, toChange: key, orMake: { HashValue() })
        var sum = increment
        if let old = hash.value(of: field) {
            guard let number = old.withBytes({ ExtendedNumber.parse($0) }) else {
                throw RedisError("ERR hash value is not a float")
            }
            sum = number + increment
        }
        guard sum.isFinite else { throw RedisError("ERR increment would produce NaN or Infinity") }
        let text = Array(ExtendedNumber.text(sum).utf8)
        text.withLent { text in
            hash.set(field, text, limits: execution.limits)
            execution.reply.bulk(text)
            execution.changed(key, .hash, "hincrbyfloat")
            // Other machines may add otherwise: the sum is what counts.
            execution.propagateInstead(4) { encoder in
                encoder.add("HSET")
                encoder.add(key)
                encoder.add(field)
                encoder.add(text)
            }
        }
    }

    @Sendable static func delete(_ execution: Execution) throws(RedisError) {
        let key = execution.argument(1)
        guard let hash = try execution.database.value(HashValue.self, toChange: key) else {
            return execution.reply.integer(0)
        }
        var removed = 0
        for index in 2..<execution.arguments.count where hash.remove(execution.argument(index)) { removed += 1 }
        execution.reply.integer(removed)
        guard removed > 0 else { return }
        execution.changed(key, .hash, "hdel", count: Int64(removed))
        if hash.count == 0 {
            execution.database.delete(key)
            execution.notify(.generic, "del", key)
        }
    }
}
