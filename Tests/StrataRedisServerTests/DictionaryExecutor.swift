import StrataRESP
import StrataRedisServer

/// Enough of Redis to try a front end with: strings in a dictionary, and commands that wait in the ways that a front
/// end must know.
final class DictionaryExecutor: RequestExecutor, @unchecked Sendable {
    // Unchecked: the loop is its only thread, and a test looks at it when that has ended, or sends it there.
    private var values: [[UInt8]: [UInt8]] = [:]
    private var nextTicket: UInt64 = 0
    private var waiting: [Connection] = []
    private var isPaused = false
    private var subscribers: [Connection] = []
    var needsPassword = false
    /// For the tests' thread once the server has stopped.
    private(set) var opened = 0
    private(set) var closed = 0
    private(set) var turns = 0
    private(set) var executed: [String] = []
    var mayStop = true
    weak var server: RedisServer?

    func opened(_ connection: Connection) {
        opened += 1
        connection.isAuthenticated = !needsPassword
    }

    func closed(_ connection: Connection) {
        closed += 1
        waiting.removeAll { $0 === connection }
        subscribers.removeAll { $0 === connection }
    }

    func execute(_ arguments: Arguments, for connection: Connection) -> ExecutionOutcome {
        let reply = connection.reply
        let name = arguments[0].text.lowercased()
        if isPaused, name == "get" {
            waiting.append(connection)
            return .postponed
        }
        executed.append(name)
        switch name {
        case "ping": reply.simple("PONG")
        case "echo": reply.bulk(arguments[1])
        case "auth":
            connection.isAuthenticated = true
            reply.ok()
        case "set":
            values[arguments[1].copy()] = arguments[2].copy()
            reply.ok()
        case "get":
            if let value = values[arguments[1].copy()] { reply.bulk(value) } else { reply.null() }
        case "logged":
            // As a write that the log must have first.
            reply.ok()
            nextTicket += 1
            return .done(waitsFor: nextTicket)
        case "sync":
            // Replies, and releases the tickets so far.
            reply.ok()
            server?.release(upTo: nextTicket)
        case "wait":
            waiting.append(connection)
            return .blocked
        case "waitnot":
            // Blocks and is served at once.
            reply.ok()
            connection.resume()
            return .blocked
        case "wakeall":
            isPaused = false
            reply.integer(waiting.count)
            for other in waiting {
                if arguments.count > 1 { other.reply.bulk(arguments[1]) }
                other.wake()
                other.resume()
            }
            waiting.removeAll()
        case "pause":
            isPaused = true
            reply.ok()
        case "subscribe":
            connection.clientClass = .pubSub
            subscribers.append(connection)
            reply.ok()
        case "publish":
            for subscriber in subscribers {
                subscriber.reply.bulk(arguments[1])
                subscriber.wake()
            }
            reply.integer(subscribers.count)
        case "repeat":
            for _ in 0..<Int(arguments[1].integer ?? 0) { reply.bulk(arguments[2]) }
        case "count": reply.integer(server?.connections.count ?? -1)
        case "closed": reply.integer(Int(server?.statistics.closedOverOutput ?? 0))
        case "limit":
            server?.settings.outputLimits[ClientClass.pubSub.rawValue] = OutputLimit(
                hard: Int(arguments[1].integer ?? 0), soft: 0, softSeconds: 0)
            reply.ok()
        case "address": reply.bulk(connection.remoteAddress)
        case "kill":
            connection.close()
            reply.bulk(arguments[0])
        case "quit":
            reply.ok()
            connection.closeAfterReply()
        default: reply.error("ERR unknown command '\(name)'")
        }
        return .done(waitsFor: 0)
    }

    func turnEnded() { turns += 1 }
    func tick() {}
    func prepareToStop() -> Bool { mayStop }
}
