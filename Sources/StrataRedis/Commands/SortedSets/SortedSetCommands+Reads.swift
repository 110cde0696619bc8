import StrataDisk
import StrataRESP

extension SortedSetCommands {
    static func zcard(_ execution: Execution) throws(RedisError) {
        execution.reply.integer(
            try execution.database.value(SortedSetValue.self, at: execution.argument(1))?.count ?? 0)
    }

    static func zscore(_ execution: Execution) throws(RedisError) {
        let set = try execution.database.value(SortedSetValue.self, at: execution.argument(1))
        if let score = set?.score(of: execution.argument(2)) {
            execution.reply.score(score)
        } else {
            execution.reply.null()
        }
    }

    static func zmscore(_ execution: Execution) throws(RedisError) {
        let set = try execution.database.value(SortedSetValue.self, at: execution.argument(1))
        execution.reply.array(execution.arguments.count - 2)
        for index in 2..<execution.arguments.count {
            if let score = set?.score(of: execution.argument(index)) {
                execution.reply.score(score)
            } else {
                execution.reply.null()
            }
        }
    }

    static func zrank(_ execution: Execution) throws(RedisError) { try rank(execution, isReverse: false) }
    static func zrevrank(_ execution: Execution) throws(RedisError) { try rank(execution, isReverse: true) }

    private static func rank(_ execution: Execution, isReverse: Bool) throws(RedisError) {
        guard let set = try execution.database.value(SortedSetValue.self, at: execution.argument(1)),
            let rank = set.rank(of: execution.argument(2))
        else { return execution.reply.null() }
        execution.reply.integer(isReverse ? set.count - 1 - rank : rank)
    }

    static func zscan(_ execution: Execution) throws(RedisError) {
        guard let cursor = UInt64(execution.argument(2).text) else { throw RedisError("ERR invalid cursor") }
        var pattern: Bytes?
        var count = 10
        var at = 3
        while at < execution.arguments.count {
            guard at + 1 < execution.arguments.count else { throw .syntax }
            if execution.argument(at).isWord("count") {
                let wanted = try execution.integer(at + 1)
                guard wanted >= 1 else { throw .syntax }
                count = Int(wanted)
            } else if execution.argument(at).isWord("match") {
                pattern = execution.argument(at + 1)
            } else {
                throw .syntax
            }
            at += 2
        }
        let set = try execution.database.value(SortedSetValue.self, at: execution.argument(1))
        let reply = execution.reply
        var elements = 0
        // The cursor stands before the members, and is known after them.
        let members = ReplyBuffer(capacity: 1024)
        let isPacked = set?.encoding == .listpack
        let next =
            set?.scan(cursor: cursor, count: count) { member, score in
                if let pattern, !member.withBytes({ Glob.matches(pattern, $0) }) { return }
                members.bulk(member)
                // A listpack gives its whole numbers without an exponent.
                if isPacked, let whole = SortedSetValue.integer(of: score) {
                    members.bulk(whole)
                } else {
                    ScoreText.withBytes(of: score) { members.bulk($0) }
                }
                elements += 2
            } ?? 0
        reply.array(2)
        reply.bulk(String(next))
        reply.array(elements)
        reply.raw(members.bytes)
    }

    static func zrandmember(_ execution: Execution) throws(RedisError) {
        let key = execution.argument(1)
        if execution.arguments.count == 2 {
            guard let set = try execution.database.value(SortedSetValue.self, at: key) else {
                return execution.reply.null()
            }
            let rank = execution.keyspace.random.below(set.count)
            return set.forEach(ranks: rank..<rank + 1) { member, _ in
                execution.reply.bulk(member)
                return true
            }
        }
        let wanted = try execution.integer(2, orThrow: .notInteger)
        guard wanted > -Int64.max else {
            throw RedisError(
                "ERR value is out of range, value must between -9223372036854775807 and 9223372036854775807")
        }
        let withScores = execution.arguments.count > 3
        if withScores {
            guard execution.arguments.count == 4, execution.argument(3).isWord("withscores") else { throw .syntax }
            guard abs(wanted) <= Int64.max / 2 else { throw RedisError("ERR value is out of range") }
        }
        guard let set = try execution.database.value(SortedSetValue.self, at: key), wanted != 0 else {
            return execution.reply.array(0)
        }
        if wanted < 0 {
            replyHeader(execution, Int(-wanted), withScores: withScores)
            for _ in 0..<(-wanted) {
                let rank = execution.keyspace.random.below(set.count)
                set.forEach(ranks: rank..<rank + 1) { member, score in
                    reply(execution, member, withScores ? score : nil)
                    return true
                }
            }
            return
        }
        var sample = DistinctSample(of: set.count, Int(wanted))
        replyHeader(execution, sample.wanted, withScores: withScores)
        if let large = set.large, sample.isSparse {
            return sample.pick(from: large.members, &execution.keyspace.random) { blob in
                reply(execution, .bytes(RankedBlob.member(of: blob)), withScores ? RankedBlob.score(of: blob) : nil)
            }
        }
        set.forEach { member, score in
            if sample.takesNext(&execution.keyspace.random) { reply(execution, member, withScores ? score : nil) }
            return !sample.isDone
        }
    }
}
