import StrataRESP

/// What a command works with while it is carried out: its arguments, its reply, the database, the time; and how it tells what it changed.
/// One for the engine, reused. A handler that throws a `RedisError` has changed nothing, and what it replied is taken back.
package final class Execution {
    package let keyspace: Keyspace
    package unowned let engine: RedisEngine
    package internal(set) var client: RedisClient
    package internal(set) var arguments = Arguments()
    package internal(set) var reply: ReplyBuffer
    /// Milliseconds since 1970, the same for all of a transaction or script.
    package internal(set) var now: Int64 = 0 { didSet { keyspace.now = now } }
    /// Changes so far; a command of which none is counted is not logged.
    package var dirty: Int64 = 0
    /// Within EXEC or a script: nothing may block.
    package internal(set) var mayBlock = true
    /// The command is carried out again for a client that waits.
    package internal(set) var isRetry = false
    package internal(set) var isBlockedNow = false
    /// What goes to the log in this command's place.
    let propagation = CommandEncoder()
    var isPropagationReplaced = false
    var readyKeys: [ReadyKey] = []
    struct ReadyKey: Hashable {
        var database: Int
        var key: [UInt8]
    }

    init(_ engine: RedisEngine, _ keyspace: Keyspace, client: RedisClient) {
        self.engine = engine
        self.keyspace = keyspace
        self.client = client
        reply = client.reply
    }

    /// The client's.
    @inline(__always)
    package var database: Database { keyspace.database(client.database) }

    package var limits: EncodingLimits { engine.configuration.limits }

    // MARK: Arguments

    @inline(__always)
    package func argument(_ index: Int) -> Bytes { arguments[index] }

    /// The argument as a 64-bit number.
    package func integer(_ index: Int, orThrow error: RedisError = .notInteger) throws(RedisError) -> Int64 {
        guard let value = arguments[index].integer else { throw error }
        return value
    }

    /// The argument as a number from `range`.
    package func integer(
        _ index: Int, in range: ClosedRange<Int64>, orThrow error: RedisError = .notInteger
    ) throws(RedisError) -> Int64 {
        let value = try integer(index, orThrow: error)
        guard range.contains(value) else { throw error }
        return value
    }

    /// The argument as a double: decimal or hexadecimal, inf and infinity; no NaN, no spaces.
    package func double(_ index: Int, orThrow error: RedisError = .notFloat) throws(RedisError) -> Double {
        guard let value = arguments[index].double else { throw error }
        return value
    }

    /// A time to wait in seconds: as a moment in milliseconds since 1970, nil for ever.
    package func deadline(_ index: Int) throws(RedisError) -> Int64? {
        let error = RedisError("ERR timeout is not a float or out of range")
        let seconds = try double(index, orThrow: error)
        let milliseconds = (seconds * 1000).rounded(.up)
        guard milliseconds < 9.2e18 else { throw error }
        if milliseconds < 0 { throw RedisError("ERR timeout is negative") }
        if milliseconds == 0 { return nil }
        let (deadline, isOver) = now.addingReportingOverflow(Int64(milliseconds))
        if isOver { throw RedisError("ERR timeout is out of range") }
        return deadline
    }

    // MARK: Changes

    /// `key` of the client's database was changed: whoever watches it is told, `count` changes are counted, and the event goes out.
    package func changed(_ key: Bytes, _ kind: NotificationClass, _ event: StaticString, count: Int64 = 1) {
        changed(key, in: client.database, kind, event, count: count)
    }

    package func changed(
        _ key: Bytes, in database: Int, _ kind: NotificationClass, _ event: StaticString, count: Int64 = 1
    ) {
        keyspace.signalModified(database, key)
        notify(kind, event, key, in: database)
        dirty += count
    }

    /// Publishes a keyspace event, where it is switched on.
    @inline(__always)
    package func notify(_ kind: NotificationClass, _ event: StaticString, _ key: Bytes) {
        notify(kind, event, key, in: client.database)
    }

    @inline(__always)
    package func notify(_ kind: NotificationClass, _ event: StaticString, _ key: Bytes, in database: Int) {
        if engine.configuration.notifications.isDisjoint(with: kind) { return }
        engine.pubSub.notify(engine.configuration.notifications, event, key, database)
    }

    /// Something came under `key` that a blocked client may wait for: those are served when the command is done.
    @inline(__always)
    package func signalReady(_ key: Bytes) { signalReady(key, in: client.database) }

    package func signalReady(_ key: Bytes, in database: Int) {
        guard engine.blocking.isAnyoneWaiting, engine.blocking.waits(for: key, in: database) else { return }
        let ready = ReadyKey(database: database, key: key.copy())
        if !readyKeys.contains(ready) { readyKeys.append(ready) }
    }

    // MARK: Log

    /// What is logged in the place of the command as it was given; may be called several times. For effects of chance and time.
    package func propagateInstead(_ count: Int, _ build: (CommandEncoder) -> Void) {
        isPropagationReplaced = true
        propagation.command(in: client.database, count, build)
    }

    /// What is logged before the command itself: that an expired key was deleted, for instance.
    package func propagateFirst(in database: Int, _ count: Int, _ build: (CommandEncoder) -> Void) {
        propagation.command(in: database, count, build)
    }

    /// The command is not logged, though it changed something.
    package func propagateNothing() { isPropagationReplaced = true }

    // MARK: Waiting

    /// The client waits until one of `keys` is ready, and the command is carried out once more. Where nothing may wait, it gets the reply of a timeout at
    /// once. Return right after it.
    ///
    /// - Parameter rewritten: the command's arguments as they are to be carried out then, where they differ: XREAD's `$`.
    package func block(
        keys: [[UInt8]], deadline: Int64?, onTimeout timeoutReply: BlockedState.TimeoutReply, rewritten: Arguments? = nil
    ) {
        guard mayBlock else {
            timeoutReply == .null ? reply.null() : reply.nullArray()
            return
        }
        isBlockedNow = true
        if isRetry { return }
        guard let (spec, _) = try? engine.resolve(arguments) else { return }
        engine.blocking.block(
            client,
            as: BlockedState(
                spec: spec, arguments: rewritten ?? arguments.copy(), database: client.database, keys: keys,
                deadline: deadline, timeoutReply: timeoutReply))
    }
}
