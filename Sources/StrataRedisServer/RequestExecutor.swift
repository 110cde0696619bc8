import StrataRESP

/// What answers requests. One thread, the server's event loop, makes every call; none may block for long.
package protocol RequestExecutor: AnyObject {
    /// A connection was accepted. `connection.context` is the executor's to keep what it knows of it.
    func opened(_ connection: Connection)

    /// It is gone, or no longer listened to. Called once; nothing is to be written for it any more.
    func closed(_ connection: Connection)

    /// One request, which lies in the receive buffer until the return. The answer goes to `connection.reply`.
    func execute(_ arguments: Arguments, for connection: Connection) -> ExecutionOutcome

    /// All that could be read at once has been executed: the moment to hand a batch to the log. Not called where
    /// nothing was.
    func turnEnded()

    /// Ten times a second.
    func tick()

    /// The process was asked to end. Saves what is to be saved; false: it must not end now.
    func prepareToStop() -> Bool
}

/// What became of a request.
package enum ExecutionOutcome: Equatable, Sendable {
    /// Answered. The answer, and whatever the connection writes after it, stays here until `RedisServer.release(upTo:)`
    /// reaches the ticket;
    /// 0: it may go at once. Tickets grow.
    case done(waitsFor: UInt64)
    /// The answer comes later: nothing more of this connection is executed before `Connection.resume()`.
    case blocked
    /// Not executed. Offered again after `Connection.resume()`.
    case postponed
}
