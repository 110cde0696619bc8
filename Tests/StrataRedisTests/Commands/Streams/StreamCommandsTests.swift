import StrataDisk
import StrataRESP
import StrataRedis
import Testing

@Suite struct StreamCommandsTests {
    private func key(_ random: inout SeededRandom) -> String { random.chance(0.02) ? "text" : "s\(random.below(3))" }
    private func id(_ random: inout SeededRandom) -> String {
        if random.chance(0.03) { return ["-", "+", "x", "1-x", "(5", "99999999999999999999", "0"][random.below(7)] }
        return random.chance(0.3) ? "\(random.below(150))" : "\(random.below(150))-\(random.below(3))"
    }
    private func group(_ random: inout SeededRandom) -> String { random.chance(0.03) ? "none" : "g\(random.below(2))" }
    private func consumer(_ random: inout SeededRandom) -> String { "c\(random.below(3))" }
    private func trim(_ random: inout SeededRandom) -> [String] {
        var words = [["MAXLEN", "MINID"][random.below(2)]]
        let isApproximate = random.chance(0.4)
        if random.chance(0.7) || isApproximate { words.append(isApproximate ? "~" : "=") }
        words.append(words[0] == "MAXLEN" ? "\(random.below(30))" : "\(random.below(100))-\(random.below(2))")
        if random.chance(isApproximate ? 0.4 : 0.03) { words += ["LIMIT", "\(random.below(12))"] }
        return words
    }
    private func fields(_ random: inout SeededRandom) -> [String] {
        switch random.below(4) {
        case 0, 1: ["temp", "\(random.below(100_000) - 50_000)", "name", "n\(random.below(9))"]
        case 2: ["temp", String(repeating: "v", count: random.below(90))]
        default: ["f\(random.below(3))", "", "\(random.below(300))", "x", "name", "-1"]
        }
    }

    private func command(_ random: inout SeededRandom, _ next: inout Int) -> [String] {
        let key = key(&random)
        switch random.below(34) {
        case 0...9:
            if random.chance(0.8) { next += random.below(3) }
            var words = ["XADD", key]
            if random.chance(0.05) { words.append("NOMKSTREAM") }
            if random.chance(0.15) { words += trim(&random) }
            words.append(
                random.chance(0.2)
                    ? "\(next / 2)-*" : random.chance(0.05) ? id(&random) : "\(next / 2)-\(next % 2 + random.below(2))")
            return words + fields(&random)
        case 10, 11: return ["XDEL", key, id(&random), id(&random)]
        case 12: return random.chance(0.5) ? ["XTRIM", key] + trim(&random) : ["XLEN", key]
        case 13: return ["XRANGE", key, id(&random), id(&random)]
        case 14: return ["XREVRANGE", key, id(&random), id(&random), "COUNT", "\(random.below(9) - 1)"]
        case 15: return ["XREAD", "COUNT", "\(random.below(4))", "STREAMS", key, "s1", id(&random), id(&random)]
        case 16:
            return ["XGROUP", "CREATE", key, group(&random), random.chance(0.5) ? "$" : id(&random)]
                + (random.chance(0.3) ? ["MKSTREAM"] : [])
                + (random.chance(0.2) ? ["ENTRIESREAD", "\(random.below(9) - 2)"] : [])
        case 17:
            return ["XGROUP", "SETID", key, group(&random), id(&random)]
                + (random.chance(0.3) ? ["ENTRIESREAD", "5"] : [])
        case 18:
            return random.chance(0.2)
                ? ["XGROUP", "DESTROY", key, group(&random)]
                : ["XGROUP", "CREATECONSUMER", key, group(&random), consumer(&random)]
        case 19:
            return random.chance(0.3)
                ? ["XGROUP", "DELCONSUMER", key, group(&random), consumer(&random)] : ["XPENDING", key, group(&random)]
        case 20...23:
            var words = ["XREADGROUP", "GROUP", group(&random), consumer(&random)]
            if random.chance(0.5) { words += ["COUNT", "\(random.below(4))"] }
            if random.chance(0.15) { words.append("NOACK") }
            return words + ["STREAMS", key, random.chance(0.8) ? ">" : id(&random)]
        case 24: return ["XACK", key, group(&random), id(&random), id(&random)]
        case 25:
            return ["XPENDING", key, group(&random), "-", "+", "\(random.below(9))"]
                + (random.chance(0.4) ? [consumer(&random)] : [])
        case 26, 27:
            var words = ["XCLAIM", key, group(&random), consumer(&random), "0", id(&random), id(&random)]
            for option in [
                ["FORCE"], ["JUSTID"], ["RETRYCOUNT", "7"], ["LASTID", "70-1"], ["IDLE", "1000"], ["TIME", "5000"],
            ] where random.chance(0.2) {
                words += option
            }
            return words
        case 28:
            return [
                "XAUTOCLAIM", key, group(&random), consumer(&random), "0", id(&random), "COUNT",
                "\(1 + random.below(3))",
            ]
                + (random.chance(0.3) ? ["JUSTID"] : [])
        case 29: return ["XINFO", "STREAM", key]
        case 30: return ["XINFO", "STREAM", key, "FULL"] + (random.chance(0.5) ? ["COUNT", "\(random.below(5))"] : [])
        case 31: return ["XINFO", "GROUPS", key]
        case 32: return ["XINFO", "CONSUMERS", key, group(&random)]
        default:
            return random.chance(0.8)
                ? ["XLEN", key]
                : ["XSETID", key, id(&random)]
                    + (random.chance(0.5) ? ["ENTRIESADDED", "\(random.below(60))", "MAXDELETEDID", id(&random)] : [])
        }
    }

