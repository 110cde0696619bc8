import NIOCore
import NIOPosix
import StrataRESP

/// Accepts connections and has their requests executed, all on one event loop. The executor's tickets
/// (`ExecutionOutcome`) may be released from any thread.
///
/// A *turn* is what the loop does for the sockets that one poll reported. When it ends (tasks run after sockets) the
/// executor is told, so that a log has
/// the changes before their replies leave; connections that were resumed go on; and each connection's answers leave in
/// one write.
package final class RedisServer: @unchecked Sendable {
    // Unchecked, as is exclusive access: everything but `release(upTo:)`, `stop(status:)` and what waits for the loop
    // is the loop's own.
    package let loop: any EventLoop
    let group: MultiThreadedEventLoopGroup
    let executor: any RequestExecutor
    package let log: ServerLog?
    /// Changed on the loop; connections that are there keep their `maxBulk`.
    @exclusivity(unchecked) package var settings: ServerSettings
    @exclusivity(unchecked) package var statistics = ServerStatistics()
    package private(set) var connections: [Connection] = []
    /// Tenths of a second since the start.
    @exclusivity(unchecked) package private(set) var ticks: UInt64 = 0
    /// Tickets up to this one wait no more.
    @exclusivity(unchecked) package private(set) var released: UInt64 = 0
    var listeners: [any Channel] = []
    let stopped: EventLoopPromise<Int32>
    var isStopping = false
    private var ticker: RepeatedTask?

    @exclusivity(unchecked) private var dirty: [Connection] = []
    private var resumed: [Connection] = []
    private var parked: [Connection] = []
    private var draining: [Connection] = []
    @exclusivity(unchecked) private var isTurnEndScheduled = false
    @exclusivity(unchecked) private var hasExecuted = false
    /// Lent to the socket for one write, and used again when that is done.
    @exclusivity(unchecked) private var output = ByteBufferAllocator().buffer(capacity: 64 << 10)

    /// Answers of one read that are more than this are sent before the read is finished.
    let earlyFlush = 256 << 10

    package init(settings: ServerSettings, executor: any RequestExecutor, log: ServerLog? = nil) {
        self.settings = settings
        self.executor = executor
        self.log = log
        group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        loop = group.next()
        stopped = loop.makePromise()
    }

    // MARK: Connections

    func add(_ connection: Connection) {
        connection.place = connections.count
        connections.append(connection)
    }

    func remove(_ connection: Connection) {
        let place = connection.place
        precondition(connections[place] === connection, "a connection out of its place")
        connections.swapAt(place, connections.count - 1)
        connections[place].place = place
        connections.removeLast()
        connection.place = -1
    }

    /// Why a new connection is turned away.
    func refusal(for connection: Connection, from address: SocketAddress?) -> String? {
        if connections.count >= settings.maxClients { return "ERR max number of clients reached" }
        guard settings.refusesRemote, !connection.isLocalSocket, let ip = address?.ipAddress else { return nil }
        if ip.hasPrefix("127.") || ip == "::1" || ip == "::ffff:127.0.0.1" { return nil }
        return """
            DENIED protected mode is on and the default user has no password, so that only clients of this machine are served. \
            Set a password (requirepass), or 'protected-mode no' where the network is trusted.
            """
    }

    // MARK: Turns

    @inline(__always)
    func requestExecuted() {
        statistics.requests += 1
        hasExecuted = true
        if !isTurnEndScheduled { scheduleTurnEnd() }
    }

    func flushAtTurnEnd(_ connection: Connection) {
        dirty.append(connection)
        if !isTurnEndScheduled { scheduleTurnEnd() }
    }

    func resume(_ connection: Connection) {
        resumed.append(connection)
        if !isTurnEndScheduled { scheduleTurnEnd() }
    }

    private func scheduleTurnEnd() {
        isTurnEndScheduled = true
        loop.execute { self.endTurn() }
    }

    /// The executor's log has what was executed, before replies leave.
    func finishExecution() {
        guard hasExecuted else { return }
        hasExecuted = false
        executor.turnEnded()
    }

    private func endTurn() {
        isTurnEndScheduled = false
        finishExecution()
        if !resumed.isEmpty {
            let connections = resumed
            resumed.removeAll(keepingCapacity: true)
            for connection in connections {
                connection.resumed()
                connection.markDirty()
            }
            finishExecution()
        }
        if dirty.isEmpty { return }
        let connections = dirty
        dirty.removeAll(keepingCapacity: true)
        for connection in connections {
            connection.isDirty = false
            connection.flush()
        }
    }

    /// `bytes` as the socket takes them.
    func outgoing(_ bytes: UnsafeRawBufferPointer) -> ByteBuffer {
        if bytes.count > earlyFlush {
            // Too large to keep.
            var buffer = ByteBufferAllocator().buffer(capacity: bytes.count)
            buffer.writeBytes(bytes)
            return buffer
        }
        output.clear()
        output.writeBytes(bytes)
        return output
    }

    // MARK: Tickets

    func park(_ connection: Connection) {
        guard !connection.isParked else { return }
        connection.isParked = true
        parked.append(connection)
    }

    /// Answers that wait for `ticket` or an earlier one may go. Any thread; one call for a batch.
    package func release(upTo ticket: UInt64) {
        if loop.inEventLoop { releaseNow(ticket) } else { loop.execute { self.releaseNow(ticket) } }
    }

    private func releaseNow(_ ticket: UInt64) {
        guard ticket > released else { return }
        released = ticket
        let connections = parked
        parked.removeAll(keepingCapacity: true)
        for connection in connections {
            connection.isParked = false
            connection.release(upTo: ticket)
            if !connection.holds.isEmpty { park(connection) }
        }
    }

    // MARK: Ticks

    func startTicking() {
        ticker = loop.scheduleRepeatedTask(initialDelay: .milliseconds(100), delay: .milliseconds(100)) { _ in
            self.tick()
        }
    }

    func stopTicking() { ticker?.cancel() }

    func drain(_ connection: Connection) { draining.append(connection) }

    private func tick() {
        ticks += 1
        executor.tick()
        if !draining.isEmpty {
            // A second is enough for the client to read what was sent; then it is closed, whatever it does.
            for connection in draining where ticks - connection.drainingSince > 10 { connection.close() }
            draining.removeAll { $0.state == .closed }
        }
        if ticks % 10 == 0 { tickOfSecond() }
        // What the executor wrote by itself.
        if !dirty.isEmpty, !isTurnEndScheduled { endTurn() }
    }

    private func tickOfSecond() {
        let idle = settings.idleSeconds
        // A copy: closing changes the list.
        for connection in connections {
            if connection.overSoftSince != nil { connection.checkOutput() }
            if idle > 0, connection.idleSeconds > idle, connection.clientClass == .normal, connection.state == .running
            {
                log?.write(.verbose, "Closing idle client")
                connection.close()
            }
        }
    }
}
