import StrataDisk
import StrataRESP

extension RedisEngine {
    /// Carries out one request of `client`, whose `reply` then has the answer, unless it waits or wants none.
    ///
    /// - Returns: what the answer has to wait for before it goes out (`CommandLog.append`); nil where it may go at once.
    @discardableResult
    package func execute(_ arguments: Arguments, for client: RedisClient) -> UInt64? {
        guard arguments.count > 0 else { return nil }
        if scripting.isSlow {
            executeBusy(arguments, for: client)
            return nil
        }
        let start = client.reply.count
        var ticket: UInt64?
        execution.now = wallClock()
        client.lastInteraction = execution.now
        do throws(RedisError) {
            let (spec, place) = try resolve(arguments)
            do throws(RedisError) {
                try admit(spec, arguments, client)
            } catch {
                commandStatistics[place].rejected += 1
                throw error
            }
            if client.transaction != nil, !Self.runsInTransaction(spec.name) {
                client.transaction?.commands.append((spec, arguments.copy()))
                client.reply.simple("QUEUED")
            } else {
                ticket = run(spec, place, arguments, client)
            }
        } catch {
            client.transaction?.isAborted = true
            client.reply.truncate(to: start)
            fail(error, client)
        }
        if !execution.readyKeys.isEmpty { ticket = serveReadyKeys() ?? ticket }
        if client.isReplyOff {
            client.reply.truncate(to: start)
        } else if client.skipsNextReply, !arguments[0].isWord("client") {
            client.skipsNextReply = false
            client.reply.truncate(to: start)
        }
        return ticket
    }

    private static func runsInTransaction(_ name: String) -> Bool {
        switch name {
        case "exec", "discard", "multi", "watch", "quit", "reset": true
        default: false
        }
    }

    /// The command that was asked for, its subcommand where it has some, and the place of its statistics.
    func resolve(_ arguments: Arguments) throws(RedisError) -> (CommandSpec, Int) {
        guard let place = commands.place(of: arguments[0]) else { throw Self.unknown(arguments) }
        let spec = commands.all[place]
        if !spec.subcommands.isEmpty, arguments.count > 1 {
            let name = arguments[1]
            guard let sub = spec.subcommands.first(where: { Self.isSame($0.name, name) }) else {
                let shown = name[0..<min(name.count, 128)].text
                throw RedisError("ERR unknown subcommand '\(shown)'. Try \(spec.name.uppercased()) HELP.")
            }
            guard sub.fits(arguments.count) else { throw .arity("\(spec.name)|\(sub.name)") }
            return (sub, place)
        }
        guard spec.fits(arguments.count) else { throw .arity(spec.name) }
        return (spec, place)
    }

    static func isSame(_ name: String, _ given: Bytes) -> Bool {
        name.utf8.count == given.count && zip(name.utf8, given.buffer).allSatisfy { $0 == ($1 >= 0x41 && $1 <= 0x5A ? $1 | 0x20 : $1) }
    }

    private static func unknown(_ arguments: Arguments) -> RedisError {
        var shown = ""
        for index in 1..<max(1, arguments.count) where shown.utf8.count < 128 {
            let argument = arguments[index]
            shown += "'\(argument[0..<min(argument.count, 128 - shown.utf8.count)].text)' "
        }
        let name = arguments[0]
        return RedisError(
            "ERR unknown command '\(name[0..<min(name.count, 128)].text)', with args beginning with: \(shown)")
    }

    /// Whether `client` may run the command now.
    private func admit(_ spec: CommandSpec, _ arguments: Arguments, _ client: RedisClient) throws(RedisError) {
        if isReplaying { return }
        if !client.isAuthenticated, !spec.flags.contains(.noAuth) {
            throw RedisError("NOAUTH Authentication required.")
        }
        if client.transaction != nil, spec.flags.contains(.noMulti) {
            throw RedisError("ERR Command not allowed inside a transaction")
        }
        if configuration.maxMemory > 0, spec.flags.contains(.denyoom) || spec.name == "exec" {
            try makeRoom(for: spec, client)
        }
        if let writeRefusal, spec.flags.contains(.write) || spec.name == "ping" { throw writeRefusal }
        if client.reply.version == 2, client.isInPubSub, !Self.runsInPubSub(spec.name) {
            throw RedisError(
                "ERR Can't execute '\(spec.name)': only (P|S)SUBSCRIBE / (P|S)UNSUBSCRIBE / PING / QUIT / RESET are allowed in this context")
        }
        if isLoading, !spec.flags.contains(.loading) {
            throw RedisError("LOADING Redis is loading the dataset in memory")
        }
    }

    private static func runsInPubSub(_ name: String) -> Bool {
        switch name {
        case "ping", "quit", "reset", "subscribe", "unsubscribe", "psubscribe", "punsubscribe", "ssubscribe", "sunsubscribe":
            true
        default: false
        }
    }

    /// Evicts until `maxmemory` holds; a command that may use more is refused where that cannot be.
    private func makeRoom(for spec: CommandSpec, _ client: RedisClient) throws(RedisError) {
        if keyspace.makeRoom(limit: configuration.maxMemory, now: execution.now) { return }
        let isQueued = client.transaction?.commands.contains { $0.spec.flags.contains(.denyoom) } ?? false
        if spec.flags.contains(.denyoom) || spec.name == "exec" && isQueued {
            throw RedisError("OOM command not allowed when used memory > 'maxmemory'.")
        }
    }

