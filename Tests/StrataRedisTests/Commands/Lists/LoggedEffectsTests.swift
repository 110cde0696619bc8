import StrataRESP
import StrataRedis
import Testing

/// What lists, hashes and sets give to the log: effects, never chance or waiting. The expected commands are those of
/// redis-server 7.0.15's append-only file.
struct LoggedEffectsTests {
    private static func logged(_ commands: [String]) throws -> [[String]] {
        let ours = OurRedis(CollectionComparison.commands)
        let log = LoggedCommands()
        ours.engine.log = log
        let clients = (0..<2).map { _ in ours.connect() }
        for text in commands {
            // Commands of a client that waits begin with a mark.
            let isOther = text.hasPrefix("@")
            let words = (isOther ? text.dropFirst() : text[...]).split(separator: " ").map(String.init)
            ours.engine.execute(Arguments(words), for: clients[isOther ? 1 : 0])
        }
        return log.units
    }

    @Test func blockingPopsAreLoggedAsPlainOnes() throws {
        #expect(
            try Self.logged(["RPUSH a 1 2 3 4 5", "BLPOP x a 0", "BRPOP a 0", "BLMPOP 0 2 x a LEFT COUNT 2"]) == [
                ["RPUSH a 1 2 3 4 5"], ["LPOP a"], ["RPOP a"], ["LPOP a 2"],
            ])
        #expect(
            try Self.logged(["RPUSH a 1 2", "BLMOVE a b LEFT RIGHT 0", "BRPOPLPUSH a b 0", "LMPOP 1 b RIGHT COUNT 9"])
                == [["RPUSH a 1 2"], ["LMOVE a b LEFT RIGHT"], ["RPOPLPUSH a b"], ["RPOP b 2"]])
        #expect(try Self.logged(["@BLPOP a 0", "RPUSH a 1"]) == [["RPUSH a 1"], ["LPOP a"]])
        #expect(
            try Self.logged(["@BLMOVE a b LEFT LEFT 0", "RPUSH a 1"]) == [["RPUSH a 1"], ["LMOVE a b LEFT LEFT"]])
    }

    @Test func whatChangesNothingIsNotLogged() throws {
        #expect(
            try Self.logged([
                "LPUSHX a 1", "LPOP a", "LTRIM a 0 1", "SREM s 1", "HDEL h f", "SPOP s", "BLMPOP 0 1 a LEFT",
                "SMOVE s t 1",
            ]).isEmpty)
        #expect(
            try Self.logged([
                "RPUSH a 1", "LTRIM a 0 -1", "LREM a 0 2", "SADD s 1", "SADD s 1", "HSETNX h f 1", "HSETNX h f 1",
            ])
                == [["RPUSH a 1"], ["SADD s 1"], ["HSETNX h f 1"]])
    }

    @Test func chanceIsLoggedAsItFell() throws {
        #expect(try Self.logged(["SADD s 1", "SPOP s"]) == [["SADD s 1"], ["SREM s 1"]])
        #expect(try Self.logged(["SADD s 1 2", "SPOP s 2"]) == [["SADD s 1 2"], ["DEL s"]])
        let units = try Self.logged(["SADD s 1 2 3", "SPOP s 2"])
        #expect(units.count == 2)
        #expect(["SREM s 1 2", "SREM s 1 3", "SREM s 2 3"].contains { units[1].first.map(Self.inOrder) == $0 })
        let many = try Self.logged(["SADD s " + (0..<3000).map(String.init).joined(separator: " "), "SPOP s 2500"])
        #expect(many[1].map { $0.split(separator: " ").count } == [1026, 1026, 454])
    }

    @Test func sumsAreLoggedAsValues() throws {
        #expect(
            try Self.logged(["HSET h f 10.5", "HINCRBYFLOAT h f 0.1", "HINCRBY h n 3"]) == [
                ["HSET h f 10.5"], ["HSET h f 10.6"], ["HINCRBY h n 3"],
            ])
    }

    private static func inOrder(_ text: String) -> String {
        let words = text.split(separator: " ")
        return (words.prefix(2) + words.dropFirst(2).sorted()).joined(separator: " ")
    }
}