    /// Without what differs from run to run: times, how long something is idle, the number of a radix tree's nodes.
    private func steady(_ reply: Reply, _ isPending: Bool) -> Reply {
        let parts: [Reply]
        switch reply {
        case .array(let some), .map(let some): parts = some
        case .integer(let value): return value > 1_500_000_000_000 ? .integer(0) : reply
        default: return reply
        }
        var steadied: [Reply] = []
        for (index, part) in parts.enumerated() {
            let name = index > 0 ? parts[index - 1].text : nil
            if name == "idle" || name == "radix-tree-nodes" || isPending && index == 2 {
                steadied.append(.null)
            } else {
                steadied.append(steady(part, isPending))
            }
        }
        if case .map = reply { return .map(steadied) }
        return .array(steadied)
    }

    @Test(arguments: [(201, 2), (202, 3), (203, 2), (204, 3), (205, 2)] as [(UInt64, Int)])
    func answersAsRedis(_ seed: UInt64, version: Int) throws {
        guard let both = try TwoServers(StreamCommands.all + StringCommands.all, seed: seed, version: version) else {
            return
        }
        var random = SeededRandom(seed: seed)
        let entries = 3 + random.below(20)
        _ = try both.real.command("CONFIG", "SET", "stream-node-max-entries", "\(entries)")
        both.ours.engine.configuration.limits.streamNodeMaxEntries = entries
        try both.agree(["SET", "text", "x"])
        var next = 2
        for _ in 0..<2000 {
            let words = command(&random, &next)
            guard try both.agree(words, { steady($0, words[0] == "XPENDING" && words.count > 3) }) else { return }
            if next > 290 { next = 290 }
        }
        try both.sameLog()
        for key in ["s0", "s1", "s2"] { try sameNodes(both, key) }
    }

    /// The nodes' very bytes stand in the real server's DUMP.
    private func sameNodes(_ both: TwoServers, _ key: String) throws {
        guard case .bulk(let dump) = try both.real.command("DUMP", key) else { return }
        let stream = try Array(key.utf8).withLent { try both.ours.keyspace.database(0).value(StreamValue.self, at: $0) }
        guard let stream else {
            Issue.record("\(key) is no stream here")
            return
        }
        #expect(dump.count > 1 && Int(dump[1]) == stream.nodes.count, "seed \(both.seed): nodes of \(key)")
        for index in 0..<stream.nodes.count {
            let bytes = stream.nodes.node(index).bytes.copy()
            #expect(dump.firstRange(of: bytes) != nil, "seed \(both.seed): node \(index) of \(key)")
        }
    }

    private func bulk(_ text: String) -> Reply { .bulk(Array(text.utf8)) }

    @Test func readersWait() throws {
        let ours = OurRedis(StreamCommands.all + StringCommands.all)
        let reader = ours.connect()
        let grouped = ours.connect()
        let writer = ours.connect()
        try ours.command("XADD", "s", "5-0", "a", "1", by: writer)
        try ours.command("XGROUP", "CREATE", "s", "g", "$", by: writer)
        ours.engine.execute(Arguments(["XREAD", "BLOCK", "0", "STREAMS", "other", "s", "0", "$"]), for: reader)
        ours.engine.execute(
            Arguments(["XREADGROUP", "GROUP", "g", "c", "BLOCK", "0", "STREAMS", "s", ">"]), for: grouped)
        #expect(reader.reply.isEmpty && grouped.reply.isEmpty)
        try ours.command("XADD", "s", "6-0", "b", "2", by: writer)
        let entry = Reply.array([bulk("6-0"), .array([bulk("b"), bulk("2")])])
        let answer = Reply.array([.array([bulk("s"), .array([entry])])])
        #expect(try ours.take(reader) == [answer])
        #expect(try ours.take(grouped) == [answer])
        #expect(
            try ours.command("XPENDING", "s", "g", "-", "+", "9", by: writer)
                == .array([.array([bulk("6-0"), bulk("c"), .integer(0), .integer(1)])]))
        ours.engine.execute(
            Arguments(["XREADGROUP", "GROUP", "g", "c", "BLOCK", "50", "STREAMS", "s", ">"]), for: grouped)
        ours.now += 51
        ours.engine.endExpiredWaits()
        #expect(try ours.take(grouped) == [.null])
        ours.engine.execute(
            Arguments(["XREADGROUP", "GROUP", "g", "c", "BLOCK", "0", "STREAMS", "s", ">"]), for: grouped)
        try ours.command("XGROUP", "DESTROY", "s", "g", by: writer)
        let gone = "NOGROUP the consumer group this client was blocked on no longer exists"
        #expect(try ours.take(grouped) == [.error(Array(gone.utf8))])
    }

    @Test func idsOfTheClockGrow() throws {
        let ours = OurRedis(StreamCommands.all)
        ours.now = 1000
        #expect(try ours.command("XADD", "s", "*", "a", "1") == bulk("1000-0"))
        #expect(try ours.command("XADD", "s", "*", "a", "1") == bulk("1000-1"))
        ours.now = 900
        #expect(try ours.command("XADD", "s", "*", "a", "1") == bulk("1000-2"))
        ours.now = 1001
        #expect(try ours.command("XADD", "s", "*", "a", "1") == bulk("1001-0"))
    }
}
