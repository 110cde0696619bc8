import Foundation
import StrataDisk
import StrataRESP
import StrataRedis
import Testing

/// The same random commands to this engine and to a real redis-server: the same replies, events and values.
enum CollectionComparison {
    static let commands =
        ConnectionCommands.all + TransactionCommands.all + PubSubCommands.all + ListCommands.all + HashCommands.all
        + SetCommands.all

    /// - Parameters:
    ///   - resp: version of the protocol.
    ///   - settings: names and values that both get; small limits bring every border near.
    ///   - ordersNothing: commands whose replies have no order.
    static func run(
        seed: UInt64, resp: Int, settings: [(String, String)], rounds: Int, ordersNothing: Set<String>,
        _ make: (inout SeededRandom) -> [String]
    ) throws {
        guard let real = try RealRedis() else { return }
        let ours = OurRedis(commands, seed: seed)
        let listener = ours.connect()
        let realListener = try real.connect()
        for (name, value) in settings + [("notify-keyspace-events", "KEA")] {
            _ = try real.command("CONFIG", "SET", name, value)
            try ours.engine.configuration.set(name, value)
        }
        _ = try realListener.command("PSUBSCRIBE", "__key*__:*")
        _ = try ours.command("PSUBSCRIBE", "__key*__:*", by: listener)
        if resp == 3 {
            _ = try real.command("HELLO", "3")
            ours.client.reply.version = 3
        }
        var random = SeededRandom(seed: seed)
        var history: [String] = []
        for _ in 0..<rounds {
            let words = make(&random)
            history.append(words.joined(separator: " "))
            let bytes = words.map { Array($0.utf8) }
            let isUnordered = ordersNothing.contains(words[0])
            let expected = sorted(try real.command(bytes), isUnordered)
            let found = sorted(try ours.command(bytes), isUnordered)
            guard found == expected else {
                Issue.record(
                    "seed \(seed): \(words) gave \(found), redis-server gives \(expected), after \(history.suffix(12))")
                return
            }
            for event in try ours.take(listener) {
                let expected = try realListener.reply()
                guard event == expected else {
                    Issue.record("seed \(seed): \(words) told \(event), redis-server tells \(expected)")
                    return
                }
            }
        }
        try compareKeys(ours, real, seed)
        // An event that redis-server alone sent would come before this one.
        _ = try real.command("PUBLISH", "__keyend__:x", "end")
        if case .array(let parts) = try realListener.reply() {
            #expect(parts.last == .bulk(Array("end".utf8)), "seed \(seed): an event was not told: \(parts)")
        }
    }

    private static func compareKeys(_ ours: OurRedis, _ real: RealRedis, _ seed: UInt64) throws {
        var keys: [(key: [UInt8], encoding: String, type: ValueType)] = []
        ours.keyspace.database(0).forEach { entry in
            if let value = entry.collection { keys.append((entry.key.copy(), "\(value.encoding.name)", value.type)) }
            return true
        }
        #expect(try real.command("DBSIZE") == .integer(Int64(keys.count)), "seed \(seed)")
        for (key, encoding, type) in keys {
            let name = String(decoding: key, as: UTF8.self)
            #expect(try real.command("OBJECT", "ENCODING", name).text == encoding, "seed \(seed): \(name)")
            let words =
                switch type {
                case .list: ["LRANGE", name, "0", "-1"]
                case .hash: ["HGETALL", name]
                default: ["SMEMBERS", name]
                }
            let bytes = words.map { Array($0.utf8) }
            let expected = sorted(try real.command(bytes), type != .list)
            #expect(try sorted(ours.command(bytes), type != .list) == expected, "seed \(seed): \(name)")
        }
    }

    /// Pairs of a map or of a flat array of HGETALL are sorted as single elements: what belongs together is compared by HGET.
    static func sorted(_ reply: Reply, _ isUnordered: Bool) -> Reply {
        guard isUnordered else { return reply }
        func inOrder(_ replies: [Reply]) -> [Reply] {
            replies.map { sorted($0, true) }.sorted { "\($0)" < "\($1)" }
        }
        switch reply {
        case .array(let parts): return .array(inOrder(parts))
        case .set(let parts): return .set(inOrder(parts))
        case .map(let parts): return .map(inOrder(parts))
        default: return reply
        }
    }

    // MARK: Words

    static func key(_ random: inout SeededRandom) -> String { "k\(random.below(5))" }

    static func element(_ random: inout SeededRandom) -> String {
        switch random.below(9) {
        case 0: "\(Int64(bitPattern: random.next()) >> Int64(random.below(64)))"
        case 1, 2, 3: "\(random.below(12))"
        case 4: String(repeating: "x", count: [1, 63, 64, 65, 200, 5000][random.below(6)])
        case 5: ""
        case 6: "-0"
        default: "w\(random.below(8))"
        }
    }

    static func elements(_ random: inout SeededRandom, _ most: Int) -> [String] {
        (0...random.below(most)).map { _ in element(&random) }
    }

    static func number(_ random: inout SeededRandom) -> String {
        [
            "0", "1", "-1", "2", "-2", "3", "-5", "100", "-100", "x", "9223372036854775807", "-9223372036854775808",
            "-9223372036854775807", "9223372036854775808", "1.5", "",
        ][random.below(16)]
    }

    static func end(_ random: inout SeededRandom) -> String { ["LEFT", "RIGHT", "left", "Middle"][random.below(4)] }

    /// A key made anew or deleted: lists, hashes and sets take turns under the same names.
    static func other(_ random: inout SeededRandom) -> [String] {
        let key = key(&random)
        switch random.below(6) {
        case 0: return ["RPUSH", key] + elements(&random, 4)
        case 1: return ["HSET", key, element(&random), element(&random)]
        case 2: return ["SADD", key] + elements(&random, 4)
        case 3: return ["LTRIM", key, "1", "0"]
        case 4: return ["SPOP", key, "10000"]
        default: return ["SINTERSTORE", key, "nothing"]
        }
    }
}
