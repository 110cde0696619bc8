import Glibc
import NIOCore
import StrataRESP
import StrataRedisServer
import StrataTesting
import Testing

@Suite struct LimitTests {
    @Test func connectionsOverTheLimitAreToldAndClosed() throws {
        try withServer {
            $0.maxClients = 2
        } _: { port, server in
            let first = try RawClient(port: port)
            let second = try RawClient(port: port)
            #expect(try first.ask("PING") == .pong)
            #expect(try second.ask("PING") == .pong)
            let third = try RawClient(port: port)
            #expect(try third.receive()?.text == "ERR max number of clients reached")
            #expect(try third.receive() == nil)
            #expect(try first.ask("QUIT") == .ok)
            #expect(try first.receive() == nil)
            #expect(try RawClient(port: port).ask("PING") == .pong)
            #expect(try server.loop.submit { server.statistics.connectionsRejected }.wait() == 1)
        }
    }

    @Test func aSubscriberThatDoesNotReadIsClosedOverItsHardLimit() throws {
        try withServer {
            $0.outputLimits[ClientClass.pubSub.rawValue] = OutputLimit(hard: 1 << 20, soft: 0, softSeconds: 0)
        } _: { port, _ in
            let subscriber = try RawClient(port: port)
            #expect(try subscriber.ask("SUBSCRIBE") == .ok)
            let publisher = try RawClient(port: port)
            let message = String(repeating: "m", count: 100_000)
            var reached = Reply.integer(1)
            for _ in 0..<400 where reached == .integer(1) { reached = try publisher.ask("PUBLISH", message) ?? .null }
            #expect(reached == .integer(0))
            #expect(try publisher.ask("CLOSED") == .integer(1))
        }
    }

    @Test func aClientThatDoesNotReadIsNotReadFromAboveTheBound() throws {
        let executor = DictionaryExecutor()
        try withServer(executor: executor) {
            $0.pausesAboveOutput = 1 << 20
        } _: { port, _ in
            let client = try RawClient(port: port)
            let value = String(repeating: "v", count: 10_000)
            #expect(try client.ask("SET", "v", value) == .ok)
            var writer = RequestWriter()
            for _ in 0..<3_000 { writer.append(["GET", "v"]) }
            try client.send(writer.bytes)
            let other = try RawClient(port: port)
            for _ in 0..<20 { #expect(try other.ask("PING") == .pong) }
            // 30 MB of replies: then all of them come.
            for _ in 0..<3_000 { #expect(try client.receive() == .bulk(value)) }
            #expect(try client.ask("PING") == .pong)
        }
    }

    @Test func unfinishedRequestsOverTheLimitCloseTheConnection() throws {
        try withServer {
            $0.queryBufferLimit = 1 << 20
        } _: { port, server in
            let client = try RawClient(port: port)
            // The server closes before all of it is sent.
            try? client.send(Array("*2\r\n$4\r\nECHO\r\n$10000000\r\n".utf8) + [UInt8](repeating: 65, count: 3 << 20))
            while let piece = try client.read() { #expect(piece.isEmpty) }
            #expect(try server.loop.submit { server.statistics.closedOverQuery }.wait() == 1)
        }
    }

    @Test func announcedSizesTakeNoMemory() throws {
        try withServer { port, server in
            let clients = try (0..<50).map { _ in try RawClient(port: port) }
            for client in clients { try client.send("*1000000\r\n$4\r\nECHO\r\n$536870912\r\nabc") }
            #expect(try RawClient(port: port).ask("PING") == .pong)
            let memory = try server.loop.submit { server.connections.reduce(0) { $0 + $1.queryMemory } }.wait()
            #expect(memory < 50 * 4_096)
        }
    }

    @Test func clientsThatAreNotAuthenticatedAreHeldToNarrowRequests() throws {
        let executor = DictionaryExecutor()
        executor.needsPassword = true
        try withServer(executor: executor) { port, _ in
            let client = try RawClient(port: port)
            try client.send("*11\r\n")
            #expect(try client.receive()?.text == "ERR Protocol error: unauthenticated multibulk length")
            let other = try RawClient(port: port)
            #expect(try other.ask("AUTH", "x") == .ok)
            #expect(try other.ask("SET", "a", String(repeating: "x", count: 20_000)) == .ok)
        }
    }

    @Test func idleConnectionsAreClosedAndThoseThatWaitAreNot() throws {
        try withServer {
            $0.idleSeconds = 1
        } _: { port, _ in
            let idle = try RawClient(port: port)
            let blocked = try RawClient(port: port)
            #expect(try idle.ask("PING") == .pong)
            try blocked.send("WAIT\r\n")
            #expect(try idle.receive() == nil)
            #expect(try RawClient(port: port).ask("WAKEALL", "x") == .integer(1))
            #expect(try blocked.receive() == .bulk("x"))
        }
    }

    @Test func aUnixSocketServesAndItsFileGoes() throws {
        try withTemporaryDirectory("redis-server") { directory in
            let path = "\(directory.path)/s"
            try withServer { settings in
                settings.port = 0
                settings.unixSocket = path
                settings.unixSocketPermissions = 0o700
            } _: { _, _ in
                let client = try RawClient(path: path)
                #expect(try client.ask("PING") == .pong)
                #expect(try client.ask("ADDRESS") == .bulk("\(path):0"))
                var status = stat()
                #expect(stat(path, &status) == 0)
                #expect(status.st_mode & 0o777 == 0o700)
            }
            #expect(access(path, F_OK) != 0)
        }
    }

    @Test func anAddressThatIsTakenIsReported() throws {
        try withServer { port, _ in
            var settings = ServerSettings()
            settings.port = port
            settings.bind = ["127.0.0.1"]
            let second = RedisServer(settings: settings, executor: DictionaryExecutor())
            let failure = #expect(throws: ListenFailure.self) { try second.bind() }
            #expect(failure?.port == port)
            #expect(failure?.description.contains("already in use") == false)
            second.stop(status: 3)
            #expect(second.wait() == 3)
        }
    }

    @Test func anOptionalAddressMayFail() throws {
        // 203.0.113.0/24 is nobody's (RFC 5737).
        try withServer {
            $0.bind = ["127.0.0.1", "-203.0.113.1"]
        } _: { port, _ in
            let client = try RawClient(port: port)
            #expect(try client.ask("PING") == .pong)
        }
    }

    @Test func stoppingClosesWhoIsThere() throws {
        let executor = DictionaryExecutor()
        executor.mayStop = false
        try withServer(executor: executor) { port, server in
            let client = try RawClient(port: port)
            #expect(try client.ask("PING") == .pong)
            server.requestStop()
            #expect(try client.ask("PING") == .pong)
            try server.loop.submit { executor.mayStop = true }.wait()
            server.requestStop()
            #expect(try client.receive() == nil)
        }
        #expect(executor.closed == executor.opened)
    }
}
