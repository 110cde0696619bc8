import StrataRESP

extension ListCommands {
    static func push(_ execution: Execution, _ end: ListEnd, makesList: Bool) throws(RedisError) {
        let key = execution.argument(1)
        let list: ListValue
        if makesList {
            list = try execution.database.value(ListValue.self, toChange: key, orMake: { ListValue() })
        } else {
            guard let found = try execution.database.value(ListValue.self, toChange: key) else {
                return execution.reply.integer(0)
            }
            list = found
        }
        let isNew = list.count == 0
        let limits = execution.limits
        let count = execution.arguments.count
        for index in 2..<count { list.push(execution.argument(index), at: end, limits: limits) }
        execution.reply.integer(list.count)
        execution.changed(key, .list, end == .head ? "lpush" : "rpush", count: Int64(count - 2))
        if isNew { execution.signalReady(key) }
    }

    static func pop(_ execution: Execution, _ end: ListEnd) throws(RedisError) {
        let hasCount = execution.arguments.count == 3
        guard execution.arguments.count <= 3 else { throw .arity(end == .head ? "lpop" : "rpop") }
        var wanted: Int64 = 1
        if hasCount {
            wanted = try execution.integer(
                2, in: 0...Int64.max, orThrow: RedisError("ERR value is out of range, must be positive"))
        }
        let key = execution.argument(1)
        guard let list = try execution.database.value(ListValue.self, toChange: key) else {
            return hasCount ? execution.reply.nullArray() : execution.reply.null()
        }
        if hasCount {
            if wanted == 0 { return execution.reply.array(0) }
            popArray(execution, key, list, end, Int(min(wanted, Int64(list.count))))
        } else {
            popOne(execution, key, list, end)
        }
    }

    /// Answers with an element and takes it. The list has one.
    static func popOne(_ execution: Execution, _ key: Bytes, _ list: ListValue, _ end: ListEnd) {
        guard let value = list.peek(end) else { preconditionFailure("an empty list under a key") }
        execution.reply.bulk(value)
        list.drop(end)
        popped(execution, key, list, end)
    }

    /// Answers with an array of `count` elements, which exist, and takes them.
    private static func popArray(
        _ execution: Execution, _ key: Bytes, _ list: ListValue, _ end: ListEnd, _ count: Int
    ) {
        execution.reply.array(count)
        let isHead = end == .head
        list.forEach(from: isHead ? 0 : list.count - 1, count: count, towards: isHead ? .tail : .head) { value in
            execution.reply.bulk(value)
            return true
        }
        list.remove(isHead ? 0..<count : list.count - count..<list.count)
        popped(execution, key, list, end, count: count)
    }

    /// LMPOP with its keys counted at argument `place`, and BLMPOP.
    /// - Parameter deadline: nil: it does not wait; `.some(nil)`: for ever.
    static func popFromFirst(_ execution: Execution, at place: Int, deadline: Int64??) throws(RedisError) {
        let keyCount = try execution.integer(
            place, in: 1...Int64.max, orThrow: RedisError("ERR numkeys should be greater than 0"))
        guard keyCount < execution.arguments.count - place - 1 else { throw .syntax }
        let afterKeys = place + 1 + Int(keyCount)
        let end = try end(execution, afterKeys)
        let most = try countOption(execution, from: afterKeys + 1)
        for index in (place + 1)..<afterKeys {
            let key = execution.argument(index)
            guard let list = try listToPop(execution, key) else { continue }
            let taken = Int(min(most, Int64(list.count)))
            execution.reply.array(2)
            execution.reply.bulk(key)
            execution.propagateInstead(3) { encoder in
                encoder.add(end == .head ? "LPOP" : "RPOP")
                encoder.add(key)
                encoder.add(Int64(taken))
            }
            popArray(execution, key, list, end, taken)
            return
        }
        guard let deadline else { return execution.reply.nullArray() }
        let keys = ((place + 1)..<afterKeys).map { execution.argument($0).copy() }
        execution.block(keys: keys, deadline: deadline, onTimeout: .nullArray)
    }

    private static func countOption(_ execution: Execution, from first: Int) throws(RedisError) -> Int64 {
        var count: Int64?
        var index = first
        while index < execution.arguments.count {
            guard execution.argument(index).isWord("count"), count == nil, index + 1 < execution.arguments.count else {
                throw .syntax
            }
            count = try execution.integer(
                index + 1, in: 1...Int64.max, orThrow: RedisError("ERR count should be greater than 0"))
            index += 2
        }
        return count ?? 1
    }

    /// A client that has waited is served by lists alone: what else came under the key is not its business.
    static func listToPop(_ execution: Execution, _ key: Bytes) throws(RedisError) -> ListValue? {
        guard execution.isRetry else { return try execution.database.value(ListValue.self, toChange: key) }
        do throws(RedisError) { return try execution.database.value(ListValue.self, toChange: key) } catch {
            return nil
        }
    }
}