    // MARK: Running

    /// One command as a unit of its own.
    func run(_ spec: CommandSpec, _ place: Int, _ arguments: Arguments, _ client: RedisClient) -> UInt64? {
        let execution = self.execution!
        execution.client = client
        execution.reply = client.reply
        execution.mayBlock = true
        execution.propagation.removeAll()
        call(spec, place, arguments)
        return commit()
    }

    /// Calls the handler, with all that is counted and told about a command. Used for commands of transactions and scripts too.
    func call(_ spec: CommandSpec, _ place: Int, _ arguments: Arguments) {
        let execution = self.execution!
        let client = execution.client
        if !monitors.isEmpty, !spec.flags.contains(.skipMonitor) { tellMonitors(arguments, client) }
        execution.arguments = arguments
        execution.isBlockedNow = false
        execution.isPropagationReplaced = false
        let start = execution.reply.count
        let dirtyBefore = execution.dirty
        let began = clock.nanoseconds()
        var failure: RedisError?
        do throws(RedisError) { try spec.handler(execution) } catch {
            failure = error
            execution.reply.truncate(to: start)
            fail(error, client)
        }
        let nanoseconds = clock.nanoseconds() - began
        statistics.commands += 1
        commandStatistics[place].calls += 1
        commandStatistics[place].nanoseconds += nanoseconds
        if failure != nil { commandStatistics[place].failed += 1 }
        let slow = configuration.slowlogLogSlowerThanMicroseconds
        if slow >= 0, nanoseconds / 1000 >= UInt64(slow), !spec.flags.contains(.skipSlowlog) {
            slowLog.add(
                arguments, microseconds: Int64(nanoseconds / 1000), now: execution.now, client: client,
                limit: configuration.slowlogMaxLength)
        }
        if execution.dirty != dirtyBefore, !execution.isPropagationReplaced, spec.flags.contains(.write) {
            execution.propagation.command(in: client.database, arguments)
        }
    }

    /// Hands what the unit changed to the log.
    @discardableResult
    func commit() -> UInt64? {
        defer { keyspace.commandEnded() }
        let unit = execution.propagation
        if unit.isEmpty { return nil }
        defer { unit.removeAll() }
        guard let log else { return nil }
        do throws(StorageError) { return try log.append(unit, now: execution.now) } catch {
            writeRefusal = RedisError(
                "MISCONF Errors writing to the AOF file: \(error.description)")
            return nil
        }
    }

    func fail(_ error: RedisError, _ client: RedisClient) {
        statistics.errorReplies += 1
        let code = error.message.prefix { $0 != " " }
        // As Redis bounds it: codes that clients invent must not fill the memory.
        if statistics.errors.count < 128 || statistics.errors[String(code)] != nil {
            statistics.errors[String(code), default: 0] += 1
        }
        execution.reply = client.reply
        client.reply.error(error.message)
    }

    private func tellMonitors(_ arguments: Arguments, _ client: RedisClient) {
        let seconds = execution.now / 1000
        let micros = execution.now % 1000 * 1000
        var line = "\(seconds).\(String(repeating: "0", count: 6 - "\(micros)".count))\(micros) [\(client.database) \(client.address)]"
        for index in 0..<arguments.count { line += " " + Quoted.text(arguments[index]) }
        for monitor in monitors {
            monitor.reply.simple(line)
            monitor.wake(monitor)
        }
    }

    // MARK: Waiting clients

    /// Carries out commands of clients that wait for keys which something came under, until nobody can be served any more.
    func serveReadyKeys() -> UInt64? {
        var ticket: UInt64?
        while !execution.readyKeys.isEmpty {
            let ready = execution.readyKeys
            execution.readyKeys.removeAll()
            for key in ready {
                for client in blocking.clients(waitingFor: key.key, in: key.database) {
                    // It may have been served by an earlier key.
                    guard let state = client.blocked else { continue }
                    ticket = retry(client, state) ?? ticket
                }
            }
        }
        return ticket
    }

    private func retry(_ client: RedisClient, _ state: BlockedState) -> UInt64? {
        let execution = self.execution!
        let place = commands.place(of: state.arguments[0]) ?? 0
        let chosen = client.database
        client.database = state.database
        execution.client = client
        execution.reply = client.reply
        execution.mayBlock = true
        execution.isRetry = true
        execution.propagation.removeAll()
        call(state.spec, place, state.arguments)
        execution.isRetry = false
        client.database = chosen
        if execution.isBlockedNow { return commit() }
        blocking.unblock(client)
        let ticket = commit()
        client.heldTicket = ticket
        client.wake(client)
        return ticket
    }

    /// Ends waits whose time is over. Ten times a second and more.
    package func endExpiredWaits() {
        for client in blocking.expired(wallClock()) { unblock(client, withTimeout: true) }
    }

    /// Ends a wait as a timeout does, or with an error.
    func unblock(_ client: RedisClient, withTimeout: Bool) {
        guard let state = blocking.unblock(client) else { return }
        if withTimeout {
            state.timeoutReply == .null ? client.reply.null() : client.reply.nullArray()
        } else {
            client.reply.error("UNBLOCKED client unblocked via CLIENT UNBLOCK")
        }
        client.wake(client)
    }
}
