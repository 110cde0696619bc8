import StrataRESP

extension SortedSetCommands {
    /// How popped members are answered.
    private enum Shape {
        /// Member, score, member ...
        case flat
        /// Pairs of their own: ZPOPMIN with a count in RESP3.
        case nested
        /// The key before them: BZPOPMIN.
        case flatWithKey
        /// The key, and pairs of their own: ZMPOP.
        case nestedWithKey
    }

    static func zpopmin(_ execution: Execution) throws(RedisError) { try popOne(execution, isMax: false) }
    static func zpopmax(_ execution: Execution) throws(RedisError) { try popOne(execution, isMax: true) }

    private static func popOne(_ execution: Execution, isMax: Bool) throws(RedisError) {
        guard execution.arguments.count <= 3 else { throw .syntax }
        var count = 1
        let isCounted = execution.arguments.count == 3
        if isCounted {
            let error = RedisError("ERR value is out of range, must be positive")
            count = Int(try execution.integer(2, in: 0...Int64.max, orThrow: error))
        }
        guard let set = try execution.database.value(SortedSetValue.self, toChange: execution.argument(1)), count > 0
        else { return execution.reply.array(0) }
        let shape: Shape = isCounted && execution.reply.version > 2 ? .nested : .flat
        _ = pop(execution, execution.argument(1), set, isMax: isMax, count, shape)
    }

    /// - Returns: how many were popped.
    private static func pop(
        _ execution: Execution, _ key: Bytes, _ set: SortedSetValue, isMax: Bool, _ wanted: Int, _ shape: Shape
    ) -> Int {
        let count = min(wanted, set.count)
        let ranks = isMax ? set.count - count..<set.count : 0..<count
        let reply = execution.reply
        switch shape {
        case .flat: reply.array(2 * count)
        case .nested: reply.array(count)
        case .flatWithKey:
            reply.array(2 * count + 1)
            reply.bulk(key)
        case .nestedWithKey:
            reply.array(2)
            reply.bulk(key)
            reply.array(count)
        }
        set.forEach(ranks: ranks, descending: isMax) { member, score in
            if shape == .nested || shape == .nestedWithKey { reply.array(2) }
            reply.bulk(member)
            reply.score(score)
            return true
        }
        set.remove(ranks: ranks)
        wasReduced(execution, key, set, isMax ? "zpopmax" : "zpopmin", by: count)
        return count
    }

    static func zmpop(_ execution: Execution) throws(RedisError) { try popFirst(execution, count: 1, deadline: nil) }
    static func bzmpop(_ execution: Execution) throws(RedisError) { try popFirst(execution, count: 2, deadline: 1) }

    private static func popFirst(_ execution: Execution, count countAt: Int, deadline: Int?) throws(RedisError) {
        var until: Int64?
        if let deadline { until = try execution.deadline(deadline) }
        let keyCount = try execution.integer(
            countAt, in: 1...Int64.max, orThrow: RedisError("ERR numkeys should be greater than 0"))
        guard keyCount <= Int64(execution.arguments.count), countAt + Int(keyCount) + 1 < execution.arguments.count
        else {
            throw .syntax
        }
        let keys = countAt + 1..<countAt + 1 + Int(keyCount)
        let isMax: Bool
        if execution.argument(keys.upperBound).isWord("min") {
            isMax = false
        } else if execution.argument(keys.upperBound).isWord("max") {
            isMax = true
        } else {
            throw .syntax
        }
        var count: Int?
        var at = keys.upperBound + 1
        while at < execution.arguments.count {
            guard count == nil, at + 1 < execution.arguments.count, execution.argument(at).isWord("count") else {
                throw .syntax
            }
            let error = RedisError("ERR count should be greater than 0")
            count = Int(try execution.integer(at + 1, in: 1...Int64.max, orThrow: error))
            at += 2
        }
        for index in keys {
            let key = execution.argument(index)
            guard let set = try candidate(execution, key) else { continue }
            let popped = pop(execution, key, set, isMax: isMax, count ?? 1, .nestedWithKey)
            execution.propagateInstead(3) {
                $0.add(isMax ? "ZPOPMAX" : "ZPOPMIN")
                $0.add(key)
                $0.add(Int64(popped))
            }
            return
        }
        guard deadline != nil else { return execution.reply.nullArray() }
        execution.block(keys: keys.map { execution.argument($0).copy() }, deadline: until, onTimeout: .nullArray)
    }

    /// The sorted set under a key. A client that waits is not disturbed by values of other types.
    private static func candidate(_ execution: Execution, _ key: Bytes) throws(RedisError) -> SortedSetValue? {
        if execution.isRetry {
            guard let entry = execution.database.read(key, [.noTouch, .noStatistics]), entry.type == .sortedSet else {
                return nil
            }
        }
        return try execution.database.value(SortedSetValue.self, toChange: key)
    }

    static func bzpopmin(_ execution: Execution) throws(RedisError) { try popWaiting(execution, isMax: false) }
    static func bzpopmax(_ execution: Execution) throws(RedisError) { try popWaiting(execution, isMax: true) }

    private static func popWaiting(_ execution: Execution, isMax: Bool) throws(RedisError) {
        let last = execution.arguments.count - 1
        let until = try execution.deadline(last)
        for index in 1..<last {
            let key = execution.argument(index)
            guard let set = try candidate(execution, key) else { continue }
            _ = pop(execution, key, set, isMax: isMax, 1, .flatWithKey)
            return execution.propagateInstead(2) {
                $0.add(isMax ? "ZPOPMAX" : "ZPOPMIN")
                $0.add(key)
            }
        }
        execution.block(
            keys: (1..<last).map { execution.argument($0).copy() }, deadline: until, onTimeout: .nullArray)
    }
}
