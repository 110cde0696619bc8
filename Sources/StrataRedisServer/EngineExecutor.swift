import StrataRESP
import StrataRedis

/// Puts the engine behind the server's connections: each has a client of the engine, which writes into the connection's own reply buffer.
package final class EngineExecutor: RequestExecutor {
    package let engine: RedisEngine
    /// Called at the end of each turn: hands what the turn changed to the log.
    package var onTurnEnd: () -> Void = {}
    package var onTick: () -> Void = {}
    /// Saves what is to be saved before the process ends; false: it must not end.
    package var onStop: () -> Bool = { true }

    package init(_ engine: RedisEngine) { self.engine = engine }

    package func opened(_ connection: Connection) {
        let client = engine.connect(connection.reply)
        client.address = connection.remoteAddress
        client.localAddress = connection.localAddress
        connection.isAuthenticated = client.isAuthenticated
        connection.context = client
        client.wake = { [weak connection] client in
            guard let connection else { return }
            let ticket = client.heldTicket ?? 0
            client.heldTicket = nil
            connection.wake(waitsFor: ticket)
            if client.blocked == nil { connection.resume() }
        }
        client.kill = { [weak connection] _ in connection?.close() }
    }

    package func closed(_ connection: Connection) {
        guard let client = connection.context as? RedisClient else { return }
        engine.disconnect(client)
        connection.context = nil
    }

    package func execute(_ arguments: Arguments, for connection: Connection) -> ExecutionOutcome {
        guard let context = connection.context else { return .done(waitsFor: 0) }
        // `opened` put it there.
        let client = unsafeDowncast(context, to: RedisClient.self)
        let ticket = engine.execute(arguments, for: client)
        if client.closesAfterReply { connection.closeAfterReply() }
        connection.isAuthenticated = client.isAuthenticated
        if client.blocked != nil { return .blocked }
        return .done(waitsFor: ticket ?? 0)
    }

    package func turnEnded() { onTurnEnd() }

    package func tick() {
        engine.tick()
        onTick()
    }

    package func prepareToStop() -> Bool { onStop() }
}
