import StrataDisk
import StrataRESP
import StrataRedis

/// The engine in this process, with a time that the test sets.
final class OurRedis {
    let engine: RedisEngine
    let keyspace: Keyspace
    private(set) var client: RedisClient
    private let time: TestTime

    /// - Parameter commands: what it speaks.
    init(_ commands: [CommandSpec], seed: UInt64 = 1, databases: Int = 16) {
        keyspace = Keyspace(databases: databases, seed: seed)
        let time = TestTime()
        self.time = time
        engine = RedisEngine(
            commands: CommandTable(commands), keyspace: keyspace, wallClock: { time.milliseconds },
            runID: String(repeating: "0", count: 40))
        client = engine.connect()
    }

    /// Milliseconds since 1970.
    var now: Int64 {
        get { time.milliseconds }
        set { time.milliseconds = newValue }
    }

    func connect() -> RedisClient { engine.connect() }

    @discardableResult
    func command(_ words: String..., by client: RedisClient? = nil) throws -> Reply {
        try command(words.map { Array($0.utf8) }, by: client)
    }

    /// The reply; what the client got besides is lost.
    @discardableResult
    func command(_ words: [[UInt8]], by client: RedisClient? = nil) throws -> Reply {
        let client = client ?? self.client
        client.reply.removeAll()
        engine.execute(Arguments(words), for: client)
        guard let reply = try take(client).first else { throw NoReply(words: words.map { String(decoding: $0, as: UTF8.self) }) }
        return reply
    }

    /// Everything that waits for the client.
    func take(_ client: RedisClient? = nil) throws -> [Reply] {
        let client = client ?? self.client
        var parser = ReplyParser()
        parser.append(client.reply.bytes)
        client.reply.removeAll()
        var replies: [Reply] = []
        while let reply = try parser.next() { replies.append(reply) }
        return replies
    }

    struct NoReply: Error { var words: [String] }

    private final class TestTime: @unchecked Sendable {
        // One thread.
        var milliseconds: Int64 = 1_700_000_000_000
    }
}
