import StrataRESP

extension StringCommands {
    static func add(_ increment: Int64, _ execution: Execution) throws(RedisError) {
        let key = execution.argument(1)
        let entry = try execution.database.string(toChange: key)
        var value: Int64 = 0
        if let entry {
            guard let number = entry.integer ?? entry.bytes?.integer else { throw .notInteger }
            value = number
        }
        let (sum, isOver) = value.addingReportingOverflow(increment)
        if isOver { throw RedisError("ERR increment or decrement would overflow") }
        execution.database.setInteger(key, sum)
        execution.changed(key, .string, "incrby")
        execution.reply.integer(sum)
    }

    @Sendable static func incrbyfloat(_ execution: Execution) throws(RedisError) {
        let key = execution.argument(1)
        let entry = try execution.database.string(toChange: key)
        var value: ExtendedDouble = 0
        if let entry {
            guard let number = entry.withString({ ExtendedNumber.parse($0) }) else { throw .notFloat }
            value = number
        }
        guard let increment = ExtendedNumber.parse(execution.argument(2)) else { throw .notFloat }
        value += increment
        if value.isNaN || value.isInfinite { throw RedisError("ERR increment would produce NaN or Infinity") }
        let text = Array(ExtendedNumber.text(value).utf8)
        text.withLent { text in
            // As Redis stores it: a string, though it may look like an integer.
            _ = execution.database.put(key, .bytes(text, isRaw: false), keepingExpiry: true)
            execution.propagateInstead(4) {
                $0.add("SET")
                $0.add(key)
                $0.add(text)
                $0.add("KEEPTTL")
            }
            execution.changed(key, .string, "incrbyfloat")
            execution.reply.bulk(text)
        }
    }
}
