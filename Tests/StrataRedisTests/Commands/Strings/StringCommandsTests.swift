import Foundation
import StrataDisk
import StrataRESP
import StrataRedis
import Testing

/// The same random commands to this engine and to a real redis-server: the same replies, and the same keys at the end.
struct StringCommandsTests {
    static let commands = StringCommands.all + BitmapCommands.all + GenericCommands.all

    static func compare(_ seed: UInt64, _ rounds: Int, _ make: (inout SeededRandom) -> [String]) throws {
        guard let real = try RealRedis() else { return }
        let ours = OurRedis(commands, seed: seed)
        var random = SeededRandom(seed: seed)
        var history: [String] = []
        for _ in 0..<rounds {
            let words = make(&random)
            history.append(words.joined(separator: " "))
            ours.now = Int64(Date().timeIntervalSince1970 * 1000)
            let bytes = words.map { Array($0.utf8) }
            let expected = try real.command(bytes)
            let found = try ours.command(bytes)
            guard found == expected else {
                Issue.record(
                    "seed \(seed): \(words) gave \(found), redis-server gives \(expected), after \(history.suffix(12))")
                return
            }
        }
        try compareKeys(ours, real, seed)
    }

    private static func compareKeys(_ ours: OurRedis, _ real: RealRedis, _ seed: UInt64) throws {
        #expect(try ours.command("DBSIZE") == real.command("DBSIZE"), "seed \(seed)")
        var keys: [[UInt8]] = []
        ours.keyspace.database(0).forEach {
            keys.append($0.key.copy())
            return true
        }
        for key in keys {
            for command in ["GET", "PEXPIRETIME", "STRLEN"] {
                let words = [Array(command.utf8), key]
                #expect(try ours.command(words) == real.command(words), "seed \(seed): \(command)")
            }
            let encoding = ["OBJECT", "ENCODING"].map { Array($0.utf8) } + [key]
            #expect(
                try ours.command(encoding) == real.command(encoding),
                "seed \(seed): encoding of \(String(decoding: key, as: UTF8.self))")
        }
    }

    static func key(_ random: inout SeededRandom) -> String { "k\(random.below(6))" }

    static func value(_ random: inout SeededRandom) -> String {
        switch random.below(8) {
        case 0: "\(Int64(bitPattern: random.next()))"
        case 1, 2: "\(random.below(1000))"
        case 3: "\(Double(random.below(10_000)) / 16)"
        case 4: String(repeating: "x", count: random.below(100))
        case 5: ""
        case 6: "-0"
        default: "word\(random.below(100))"
        }
    }

    static func index(_ random: inout SeededRandom) -> String {
        ["0", "-1", "3", "-5", "100", "-100", "7", "x", "2"][random.below(9)]
    }

    @Test(arguments: 0..<6 as Range<UInt64>)
    func stringsAnswerAsRedisDoes(_ seed: UInt64) throws {
        try Self.compare(seed, 3_000) { random in
            let (key, value) = (Self.key(&random), Self.value(&random))
            switch random.below(24) {
            case 0, 1:
                var words = ["SET", key, value]
                let options = [
                    "NX", "XX", "GET", "KEEPTTL", "EX 1000", "PX 1000000", "EXAT 4102444800", "PXAT 4102444800123",
                    "EX 0",
                    "EX -1", "PX x", "EX", "EX 9223372036854775807", "PERSIST",
                ]
                for _ in 0..<random.below(4) {
                    words += options[random.below(options.count)].split(separator: " ").map(String.init)
                }
                // Relative times differ by the milliseconds between the two.
                return words.contains("1000") || words.contains("1000000") ? ["TTL", key] : words
            case 2: return ["GET", key]
            case 3: return ["GETDEL", key]
            case 4:
                let options = ["", "PERSIST", "EXAT 4102444800", "PXAT 1", "EX -5", "NX", "PERSIST EX 5"]
                return ["GETEX", key] + options[random.below(options.count)].split(separator: " ").map(String.init)
            case 5: return ["GETRANGE", key, Self.index(&random), Self.index(&random)]
            case 6: return ["SETRANGE", key, ["0", "5", "-1", "200", "x"][random.below(5)], value]
            case 7: return ["APPEND", key, value]
            case 8: return [["INCR", "DECR"][random.below(2)], key]
            case 9: return [["INCRBY", "DECRBY"][random.below(2)], key, value]
            case 10:
                let by = ["1.5", "-0.1", "3e5", "1e-7", "inf", "nan", " 1", "5000000000000000000000", value, "0x10"]
                return ["INCRBYFLOAT", key, by[random.below(by.count)]]
            case 11: return ["MSET", key, value, Self.key(&random), value]
            case 12: return ["MSETNX", key, value, Self.key(&random), value]
            case 13: return ["MSETNX", key, value, key]
            case 14: return ["MGET", key, Self.key(&random), "none"]
            case 15: return ["STRLEN", key]
            case 16: return ["SETNX", key, value]
            case 17: return ["GETSET", key, value]
            case 18: return ["SETEX", key, ["0", "-1", "x"][random.below(3)], value]
            case 19:
                let options = [
                    [], ["LEN"], ["IDX"], ["IDX", "WITHMATCHLEN"], ["IDX", "MINMATCHLEN", "2"], ["LEN", "IDX"], ["X"],
                ]
                return ["LCS", key, Self.key(&random)] + options[random.below(options.count)]
            case 20: return ["DEL", key]
            case 21: return ["SUBSTR", key, "0", "2"]
            case 22: return ["OBJECT", "ENCODING", key]
            default: return ["SET", key, value]
            }
        }
    }

    @Test(arguments: 10..<16 as Range<UInt64>)
    func bitmapsAnswerAsRedisDoes(_ seed: UInt64) throws {
        try Self.compare(seed, 3_000) { random in
            let key = Self.key(&random)
            let offset = ["0", "7", "8", "100", "-1", "x", "63", "1000", "4294967296000"][random.below(9)]
            let unit = [[], ["BYTE"], ["BIT"], ["X"]][random.below(4)]
            switch random.below(12) {
            case 0, 1: return ["SETBIT", key, offset, ["0", "1", "2"][random.below(3)]]
            case 2: return ["GETBIT", key, offset]
            case 3: return ["BITCOUNT", key]
            case 4: return ["BITCOUNT", key, Self.index(&random), Self.index(&random)] + unit
            case 5: return ["BITPOS", key, ["0", "1", "2"][random.below(3)]]
            case 6: return ["BITPOS", key, "\(random.below(2))", Self.index(&random)]
            case 7: return ["BITPOS", key, "\(random.below(2))", Self.index(&random), Self.index(&random)] + unit
            case 8:
                return ["BITOP", ["AND", "OR", "XOR", "NOT"][random.below(4)], key]
                    + (0..<(1 + random.below(3))).map { _ in Self.key(&random) }
            case 9: return ["SET", key, Self.value(&random)]
            default:
                var words = [random.below(5) == 0 ? "BITFIELD_RO" : "BITFIELD", key]
                for _ in 0..<(1 + random.below(3)) {
                    let type = ["u8", "i8", "u1", "i5", "u63", "i64", "u64", "i16", "u33"][random.below(9)]
                    let place = ["0", "#1", "3", "17", "#0", "-1", "100"][random.below(7)]
                    let number = ["1", "-1", "255", "-9223372036854775808", "9223372036854775807", "100"][
                        random.below(6)]
                    switch random.below(5) {
                    case 0: words += ["GET", type, place]
                    case 1: words += ["SET", type, place, number]
                    case 2: words += ["OVERFLOW", ["WRAP", "SAT", "FAIL", "X"][random.below(4)]]
                    default: words += ["INCRBY", type, place, number]
                    }
                }
                return words
            }
        }
    }

    @Test(arguments: 20..<26 as Range<UInt64>)
    func genericCommandsAnswerAsRedisDoes(_ seed: UInt64) throws {
        try Self.compare(seed, 3_000) { random in
            let (key, other) = (Self.key(&random), Self.key(&random))
            switch random.below(22) {
            case 0, 1, 2: return ["SET", key, Self.value(&random)]
            case 3: return ["DEL", key, other]
            case 4: return ["UNLINK", key]
            case 5: return ["EXISTS", key, key, other]
            case 6: return ["TOUCH", key, other]
            case 7: return ["TYPE", key]
            case 8:
                let conditions = [
                    [], ["NX"], ["XX"], ["GT"], ["LT"], ["XX", "GT"], ["NX", "XX"], ["GT", "LT"], ["?"],
                ]
                let command = [
                    ["EXPIREAT", "4102444800"], ["PEXPIREAT", "4102444900000"], ["EXPIRE", "-1"], ["PEXPIREAT", "1"],
                    ["EXPIRE", "9223372036854775807"], ["PEXPIRE", "9223372036854775000"], ["EXPIREAT", "x"],
                    ["EXPIREAT", "4102444700"],
                ][random.below(8)]
                return [command[0], key, command[1]] + conditions[random.below(conditions.count)]
            case 9: return ["TTL", "none"]
            case 10: return [["EXPIRETIME", "PEXPIRETIME"][random.below(2)], key]
            case 11: return ["PERSIST", key]
            case 12: return ["RENAME", key, other]
            case 13: return ["RENAMENX", key, other]
            case 14:
                let options = [
                    [], ["REPLACE"], ["DB", "1"], ["DB", "99"], ["DB", "x"], ["DB", "1", "REPLACE"], ["DB"],
                ]
                return ["COPY", key, other] + options[random.below(options.count)]
            case 15: return ["MOVE", key, ["1", "0", "99", "x", "-1"][random.below(5)]]
            case 16: return ["SWAPDB", ["0", "1", "x"][random.below(3)], ["1", "0", "99"][random.below(3)]]
            case 17: return ["DBSIZE"]
            case 18: return ["OBJECT", ["ENCODING", "FREQ"][random.below(2)], key]
            case 19: return random.chance(0.1) ? ["FLUSHDB", ["SYNC", "ASYNC", "x"][random.below(3)]] : ["DBSIZE"]
            case 20:
                return [
                    "SCAN", ["0", "x", "-1", ""][random.below(4)], "COUNT", ["1000", "0", "x"][random.below(3)],
                    "MATCH", "q*",
                ]
            default: return ["KEYS", "\(key)"]
            }
        }
    }
}
