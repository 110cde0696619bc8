import Glibc
import StrataDisk
import StrataRESP
import StrataRedis
import Testing

/// One redis-server at a time.
@Suite(.serialized)
struct ListCommandsTests {
    @Test(arguments: [(2, "-2"), (3, "2"), (2, "1"), (2, "5")], 0..<2 as Range<UInt64>)
    func listsAnswerAsRedisDoes(_ setting: (resp: Int, fill: String), _ seed: UInt64) throws {
        try CollectionComparison.run(
            seed: seed, resp: setting.resp, settings: [("list-max-listpack-size", setting.fill)], rounds: 600,
            ordersNothing: ["SPOP"]
        ) { random in Self.words(&random) }
    }

    private static func words(_ random: inout SeededRandom) -> [String] {
        typealias Words = CollectionComparison
        let key = Words.key(&random)
        let push = ["LPUSH", "RPUSH", "LPUSHX", "RPUSHX"][random.below(4)]
        switch random.below(26) {
        case 0, 1, 2, 3: return [push, key] + Words.elements(&random, 6)
        case 4: return ["LPOP", key]
        case 5: return ["RPOP", key]
        case 6: return [random.chance(0.5) ? "LPOP" : "RPOP", key, Words.number(&random)]
        case 7: return ["LLEN", key]
        case 8: return ["LINDEX", key, Words.number(&random)]
        case 9, 10: return ["LRANGE", key, Words.number(&random), Words.number(&random)]
        case 11: return ["LSET", key, Words.number(&random), Words.element(&random)]
        case 12, 13:
            let side = ["BEFORE", "AFTER", "after", "beside"][random.below(4)]
            return ["LINSERT", key, side, Words.element(&random), Words.element(&random)]
        case 14: return ["LREM", key, Words.number(&random), Words.element(&random)]
        case 15:
            return random.chance(0.3)
                ? ["LTRIM", key, Words.number(&random), Words.number(&random)] : ["LTRIM", key, "0", "-2"]
        case 16, 17:
            var words = ["LPOS", key, Words.element(&random)]
            for _ in 0..<random.below(4) {
                words += [["RANK", "COUNT", "MAXLEN", "RANKS"][random.below(4)], Words.number(&random)]
            }
            return words
        case 18, 19: return ["LMOVE", key, Words.key(&random), Words.end(&random), Words.end(&random)]
        case 20: return ["RPOPLPUSH", key, Words.key(&random)]
        case 21:
            var words = [
                "LMPOP", ["1", "2", "3", "0", "x"][random.below(5)], key, Words.key(&random), Words.end(&random),
            ]
            if random.chance(0.6) { words += ["COUNT", Words.number(&random)] }
            return words
        case 22:
            // Without a wait: a list has something, or the request is wrong.
            return ["BLMPOP", "x", "1", key, "LEFT"]
        case 23: return [random.chance(0.5) ? "BLPOP" : "BRPOP", key, ["-1", "x", "nan"][random.below(3)]]
        default: return Words.other(&random)
        }
    }

    /// What clients send in turn, and who is answered then: in this engine, and by redis-server.
    @Test(arguments: [
        // An element for the one who waited longest; what is left stays.
        [(0, "BLPOP a b 0"), (1, "BRPOP b 0"), (2, "RPUSH b 1 2 3"), (2, "LRANGE b 0 -1")],
        // What a transaction adds is seen when it is done. (Where it adds to both keys, the first named serves here, as in Redis 7.2;
        // 7.0 takes the one that was added to first.)
        [(0, "BLPOP a b 0"), (2, "MULTI"), (2, "RPUSH b 1"), (2, "RPUSH b 2"), (2, "EXEC"), (2, "LRANGE b 0 -1")],
        // A chain of moves.
        [
            (0, "BLMOVE a b LEFT RIGHT 0"), (1, "BRPOPLPUSH b c 0"), (2, "LPUSH a x"), (2, "LRANGE c 0 -1"),
            (2, "LLEN b"),
        ],
        // Another type is not waited for, and one that comes later is passed over.
        [(2, "SADD a 1"), (0, "BLPOP a 0"), (1, "BLPOP z 0"), (2, "SADD z 1"), (2, "SREM z 1"), (2, "LPUSH z 1")],
        // The destination is of another type.
        [(2, "SADD d 1"), (0, "BLMOVE a d LEFT LEFT 0"), (2, "RPUSH a 1"), (2, "LLEN a")],
        // Several elements at once.
        [(0, "BLMPOP 0 2 a b RIGHT COUNT 2"), (2, "RPUSH b 1 2 3"), (2, "LRANGE b 0 -1")],
        // Within a transaction nothing waits.
        [(2, "MULTI"), (2, "BLPOP a 0"), (2, "BLMOVE a b LEFT LEFT 0"), (2, "BLMPOP 0 1 a LEFT"), (2, "EXEC")],
        // A list that is there is served at once.
        [
            (2, "RPUSH a 1 2"), (0, "BRPOP x a 0"), (1, "BLMOVE a a LEFT RIGHT 0"), (1, "BRPOPLPUSH a b 0"),
            (2, "LLEN a"),
        ],
    ])
    func waitingClientsAreServedAsInRedis(_ steps: [(Int, String)]) throws {
        let ours = OurRedis(CollectionComparison.commands)
        let clients = (0..<3).map { _ in ours.connect() }
        guard let real = try RealRedis() else { return }
        let connections = try (0..<3).map { _ in try real.connect() }
        for (client, text) in steps {
            let words = text.split(separator: " ").map { Array($0.utf8) }
            let before = clients.filter { $0.blocked != nil }.count
            ours.engine.execute(Arguments(words), for: clients[client])
            try connections[client].send(words)
            if clients.filter({ $0.blocked != nil }).count > before {
                var tries = 0
                while try !real.command("INFO", "clients").text!.contains("blocked_clients:\(before + 1)\r\n") {
                    tries += 1
                    usleep(2000)
                    try #require(tries < 2000, "redis-server does not wait for \(text)")
                }
            }
            for index in 0..<3 {
                for reply in try ours.take(clients[index]) {
                    let expected = try connections[index].reply()
                    #expect(reply == expected, "client \(index) after \(text)")
                }
            }
        }
        let waiting = clients.filter { $0.blocked != nil }.count
        #expect(try real.command("INFO", "clients").text!.contains("blocked_clients:\(waiting)\r\n"))
    }

    @Test(arguments: [("BLPOP a 1", Reply.null), ("BLMOVE a b LEFT LEFT 1", .null), ("BLMPOP 1 1 a LEFT", .null)])
    func aWaitEndsWithItsTime(_ text: String, _ reply: Reply) throws {
        let ours = OurRedis(CollectionComparison.commands)
        ours.engine.execute(Arguments(text.split(separator: " ").map(String.init)), for: ours.client)
        #expect(ours.client.blocked != nil)
        ours.now += 999
        ours.engine.endExpiredWaits()
        #expect(try ours.take().isEmpty)
        ours.now += 1
        ours.engine.endExpiredWaits()
        #expect(try ours.take() == [reply])
        #expect(ours.client.blocked == nil)
    }
}
