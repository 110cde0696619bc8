import StrataRESP

extension ListCommands {
    @Sendable static func length(_ execution: Execution) throws(RedisError) {
        execution.reply.integer(try execution.database.value(ListValue.self, at: execution.argument(1))?.count ?? 0)
    }

    @Sendable static func index(_ execution: Execution) throws(RedisError) {
        guard let list = try execution.database.value(ListValue.self, at: execution.argument(1)) else {
            return execution.reply.null()
        }
        let index = try execution.integer(2)
        // Adding the count must not overflow.
        guard index.magnitude <= UInt64(list.count), let value = list.value(at: Int(index)) else {
            return execution.reply.null()
        }
        execution.reply.bulk(value)
    }

    @Sendable static func range(_ execution: Execution) throws(RedisError) {
        let start = try execution.integer(2)
        let stop = try execution.integer(3)
        guard let list = try execution.database.value(ListValue.self, at: execution.argument(1)) else {
            return execution.reply.array(0)
        }
        let range = range(start, stop, of: list.count)
        let reply = execution.reply
        reply.array(range.count)
        list.forEach(from: range.lowerBound, count: range.count) { value in
            reply.bulk(value)
            return true
        }
    }

    @Sendable static func set(_ execution: Execution) throws(RedisError) {
        let key = execution.argument(1)
        guard let list = try execution.database.value(ListValue.self, toChange: key) else { throw .noSuchKey }
        let index = try execution.integer(2)
        guard index.magnitude <= UInt64(list.count),
            list.set(at: Int(index), to: execution.argument(3), limits: execution.limits)
        else { throw .outOfRange }
        execution.reply.ok()
        execution.changed(key, .list, "lset")
    }

    @Sendable static func insert(_ execution: Execution) throws(RedisError) {
        let side: ListEnd
        if execution.argument(2).isWord("after") {
            side = .tail
        } else if execution.argument(2).isWord("before") {
            side = .head
        } else {
            throw .syntax
        }
        let key = execution.argument(1)
        guard let list = try execution.database.value(ListValue.self, toChange: key) else {
            return execution.reply.integer(0)
        }
        guard list.insert(execution.argument(4), side, of: execution.argument(3), limits: execution.limits) else {
            return execution.reply.integer(-1)
        }
        execution.reply.integer(list.count)
        execution.changed(key, .list, "linsert")
    }

    @Sendable static func remove(_ execution: Execution) throws(RedisError) {
        let wanted = try execution.integer(2)
        let key = execution.argument(1)
        guard let list = try execution.database.value(ListValue.self, toChange: key) else {
            return execution.reply.integer(0)
        }
        let most = wanted == 0 ? Int.max : Int(min(wanted.magnitude, UInt64(Int.max)))
        let removed = list.remove(execution.argument(3), from: wanted < 0 ? .tail : .head, most: most)
        execution.reply.integer(removed)
        guard removed > 0 else { return }
        execution.changed(key, .list, "lrem", count: Int64(removed))
        deleteIfEmpty(execution, key, list)
    }

    @Sendable static func trim(_ execution: Execution) throws(RedisError) {
        let start = try execution.integer(2)
        let stop = try execution.integer(3)
        let key = execution.argument(1)
        guard let list = try execution.database.value(ListValue.self, toChange: key) else {
            return execution.reply.ok()
        }
        let before = list.count
        let kept = range(start, stop, of: before)
        if kept.isEmpty {
            list.remove(0..<before)
        } else {
            list.remove(kept.upperBound..<before)
            list.remove(0..<kept.lowerBound)
        }
        execution.reply.ok()
        execution.changed(key, .list, "ltrim", count: Int64(before - list.count))
        deleteIfEmpty(execution, key, list)
    }

    @Sendable static func position(_ execution: Execution) throws(RedisError) {
        let options = try PositionOptions(execution)
        let reply = execution.reply
        guard let list = try execution.database.value(ListValue.self, at: execution.argument(1)) else {
            return options.count == nil ? reply.null() : reply.array(0)
        }
        let wanted = PackedNeedle(execution.argument(2))
        let isForward = options.rank > 0
        // The smallest number has no counterpart, and 7.0 takes it as -1.
        var toPass = options.rank == Int64.min ? 0 : options.rank.magnitude - 1
        var found: [Int] = []
        let most = options.count.map { $0 == 0 ? Int64.max : $0 } ?? 1
        let compared = options.maxLength == 0 ? list.count : Int(min(options.maxLength, Int64(list.count)))
        var index = isForward ? 0 : list.count - 1
        list.forEach(from: index, count: compared, towards: isForward ? .tail : .head) { value in
            if wanted.matches(value) {
                if toPass > 0 { toPass -= 1 } else { found.append(index) }
            }
            index += isForward ? 1 : -1
            return found.count < most
        }
        if options.count != nil {
            reply.array(found.count)
            for index in found { reply.integer(index) }
        } else if let first = found.first {
            reply.integer(first)
        } else {
            reply.null()
        }
    }

    /// RANK, COUNT and MAXLEN of LPOS.
    private struct PositionOptions {
        var rank: Int64 = 1
        /// nil: one index is the answer, not an array; 0: all.
        var count: Int64?
        /// Elements to compare; 0: all.
        var maxLength: Int64 = 0

        init(_ execution: Execution) throws(RedisError) {
            var index = 3
            while index < execution.arguments.count {
                let word = execution.argument(index)
                guard index + 1 < execution.arguments.count else { throw .syntax }
                if word.isWord("rank") {
                    rank = try execution.integer(index + 1)
                    if rank == 0 {
                        throw RedisError(
                            "ERR RANK can't be zero: use 1 to start from the first match, 2 from the second ... "
                                + "or use negative to start from the end of the list")
                    }
                } else if word.isWord("count") {
                    count = try execution.integer(
                        index + 1, in: 0...Int64.max, orThrow: RedisError("ERR COUNT can't be negative"))
                } else if word.isWord("maxlen") {
                    maxLength = try execution.integer(
                        index + 1, in: 0...Int64.max, orThrow: RedisError("ERR MAXLEN can't be negative"))
                } else {
                    throw .syntax
                }
                index += 2
            }
        }
    }
}
