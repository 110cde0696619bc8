import StrataRESP

extension SortedSetCommands {
    private struct AddOptions {
        var onlyNew = false
        var onlyExisting = false
        var onlyGreater = false
        var onlyLess = false
        var countsChanged = false
        var increments = false
    }

    static func zadd(_ execution: Execution) throws(RedisError) {
        var options = AddOptions()
        var first = 2
        options: while first < execution.arguments.count {
            let word = execution.argument(first)
            if word.isWord("nx") {
                options.onlyNew = true
            } else if word.isWord("xx") {
                options.onlyExisting = true
            } else if word.isWord("ch") {
                options.countsChanged = true
            } else if word.isWord("incr") {
                options.increments = true
            } else if word.isWord("gt") {
                options.onlyGreater = true
            } else if word.isWord("lt") {
                options.onlyLess = true
            } else {
                break options
            }
            first += 1
        }
        let given = execution.arguments.count - first
        guard given > 0, given % 2 == 0 else { throw .syntax }
        if options.onlyNew, options.onlyExisting {
            throw RedisError("ERR XX and NX options at the same time are not compatible")
        }
        if options.onlyNew && (options.onlyGreater || options.onlyLess) || options.onlyGreater && options.onlyLess {
            throw RedisError("ERR GT, LT, and/or NX options at the same time are not compatible")
        }
        if options.increments, given > 2 {
            throw RedisError("ERR INCR option supports a single increment-element pair")
        }
        try add(execution, from: first, options)
    }

    static func zincrby(_ execution: Execution) throws(RedisError) {
        var options = AddOptions()
        options.increments = true
        try add(execution, from: 2, options)
    }

    private static func add(_ execution: Execution, from first: Int, _ options: AddOptions) throws(RedisError) {
        let end = execution.arguments.count
        // All scores are read before anything changes.
        var score = try execution.double(first)
        for index in stride(from: first + 2, to: end, by: 2) { _ = try execution.double(index) }
        let key = execution.argument(1)
        let limits = execution.limits
        let size = execution.argument(first + 1).count
        let found =
            try options.onlyExisting
            ? execution.database.value(SortedSetValue.self, toChange: key)
            : execution.database.value(
                SortedSetValue.self, toChange: key, orMake: { SortedSetValue(firstMemberSize: size, limits: limits) })
        var added = 0
        var changed = 0
        var result: Double?
        if let set = found {
            for index in stride(from: first, to: end, by: 2) {
                if index > first { score = try execution.double(index) }
                let member = execution.argument(index + 1)
                if options.onlyNew || options.onlyExisting || options.onlyGreater || options.onlyLess
                    || options.increments
                {
                    let old = set.score(of: member)
                    if old == nil ? options.onlyExisting : options.onlyNew { continue }
                    if let old {
                        if options.increments { score += old }
                        if score.isNaN { throw RedisError("ERR resulting score is not a number (NaN)") }
                        if options.onlyGreater && score <= old || options.onlyLess && score >= old { continue }
                    }
                }
                switch set.set(member, to: score, limits: limits) {
                case .added: added += 1
                case .changed: changed += 1
                case .same: break
                }
                result = score
            }
        }
        if options.increments {
            if let result { execution.reply.score(result) } else { execution.reply.null() }
        } else {
            execution.reply.integer(options.countsChanged ? added + changed : added)
        }
        if added + changed > 0 {
            execution.changed(key, .sortedSet, options.increments ? "zincr" : "zadd", count: Int64(added + changed))
            if added > 0 { execution.signalReady(key) }
        }
    }

    static func zrem(_ execution: Execution) throws(RedisError) {
        let key = execution.argument(1)
        guard let set = try execution.database.value(SortedSetValue.self, toChange: key) else {
            return execution.reply.integer(0)
        }
        var removed = 0
        for index in 2..<execution.arguments.count {
            if set.remove(execution.argument(index)) { removed += 1 }
            if set.count == 0 { break }
        }
        if removed > 0 { wasReduced(execution, key, set, "zrem", by: removed) }
        execution.reply.integer(removed)
    }

    static func zremrangebyrank(_ execution: Execution) throws(RedisError) {
        let start = try execution.integer(2)
        let stop = try execution.integer(3)
        try removeRange(execution, "zremrangebyrank") { ranks(start, stop, count: $0.count) }
    }

    static func zremrangebyscore(_ execution: Execution) throws(RedisError) {
        let range = try scoreRange(execution, min: 2, max: 3)
        try removeRange(execution, "zremrangebyscore") { $0.ranks(of: range) }
    }

    static func zremrangebylex(_ execution: Execution) throws(RedisError) {
        let range = try lexRange(execution, min: 2, max: 3)
        try removeRange(execution, "zremrangebylex") { $0.ranks(of: range) }
    }

    private static func removeRange(
        _ execution: Execution, _ event: StaticString, _ ranks: (SortedSetValue) -> Range<Int>
    ) throws(RedisError) {
        let key = execution.argument(1)
        guard let set = try execution.database.value(SortedSetValue.self, toChange: key) else {
            return execution.reply.integer(0)
        }
        let gone = ranks(set)
        set.remove(ranks: gone)
        if !gone.isEmpty { wasReduced(execution, key, set, event, by: gone.count) }
        execution.reply.integer(gone.count)
    }

    /// Tells of members that were removed, and deletes a key whose last ones they were.
    static func wasReduced(
        _ execution: Execution, _ key: Bytes, _ set: SortedSetValue, _ event: StaticString, by count: Int
    ) {
        let isEmpty = set.count == 0
        if isEmpty { execution.database.delete(key) }
        execution.changed(key, .sortedSet, event, count: Int64(count))
        if isEmpty { execution.notify(.generic, "del", key) }
    }
}
