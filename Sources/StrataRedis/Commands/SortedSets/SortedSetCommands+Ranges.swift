import StrataRESP

extension SortedSetCommands {
    private enum By {
        case rank, score, lex
    }

    static func zrange(_ execution: Execution) throws(RedisError) {
        try range(execution, source: 1, by: nil, isReverse: nil)
    }
    static func zrevrange(_ execution: Execution) throws(RedisError) {
        try range(execution, source: 1, by: .rank, isReverse: true)
    }
    static func zrangebyscore(_ execution: Execution) throws(RedisError) {
        try range(execution, source: 1, by: .score, isReverse: false)
    }
    static func zrevrangebyscore(_ execution: Execution) throws(RedisError) {
        try range(execution, source: 1, by: .score, isReverse: true)
    }
    static func zrangebylex(_ execution: Execution) throws(RedisError) {
        try range(execution, source: 1, by: .lex, isReverse: false)
    }
    static func zrevrangebylex(_ execution: Execution) throws(RedisError) {
        try range(execution, source: 1, by: .lex, isReverse: true)
    }
    static func zrangestore(_ execution: Execution) throws(RedisError) {
        try range(execution, source: 2, by: nil, isReverse: nil, destination: 1)
    }

    /// - Parameters:
    ///   - source: the key's argument; the range's two follow.
    ///   - by: nil where options say it, as `isReverse`.
    private static func range(
        _ execution: Execution, source: Int, by given: By?, isReverse givenReverse: Bool?, destination: Int? = nil
    ) throws(RedisError) {
        var by = given ?? .rank
        var isReverse = givenReverse ?? false
        var withScores = false
        var offset: Int64 = 0
        var limit: Int64 = -1
        var at = source + 3
        while at < execution.arguments.count {
            let word = execution.argument(at)
            if destination == nil, word.isWord("withscores") {
                withScores = true
            } else if word.isWord("limit"), at + 2 < execution.arguments.count {
                offset = try execution.integer(at + 1)
                limit = try execution.integer(at + 2)
                at += 2
            } else if givenReverse == nil, word.isWord("rev") {
                isReverse = true
            } else if given == nil, word.isWord("bylex") {
                by = .lex
            } else if given == nil, word.isWord("byscore") {
                by = .score
            } else {
                throw .syntax
            }
            at += 1
        }
        if limit != -1, by == .rank {
            throw RedisError(
                "ERR syntax error, LIMIT is only supported in combination with either BYSCORE or BYLEX")
        }
        if withScores, by == .lex {
            throw RedisError("ERR syntax error, WITHSCORES not supported in combination with BYLEX")
        }
        let low = isReverse && by != .rank ? source + 2 : source + 1
        let high = isReverse && by != .rank ? source + 1 : source + 2
        let key = execution.argument(source)
        var ranks: Range<Int>
        let found: SortedSetValue?
        switch by {
        case .rank:
            let start = try execution.integer(low)
            let stop = try execution.integer(high)
            found = try execution.database.value(SortedSetValue.self, at: key)
            let count = found?.count ?? 0
            ranks = self.ranks(start, stop, count: count)
            if isReverse { ranks = count - ranks.upperBound..<count - ranks.lowerBound }
        case .score:
            let range = try scoreRange(execution, min: low, max: high)
            found = try execution.database.value(SortedSetValue.self, at: key)
            ranks = found?.ranks(of: range) ?? 0..<0
        case .lex:
            let range = try lexRange(execution, min: low, max: high)
            found = try execution.database.value(SortedSetValue.self, at: key)
            ranks = found?.ranks(of: range) ?? 0..<0
        }
        if by != .rank { ranks = limited(ranks, isReverse, offset, limit) }
        if let destination {
            let result = SortedSetValue()
            let limits = execution.limits
            found?.forEach(ranks: ranks) { member, score in
                member.withBytes { _ = result.set($0, to: score, limits: limits) }
                return true
            }
            return store(execution, execution.argument(destination), result, "zrangestore")
        }
        replyHeader(execution, ranks.count, withScores: withScores)
        found?.forEach(ranks: ranks, descending: isReverse) { member, score in
            reply(execution, member, withScores ? score : nil)
            return true
        }
    }

    /// `limit` of the ranks after `offset` of them were passed over, from whichever end; a negative limit is none, a
    /// negative offset passes over all.
    private static func limited(_ ranks: Range<Int>, _ isReverse: Bool, _ offset: Int64, _ limit: Int64) -> Range<Int> {
        if offset < 0 || offset >= Int64(ranks.count) { return 0..<0 }
        let rest = isReverse ? ranks.dropLast(Int(offset)) : ranks.dropFirst(Int(offset))
        if limit < 0 || limit >= Int64(rest.count) { return rest }
        return isReverse ? rest.suffix(Int(limit)) : rest.prefix(Int(limit))
    }

    static func zcount(_ execution: Execution) throws(RedisError) {
        let range = try scoreRange(execution, min: 2, max: 3)
        let set = try execution.database.value(SortedSetValue.self, at: execution.argument(1))
        execution.reply.integer(set?.ranks(of: range).count ?? 0)
    }

    static func zlexcount(_ execution: Execution) throws(RedisError) {
        let range = try lexRange(execution, min: 2, max: 3)
        let set = try execution.database.value(SortedSetValue.self, at: execution.argument(1))
        execution.reply.integer(set?.ranks(of: range).count ?? 0)
    }
}
