import Foundation
import StrataDisk
import StrataRESP
import StrataRedis
import Testing

/// SORT, SCAN and what commands log and tell.
struct GenericCommandsTests {
    /// Keeps the commands that were logged.
    private final class RecordingLog: CommandLog {
        var commands: [String] = []
        func append(_ unit: CommandEncoder, now: Int64) throws(StorageError) -> UInt64? {
            for item in unit.items {
                var parser = ReplyParser()
                parser.append(unit.bytes(of: item))
                guard let reply = try? parser.next(), case .array(let words) = reply else { continue }
                let text = words.map { word in
                    if case .bulk(let bytes) = word { return String(decoding: bytes, as: UTF8.self) }
                    return "?"
                }
                commands.append(text.joined(separator: " "))
            }
            return nil
        }
    }

    private static let commands = StringCommands.all + BitmapCommands.all + GenericCommands.all

    @Test(arguments: 0..<4 as Range<UInt64>)
    func sortAnswersAsRedisDoes(_ seed: UInt64) throws {
        guard let real = try RealRedis() else { return }
        let ours = OurRedis(Self.commands)
        ours.now = Int64(Date().timeIntervalSince1970 * 1000)
        var random = SeededRandom(seed: seed)
        let limits = EncodingLimits()
        let database = ours.keyspace.database(0)
        func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }
        let (list, numbers) = (ListValue(), SetValue())
        let (set, hash) = (SortedSetValue(), HashValue())
        for _ in 0..<30 {
            let element = "\(random.below(40))"
            bytes(element).withLent { list.push($0, at: .tail, limits: limits) }
            _ = try real.command("RPUSH", "list", element)
            _ = bytes(element).withLent { numbers.add($0, limits: limits) }
            _ = try real.command("SADD", "set", element)
            let score = Double(random.below(10))
            _ = bytes(element).withLent { set.set($0, to: score, limits: limits) }
            _ = try real.command("ZADD", "zset", "\(score)", element)
            let weight = "\(random.below(7)).5"
            for words in [["SET", "w\(element)", weight], ["SET", "o\(element)", "text\(random.below(50))"]]
            where random.chance(0.7) {
                #expect(try ours.command(words.map(bytes)) == real.command(words.map(bytes)))
            }
        }
        for field in 0..<40 {
            bytes("\(field)").withLent { field in _ = bytes("7").withLent { hash.set(field, $0, limits: limits) } }
            _ = try real.command("HSET", "h1", "\(field)", "7")
        }
        bytes("list").withLent { database.set($0, list) }
        bytes("set").withLent { database.set($0, numbers) }
        bytes("zset").withLent { database.set($0, set) }
        bytes("h1").withLent { database.set($0, hash) }
        for _ in 0..<400 {
            var words = [
                random.chance(0.2) ? "SORT_RO" : "SORT", ["list", "set", "zset", "none", "h1", "w1"][random.below(6)],
            ]
            let options = [
                ["DESC"], ["ASC"], ["ALPHA"], ["BY", "w*"], ["BY", "o*"], ["BY", "h*->3"], ["BY", "x"], ["GET", "#"],
                ["GET", "o*"], ["GET", "h*->5"], ["LIMIT", "2", "5"], ["LIMIT", "-3", "100"], ["LIMIT", "40", "-1"],
                ["LIMIT", "0", "0"], ["STORE", "target"], ["LIMIT", "1"], ["BY"],
            ]
            for _ in 0..<random.below(5) { words += options[random.below(options.count)] }
            // A set that is not sorted comes in any order; equal weights as text leave any order, too.
            if words[1] == "set", words.contains("x"), !words.contains("STORE") { continue }
            if words.contains("ALPHA"), words.contains("BY") { continue }
            let expected = try real.command(words.map(bytes))
            let found = try ours.command(words.map(bytes))
            #expect(found == expected, "seed \(seed): \(words)")
            if words.contains("STORE") {
                let check = ["SORT", "target", "BY", "nosort"].map(bytes)
                #expect(try ours.command(check) == real.command(check), "seed \(seed): \(words)")
            }
        }
    }

    @Test func whatIsLoggedDependsOnNoClockAndNoChance() throws {
        let ours = OurRedis(Self.commands)
        let log = RecordingLog()
        ours.engine.log = log
        ours.now = 1_700_000_000_000
        func logged(_ words: String...) throws -> [String] {
            log.commands = []
            try ours.command(words.map { Array($0.utf8) })
            return log.commands
        }
        #expect(try logged("SET", "a", "1", "EX", "10") == ["SET a 1 PXAT 1700000010000"])
        #expect(try logged("SET", "a", "1", "GET", "XX") == ["SET a 1 XX"])
        #expect(try logged("SET", "b", "1", "XX") == [])
        #expect(try logged("PSETEX", "b", "5", "x") == ["SET b x PXAT 1700000000005"])
        #expect(try logged("EXPIRE", "a", "100", "NX") == ["PEXPIREAT a 1700000100000 NX"])
        #expect(try logged("EXPIRE", "a", "100", "NX") == [])
        #expect(try logged("EXPIRE", "a", "-1") == ["DEL a"])
        #expect(try logged("INCRBYFLOAT", "f", "1.5") == ["SET f 1.5 KEEPTTL"])
        #expect(try logged("GETEX", "f", "PX", "100") == ["PEXPIREAT f 1700000000100"])
        #expect(try logged("GETEX", "f", "PERSIST") == ["PERSIST f"])
        #expect(try logged("GETEX", "f") == [])
        #expect(try logged("GETDEL", "f") == ["DEL f"])
        #expect(try logged("GETSET", "f", "1") == ["SET f 1"])
        #expect(try logged("SETBIT", "f", "2", "1") == [], "the bit of '1' at 2 is set")
        ours.now += 6
        #expect(try logged("GET", "b") == ["DEL b"])
        #expect(try logged("FLUSHALL") == ["FLUSHALL"])
        #expect(try logged("DEL", "none") == [])
    }

    @Test func scanGivesEveryKeyThatMatches() throws {
        let ours = OurRedis(Self.commands)
        for number in 0..<1_000 { try ours.command("SET", "key:\(number)", "v") }
        var keys: Set<[UInt8]> = []
        var cursor = "0"
        repeat {
            guard
                case .array(let parts) = try ours.command(
                    "SCAN", cursor, "MATCH", "key:*7", "COUNT", "13", "TYPE", "string"),
                case .bulk(let next) = parts[0], case .array(let found) = parts[1]
            else {
                Issue.record("no answer of SCAN")
                return
            }
            for case .bulk(let key) in found { keys.insert(key) }
            cursor = String(decoding: next, as: UTF8.self)
        } while cursor != "0"
        #expect(keys.count == 100)
    }
}
