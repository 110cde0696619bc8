/// One thread's connection to a Redis server. Writes in flight are a pipeline: they are sent together when the client waits.
final class RedisClient: SystemClient {
    private let connection: RedisConnection
    private let tally: WriteTally
    private var submitted: UInt64 = 0
    private var acknowledged: UInt64 = 0
    /// Writes that have not been sent, and the bytes of their values.
    private var queued = 0
    private var queuedBytes = 0

    /// Requests beyond this are sent while more are gathered, so that a client's memory stays bounded.
    private static let largestQueue = 1 << 20

    init(_ connection: RedisConnection, tally: WriteTally) {
        self.connection = connection
        self.tally = tally
    }

    @inline(__always)
    private func send() throws {
        guard connection.queuedBytes > 0 else { return }
        try connection.send()
        tally.add(operations: queued, bytes: queuedBytes)
        queued = 0
        queuedBytes = 0
    }

    @inline(__always)
    private func readStatus() throws {
        // The reply of a refused write is a reply, too.
        acknowledged += 1
        try connection.readStatus()
    }

    func write(key: UInt64, value: RawSpan) throws {
        _ = try wait(through: try submit(key: key, value: value))
    }

    func submit(key: UInt64, value: RawSpan) throws -> UInt64 {
        connection.queueSet(key: key, value: value)
        queued += 1
        queuedBytes += value.byteCount
        submitted += 1
        if connection.queuedBytes > Self.largestQueue { try send() }
        return submitted
    }

    func wait(through ticket: UInt64) throws -> UInt64 {
        precondition(ticket <= submitted, "waits for a write that was not submitted")
        guard acknowledged < ticket else { return acknowledged }
        try send()
        while acknowledged < ticket { try readStatus() }
        while acknowledged < submitted, connection.hasLine { try readStatus() }
        return acknowledged
    }

    func read(key: UInt64, _ body: (RawSpan) -> Void) throws -> Bool {
        connection.queueGet(key: key)
        try send()
        while acknowledged < submitted { try readStatus() }
        return try connection.readString(body)
    }

    func scan(from key: UInt64, count: Int, _ body: (RawSpan) -> Void) throws -> Int {
        throw SystemUnsupported(reason: "Redis keeps its keys without an order: there is no scan from a key on")
    }
}
