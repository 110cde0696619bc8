import StrataDisk
import StrataRESP
import StrataRedis
import Testing

/// One redis-server at a time.
@Suite(.serialized)
struct HashCommandsTests {
    @Test(arguments: [(2, "512"), (3, "4"), (2, "0")], 0..<2 as Range<UInt64>)
    func hashesAnswerAsRedisDoes(_ setting: (resp: Int, entries: String), _ seed: UInt64) throws {
        try CollectionComparison.run(
            seed: seed, resp: setting.resp, settings: [("hash-max-listpack-entries", setting.entries)], rounds: 600,
            ordersNothing: ["SPOP", "HKEYS", "HVALS", "HGETALL", "HRANDFIELD", "HSCAN"]
        ) { random in Self.words(&random) }
    }

    private static func words(_ random: inout SeededRandom) -> [String] {
        typealias Words = CollectionComparison
        let key = Words.key(&random)
        let field = Words.element(&random)
        let amount = ["1", "-1", "0.1", "3.25", "1e3", "inf", "nan", "x", "9223372036854775807", " 1", "5", "-0"]
        switch random.below(22) {
        case 0, 1, 2, 3:
            return [random.chance(0.8) ? "HSET" : "HMSET", key] + Words.elements(&random, 8)
        case 4: return ["HSETNX", key, field, Words.element(&random)]
        case 5, 6: return ["HGET", key, field]
        case 7: return ["HMGET", key] + Words.elements(&random, 4)
        case 8, 9: return ["HINCRBY", key, field, amount[random.below(amount.count)]]
        case 10, 11: return ["HINCRBYFLOAT", key, field, amount[random.below(amount.count)]]
        case 12, 13: return ["HDEL", key] + Words.elements(&random, 3)
        case 14: return [["HLEN", "HKEYS", "HVALS", "HGETALL"][random.below(4)], key]
        case 15: return ["HSTRLEN", key, field]
        case 16: return ["HEXISTS", key, field]
        case 17:
            // Everything, or nothing: what lies between is chance.
            let count = ["100", "0", "x", "-9223372036854775808", "9223372036854775807"][random.below(5)]
            return ["HRANDFIELD", key, count] + [[], ["WITHVALUES"], ["withvalue"]][random.below(3)]
        case 18:
            let options = [[], ["COUNT", "10000"], ["MATCH", "w*"], ["COUNT", "0"], ["COUNT", "x"], ["NOVALUES"]]
            return ["HSCAN", key, ["0", "0", "x", "0"][random.below(4)], "COUNT", "10000"] + options[random.below(6)]
        default: return Words.other(&random)
        }
    }

    @Test(arguments: [0, 512])
    func picksAreOfTheHashAndDiffer(_ entries: Int) throws {
        let ours = OurRedis(CollectionComparison.commands)
        try ours.engine.configuration.set("hash-max-listpack-entries", "\(entries)")
        for index in 0..<50 { try ours.command("HSET", "h", "f\(index)", "v\(index)") }
        guard case .array(let few) = try ours.command("HRANDFIELD", "h", "10", "WITHVALUES") else { return }
        #expect(few.count == 20)
        for index in stride(from: 0, to: few.count, by: 2) {
            #expect(few[index].text?.dropFirst() == few[index + 1].text?.dropFirst())
        }
        #expect(Set(few.compactMap(\.text)).count == 20)
        guard case .array(let more) = try ours.command("HRANDFIELD", "h", "-200") else { return }
        #expect(more.count == 200)
        #expect(Set(more.compactMap(\.text)).count <= 50)
        #expect(Set(more.compactMap(\.text)).count > 25)
    }

    /// All that is there from the first call to the last is given, though the hash grows meanwhile.
    @Test func aScanGivesWhatStays() throws {
        let ours = OurRedis(CollectionComparison.commands)
        for index in 0..<1000 { try ours.command("HSET", "h", "f\(index)", "v") }
        var seen = Set<String>()
        var cursor = "0"
        var calls = 0
        repeat {
            guard case .array(let reply) = try ours.command("HSCAN", "h", cursor, "COUNT", "20", "MATCH", "f*"),
                case .array(let pairs) = reply[1]
            else { return }
            cursor = reply[0].text ?? "0"
            for index in stride(from: 0, to: pairs.count, by: 2) { seen.insert(pairs[index].text ?? "") }
            try ours.command("HSET", "h", "g\(calls)", "v")
            calls += 1
        } while cursor != "0" && calls < 5000
        #expect(cursor == "0")
        #expect(calls > 10)
        #expect(seen == Set((0..<1000).map { "f\($0)" }))
    }
}
