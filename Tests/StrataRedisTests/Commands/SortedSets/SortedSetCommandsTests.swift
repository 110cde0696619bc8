import StrataDisk
import StrataRESP
import StrataRedis
import Testing

@Suite struct SortedSetCommandsTests {
    private static let members =
        (0..<40).map { "m\($0)" } + (0..<10).map { "\($0 * 7)" } + [String(repeating: "L", count: 65), ""]
    private static let scores = [
        "1", "2", "2", "3.5", "-1", "0", "-0", "inf", "-inf", "1e17", "0.1", "1e300", "12345678901", "x", "nan",
    ]

    private func key(_ random: inout SeededRandom) -> String { random.chance(0.03) ? "text" : "z\(random.below(5))" }
    private func member(_ random: inout SeededRandom) -> String {
        // The long one makes a set large: rarely.
        let all = Self.members
        return random.chance(0.01) ? all[50] : all[random.below(50) / (random.chance(0.5) ? 1 : 4)]
    }
    private func score(_ random: inout SeededRandom) -> String {
        random.chance(0.5)
            ? "\(Double(random.below(40)) / 4)"
            : Self.scores[random.below(Self.scores.count - (random.chance(0.9) ? 2 : 0))]
    }
    private func bound(_ random: inout SeededRandom) -> String {
        let text = ["-inf", "+inf", "inf", "2", "3", "5.25", "0", "-1", "1e17"][random.below(9)]
        return random.chance(0.3) ? "(" + text : text
    }
    private func lexBound(_ random: inout SeededRandom) -> String {
        random.chance(0.4) ? ["-", "+"][random.below(2)] : ["[", "("][random.below(2)] + member(&random)
    }
    private func index(_ random: inout SeededRandom) -> String { "\(random.below(30) - 15)" }

    private func rangeOptions(_ random: inout SeededRandom, _ by: String?) -> [String] {
        var words = by.map { [$0] } ?? []
        if random.chance(0.3) { words.append("REV") }
        if random.chance(0.3) { words += ["LIMIT", "\(random.below(6) - 1)", "\(random.below(8) - 2)"] }
        if random.chance(0.3) { words.append("withscores") }
        return words
    }

    private func algebra(_ random: inout SeededRandom, _ name: String, stores: Bool) -> [String] {
        let count = 1 + random.below(3)
        var words = stores ? [name + "STORE", key(&random)] : [name]
        words.append("\(count)")
        for _ in 0..<count { words.append(random.chance(0.2) ? "set" : key(&random)) }
        if name != "ZDIFF" {
            if random.chance(0.3) {
                words += ["WEIGHTS"] + (0..<count).map { _ in ["1", "2", "-1", "0.5", "inf", "0"][random.below(6)] }
            }
            if random.chance(0.3) { words += ["AGGREGATE", ["SUM", "MIN", "MAX"][random.below(3)]] }
        }
        if !stores, random.chance(0.5) { words.append("WITHSCORES") }
        return words
    }

    private func command(_ random: inout SeededRandom) -> [String] {
        let key = key(&random)
        switch random.below(40) {
        case 0...9:
            var words = ["ZADD", key]
            for option in ["NX", "XX", "GT", "LT", "CH"] where random.chance(0.08) { words.append(option) }
            if random.chance(0.1) { return words + ["INCR", score(&random), member(&random)] }
            for _ in 0...random.below(4) { words += [score(&random), member(&random)] }
            return words
        case 10: return ["ZINCRBY", key, score(&random), member(&random)]
        case 11, 12: return ["ZREM", key, member(&random), member(&random)]
        case 13: return ["ZREMRANGEBYSCORE", key, bound(&random), "(" + "\(random.below(4))"]
        case 14: return ["ZREMRANGEBYRANK", key, index(&random), "\(random.below(3))"]
        case 15: return ["ZREMRANGEBYLEX", "lex", lexBound(&random), "[" + member(&random)]
        case 16: return ["ZRANGE", key, index(&random), index(&random)] + rangeOptions(&random, nil)
        case 17, 18: return ["ZRANGE", key, bound(&random), bound(&random)] + rangeOptions(&random, "BYSCORE")
        case 19: return ["ZRANGE", "lex", lexBound(&random), lexBound(&random)] + rangeOptions(&random, "BYLEX")
        case 20: return ["ZREVRANGE", key, index(&random), index(&random), "WITHSCORES"]
        case 21:
            return [
                "ZRANGEBYSCORE", key, bound(&random), bound(&random), "LIMIT", "\(random.below(5))",
                "\(random.below(5))",
            ]
        case 22: return ["ZREVRANGEBYSCORE", key, bound(&random), bound(&random), "WITHSCORES"]
        case 23:
            return [["ZRANGEBYLEX", "ZREVRANGEBYLEX"][random.below(2)], "lex", lexBound(&random), lexBound(&random)]
        case 24: return ["ZRANGESTORE", self.key(&random), key, bound(&random), bound(&random), "BYSCORE"]
        case 25:
            return random.chance(0.5)
                ? ["ZCOUNT", key, bound(&random), bound(&random)]
                : ["ZLEXCOUNT", "lex", lexBound(&random), lexBound(&random)]
        case 26: return ["ZSCORE", key, member(&random)]
        case 27: return ["ZMSCORE", key, member(&random), member(&random)]
        case 28: return [["ZRANK", "ZREVRANK"][random.below(2)], key, member(&random)]
        case 29: return ["ZCARD", key]
        case 30, 31:
            return [["ZPOPMIN", "ZPOPMAX"][random.below(2)], key] + (random.chance(0.5) ? ["\(random.below(4))"] : [])
        case 32:
            return ["ZMPOP", "2", key, self.key(&random), ["MIN", "MAX"][random.below(2)]]
                + (random.chance(0.5) ? ["COUNT", "\(1 + random.below(3))"] : [])
        case 33: return [["BZPOPMIN", "BZPOPMAX"][random.below(2)], key, "z0", "z1", "z2", "z3", "z4", "lex", "0"]
        case 34: return ["BZMPOP", "0", "2", key, "lex", "MIN", "COUNT", "2"]
        case 35: return ["ZINTERCARD", "2", key, self.key(&random), "LIMIT", "\(random.below(4))"]
        case 36: return algebra(&random, ["ZUNION", "ZINTER", "ZDIFF"][random.below(3)], stores: false)
        case 37: return algebra(&random, ["ZUNION", "ZINTER", "ZDIFF"][random.below(3)], stores: true)
        case 38: return ["ZSCAN", key, "0", "COUNT", "1000", "MATCH", "m*"]
        default: return ["ZADD", "lex", "0", member(&random)]
        }
    }

