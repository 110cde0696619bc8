import StrataRESP

extension ListCommands {
    static func blockingPop(_ execution: Execution, _ end: ListEnd) throws(RedisError) {
        let last = execution.arguments.count - 1
        let deadline = try execution.deadline(last)
        for index in 1..<last {
            let key = execution.argument(index)
            guard let list = try listToPop(execution, key) else { continue }
            execution.reply.array(2)
            execution.reply.bulk(key)
            execution.propagateInstead(2) { encoder in
                encoder.add(end == .head ? "LPOP" : "RPOP")
                encoder.add(key)
            }
            popOne(execution, key, list, end)
            return
        }
        execution.block(
            keys: (1..<last).map { execution.argument($0).copy() }, deadline: deadline, onTimeout: .nullArray)
    }

    @Sendable static func blockingMove(_ execution: Execution) throws(RedisError) {
        let from = try end(execution, 3)
        let to = try end(execution, 4)
        try blockingMove(execution, from, to, deadline: execution.deadline(5)) { encoder in
            encoder.add("LMOVE")
            for index in 1...4 { encoder.add(execution.argument(index)) }
        }
    }

    @Sendable static func blockingTailToHead(_ execution: Execution) throws(RedisError) {
        try blockingMove(execution, .tail, .head, deadline: execution.deadline(3)) { encoder in
            encoder.add("RPOPLPUSH")
            for index in 1...2 { encoder.add(execution.argument(index)) }
        }
    }

    /// - Parameter plain: the command that moves without waiting, for the log.
    private static func blockingMove(
        _ execution: Execution, _ from: ListEnd, _ to: ListEnd, deadline: Int64?, plain: (CommandEncoder) -> Void
    ) throws(RedisError) {
        let source = execution.argument(1)
        guard try listToPop(execution, source) != nil else {
            return execution.block(keys: [source.copy()], deadline: deadline, onTimeout: .null)
        }
        _ = try move(execution, from: from, to: to)
        execution.propagateInstead(execution.argument(0).isWord("blmove") ? 5 : 3, plain)
    }

    /// Moves one element from an end of the list at argument 1 to an end of the one at argument 2.
    /// - Returns: whether there was one.
    static func move(_ execution: Execution, from: ListEnd, to: ListEnd) throws(RedisError) -> Bool {
        let sourceKey = execution.argument(1)
        let targetKey = execution.argument(2)
        guard let source = try execution.database.value(ListValue.self, toChange: sourceKey) else {
            execution.reply.null()
            return false
        }
        let target = try execution.database.value(ListValue.self, toChange: targetKey, orMake: { ListValue() })
        guard let value = source.peek(from) else { preconditionFailure("an empty list under a key") }
        execution.reply.bulk(value)
        let isNew = target.count == 0
        let limits = execution.limits
        if source === target {
            // The element's own bytes move when the list changes.
            let element = value.copy()
            source.drop(from)
            element.withLent { target.push($0, at: to, limits: limits) }
        } else {
            value.withBytes { target.push($0, at: to, limits: limits) }
            source.drop(from)
        }
        execution.changed(targetKey, .list, to == .head ? "lpush" : "rpush", count: 0)
        if isNew { execution.signalReady(targetKey) }
        popped(execution, sourceKey, source, from)
        return true
    }
}
