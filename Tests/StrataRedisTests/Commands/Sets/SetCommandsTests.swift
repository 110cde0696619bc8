import StrataDisk
import StrataRESP
import StrataRedis
import Testing

/// One redis-server at a time.
@Suite(.serialized)
struct SetCommandsTests {
    @Test(arguments: [(2, "512"), (3, "4"), (2, "0")], 0..<2 as Range<UInt64>)
    func setsAnswerAsRedisDoes(_ setting: (resp: Int, entries: String), _ seed: UInt64) throws {
        try CollectionComparison.run(
            seed: seed, resp: setting.resp, settings: [("set-max-intset-entries", setting.entries)], rounds: 600,
            ordersNothing: ["SPOP", "SMEMBERS", "SRANDMEMBER", "SSCAN", "SINTER", "SUNION", "SDIFF"]
        ) { random in Self.words(&random) }
    }

    private static func words(_ random: inout SeededRandom) -> [String] {
        typealias Words = CollectionComparison
        let key = Words.key(&random)
        func keys() -> [String] { (0...random.below(3)).map { _ in Words.key(&random) } }
        switch random.below(24) {
        case 0, 1, 2, 3: return ["SADD", key] + Words.elements(&random, 8)
        case 4, 5: return ["SADD", key] + (0...random.below(8)).map { _ in "\(random.below(20))" }
        case 6, 7: return ["SREM", key] + Words.elements(&random, 3)
        case 8, 9: return ["SMOVE", key, Words.key(&random), Words.element(&random)]
        case 10: return ["SISMEMBER", key, Words.element(&random)]
        case 11: return ["SMISMEMBER", key] + Words.elements(&random, 4)
        case 12: return [random.chance(0.5) ? "SCARD" : "SMEMBERS", key]
        case 13: return ["SPOP", key, ["10000", "0", "-1", "x"][random.below(4)]]
        case 14:
            let count = ["10000", "0", "x", "-9223372036854775808", "9223372036854775807"][random.below(5)]
            return ["SRANDMEMBER", key, count]
        case 15: return ["SSCAN", key, ["0", "0", "y"][random.below(3)], "COUNT", "10000"]
        case 16: return ["SINTER"] + keys()
        case 17: return ["SUNION"] + keys()
        case 18: return ["SDIFF"] + keys()
        case 19:
            let name = ["SINTERSTORE", "SUNIONSTORE", "SDIFFSTORE"][random.below(3)]
            return [name, key] + keys()
        case 20:
            let limit = [[], ["LIMIT", "2"], ["LIMIT", "-1"], ["LIMIT", "0"], ["LIMIT"], ["X", "1"]][random.below(6)]
            return ["SINTERCARD", ["1", "2", "0", "9", "x"][random.below(5)], key, Words.key(&random)] + limit
        default: return Words.other(&random)
        }
    }

    @Test(arguments: ["", "m"])
    func membersThatArePoppedAreGone(_ prefix: String) throws {
        let ours = OurRedis(CollectionComparison.commands)
        for index in 0..<100 { try ours.command("SADD", "s", "\(prefix)\(index)") }
        guard case .array(let popped) = try ours.command("SPOP", "s", "60"),
            case .array(let left) = try ours.command("SMEMBERS", "s")
        else { return }
        #expect(popped.count == 60)
        #expect(left.count == 40)
        #expect(Set((popped + left).compactMap(\.text)) == Set((0..<100).map { "\(prefix)\($0)" }))
    }
}