    /// Pairs in the order of members: a hash table's order is its own.
    private func sortedScan(_ reply: Reply) -> Reply {
        guard case .array(let parts) = reply, parts.count == 2, case .array(let pairs) = parts[1] else { return reply }
        var texts: [String] = []
        for index in stride(from: 0, to: pairs.count - 1, by: 2) {
            texts.append("\(pairs[index].text ?? "") \(pairs[index + 1].text ?? "")")
        }
        return .array([parts[0]] + texts.sorted().map { .bulk(Array($0.utf8)) })
    }

    @Test(arguments: [(101, 2), (102, 3), (103, 2), (104, 3)] as [(UInt64, Int)])
    func answersAsRedis(_ seed: UInt64, version: Int) throws {
        guard
            let both = try TwoServers(
                SortedSetCommands.all + SetCommands.all + StringCommands.all, seed: seed, version: version)
        else { return }
        var random = SeededRandom(seed: seed)
        for words in [["SET", "text", "x"], ["SADD", "set", "m1", "m2", "m5", "7"], ["ZADD", "lex", "0", "zzz"]] {
            try both.agree(words)
        }
        for _ in 0..<2500 {
            let words = command(&random)
            if words[0].hasPrefix("BZ"), try isAllEmpty(both, words) { continue }
            guard try both.agree(words, { words[0] == "ZSCAN" ? sortedScan($0) : $0 }) else { return }
            if random.chance(0.01) { try both.sameEncoding("z\(random.below(5))") }
        }
        try both.sameLog()
    }

    /// Whether a blocking command would wait: on the real server that would take for ever.
    private func isAllEmpty(_ both: TwoServers, _ words: [String]) throws -> Bool {
        for key in words.dropFirst() where key.hasPrefix("z") || key == "lex" || key == "text" {
            if try both.real.command("EXISTS", key) == .integer(1) { return false }
        }
        return true
    }

    @Test func waitingClientsAreServed() throws {
        let ours = OurRedis(SortedSetCommands.all + StringCommands.all)
        let first = ours.connect()
        let second = ours.connect()
        let writer = ours.connect()
        for (client, words) in [
            (first, ["BZPOPMIN", "a", "b", "0"]), (second, ["BZMPOP", "0", "1", "b", "MAX", "COUNT", "2"]),
        ] {
            ours.engine.execute(Arguments(words), for: client)
            #expect(client.reply.isEmpty)
        }
        // A string is nothing to wait for.
        try ours.command("SET", "b", "x", by: writer)
        #expect(try ours.take(first).isEmpty)
        try ours.command("GETDEL", "b", by: writer)
        try ours.command("ZADD", "b", "1", "x", "2", "y", "3", "w", by: writer)
        #expect(try ours.take(first) == [.array([bulk("b"), bulk("x"), bulk("1")])])
        let pairs: [Reply] = [.array([bulk("w"), bulk("3")]), .array([bulk("y"), bulk("2")])]
        #expect(try ours.take(second) == [.array([bulk("b"), .array(pairs)])])
        #expect(try ours.command("ZCARD", "b", by: writer) == .integer(0))
    }

    private func bulk(_ text: String) -> Reply { .bulk(Array(text.utf8)) }

    @Test func randomMembersAreMembersAndDiffer() throws {
        for size in [20, 400] {
            let ours = OurRedis(SortedSetCommands.all, seed: 7)
            for index in 0..<size { try ours.command("ZADD", "z", "\(index)", "m\(index)") }
            for wanted in [1, 5, size - 1, size, size + 10] {
                guard case .array(let found) = try ours.command("ZRANDMEMBER", "z", "\(wanted)") else {
                    Issue.record("no array")
                    return
                }
                let texts = found.compactMap(\.text)
                #expect(texts.count == min(wanted, size) && Set(texts).count == texts.count)
                #expect(texts.allSatisfy { $0.hasPrefix("m") && Int($0.dropFirst()) ?? size < size })
            }
            guard case .array(let many) = try ours.command("ZRANDMEMBER", "z", "-\(3 * size)", "WITHSCORES") else {
                return
            }
            #expect(many.count == 6 * size)
        }
    }
}
