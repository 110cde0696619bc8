import Glibc
import StrataRESP
import StrataRedisServer
import StrataTesting
import Testing

@Suite struct ServerTests {
    @Test func requestsAreAnsweredInOrder() throws {
        try withServer { port, _ in
            let client = try RawClient(port: port)
            #expect(try client.ask("PING") == .pong)
            #expect(try client.ask("SET", "a", "1") == .ok)
            #expect(try client.ask("GET", "a") == .bulk("1"))
            #expect(try client.ask("GET", "none") == .null)
            try client.send("PING\r\n\r\nECHO \"a b\"\r\n*0\r\n")
            #expect(try client.receive() == .pong)
            #expect(try client.receive() == .bulk("a b"))
            #expect(!client.hasInput(within: 20))
        }
    }

    @Test func requestsThatComeInPiecesAndHeapsAreAnswered() throws {
        try withServer { port, _ in
            let client = try RawClient(port: port)
            var writer = RequestWriter()
            for index in 0..<20_000 { writer.append(["ECHO", "\(index)"]) }
            // Odd pieces, so that requests are cut everywhere.
            let bytes = writer.bytes
            var at = 0
            var size = 1
            while at < bytes.count {
                try client.send(Array(bytes[at..<min(at + size, bytes.count)]))
                at += size
                size = size * 3 % 40_009 + 1
            }
            for index in 0..<20_000 { #expect(try client.receive() == .bulk("\(index)")) }
        }
    }

    @Test func largeBulksComeBackWhole() throws {
        try withServer { port, _ in
            let client = try RawClient(port: port)
            let large = String(repeating: "0123456789abcdef", count: 1 << 19)
            #expect(try client.ask("SET", "large", large) == .ok)
            #expect(try client.ask("GET", "large") == .bulk(large))
            #expect(try client.ask("PING") == .pong)
        }
    }

    @Test func aProtocolErrorIsToldAfterTheRepliesBeforeItAndEndsTheConnection() throws {
        try withServer { port, _ in
            let client = try RawClient(port: port)
            try client.send("PING\r\n*1\r\nfoo\r\nPING\r\n")
            #expect(try client.receive() == .pong)
            #expect(try client.receive()?.text == "ERR Protocol error: expected '$', got 'f'")
            #expect(try client.receive() == nil)
            // Far more than is read: the error must still arrive.
            let other = try RawClient(port: port)
            // The server may have closed before all of it is sent.
            try? other.send([UInt8](repeating: UInt8(ascii: "a"), count: 200_000))
            #expect(try other.receive()?.text == "ERR Protocol error: too big inline request")
        }
    }

    @Test func quitIsAnsweredAndEndsTheConnection() throws {
        let executor = DictionaryExecutor()
        try withServer(executor: executor) { port, _ in
            let client = try RawClient(port: port)
            try client.send("PING\r\nQUIT\r\nSET a 1\r\n")
            #expect(try client.receive() == .pong)
            #expect(try client.receive() == .ok)
            #expect(try client.receive() == nil)
            #expect(try RawClient(port: port).ask("COUNT") == .integer(1))
        }
        #expect(executor.executed == ["ping", "quit", "count"])
        #expect(executor.opened == 2)
        #expect(executor.closed == 2)
    }

    @Test func aClientThatEndsSendingGetsItsAnswers() throws {
        try withServer { port, _ in
            let client = try RawClient(port: port)
            try client.send("PING\r\nECHO x\r\nLOGGED\r\n")
            client.endSending()
            #expect(try client.receive() == .pong)
            #expect(try client.receive() == .bulk("x"))
            #expect(!client.hasInput(within: 20))
            #expect(try RawClient(port: port).ask("SYNC") == .ok)
            #expect(try client.receive() == .ok)
            #expect(try client.receive() == nil)
        }
    }

    @Test func aConnectionThatIsKilledByItsOwnRequestEnds() throws {
        try withServer { port, _ in
            let client = try RawClient(port: port)
            try client.send("KILL\r\nPING\r\n")
            #expect(try client.receive() == nil)
        }
    }

    // MARK: Replies that come later

    @Test func repliesWaitForTheirTicketAndSoDoThoseBehindThem() throws {
        try withServer { port, server in
            let writer = try RawClient(port: port)
            let reader = try RawClient(port: port)
            try writer.send("PING\r\nLOGGED\r\nPING\r\nLOGGED\r\nPING\r\n")
            #expect(try writer.receive() == .pong)
            #expect(!writer.hasInput(within: 30))
            // Others are not held up.
            #expect(try reader.ask("PING") == .pong)
            server.release(upTo: 1)
            #expect(try writer.receive() == .ok)
            #expect(try writer.receive() == .pong)
            #expect(!writer.hasInput(within: 30))
            server.release(upTo: 2)
            #expect(try writer.receive() == .ok)
            #expect(try writer.receive() == .pong)
            // A ticket that was released before its reply was written.
            #expect(try writer.ask("PING") == .pong)
        }
    }

    @Test func oneReleaseServesManyConnections() throws {
        try withServer { port, server in
            let clients = try (0..<20).map { _ in try RawClient(port: port) }
            for client in clients { try client.send("LOGGED\r\nPING\r\n") }
            for client in clients { #expect(!client.hasInput(within: 1)) }
            // All are executed when a later request is.
            #expect(try RawClient(port: port).ask("PING") == .pong)
            server.release(upTo: 20)
            for client in clients {
                #expect(try client.receive() == .ok)
                #expect(try client.receive() == .pong)
            }
        }
    }

    @Test func aBlockedConnectionExecutesNothingUntilItIsServed() throws {
        let executor = DictionaryExecutor()
        try withServer(executor: executor) { port, _ in
            let blocked = try RawClient(port: port)
            let other = try RawClient(port: port)
            try blocked.send("PING\r\nWAIT\r\nSET a 2\r\nECHO z\r\n")
            #expect(try blocked.receive() == .pong)
            #expect(try other.ask("GET", "a") == .null)
            try blocked.send("ECHO y\r\n")
            #expect(try other.ask("GET", "a") == .null)
            #expect(try other.ask("WAKEALL", "served") == .integer(1))
            #expect(try blocked.receive() == .bulk("served"))
            #expect(try blocked.receive() == .ok)
            #expect(try blocked.receive() == .bulk("z"))
            #expect(try blocked.receive() == .bulk("y"))
            try blocked.send("WAITNOT\r\nPING\r\n")
            #expect(try blocked.receive() == .ok)
            #expect(try blocked.receive() == .pong)
        }
    }

    @Test func aPostponedRequestIsExecutedOnceLater() throws {
        let executor = DictionaryExecutor()
        try withServer(executor: executor) { port, _ in
            let client = try RawClient(port: port)
            let other = try RawClient(port: port)
            #expect(try other.ask("PAUSE") == .ok)
            try client.send("SET k v\r\nGET k\r\nPING\r\n")
            #expect(try client.receive() == .ok)
            #expect(!client.hasInput(within: 30))
            #expect(try other.ask("WAKEALL") == .integer(1))
            #expect(try client.receive() == .bulk("v"))
            #expect(try client.receive() == .pong)
        }
        #expect(executor.executed.filter { $0 == "get" }.count == 1)
    }

    @Test func aBlockedClientThatGoesIsForgotten() throws {
        try withServer { port, _ in
            var blocked: RawClient? = try RawClient(port: port)
            try blocked?.send("WAIT\r\n")
            let other = try RawClient(port: port)
            #expect(try other.ask("COUNT") == .integer(2))
            blocked = nil
            var count = Reply.integer(2)
            for _ in 0..<500 where count != .integer(1) {
                count = try other.ask("COUNT") ?? .null
                usleep(10_000)
            }
            #expect(count == .integer(1))
            #expect(try other.ask("WAKEALL", "x") == .integer(0))
        }
    }

    @Test func messagesReachOtherConnections() throws {
        try withServer { port, _ in
            let subscribers = try (0..<3).map { _ in try RawClient(port: port) }
            for subscriber in subscribers { #expect(try subscriber.ask("SUBSCRIBE") == .ok) }
            let publisher = try RawClient(port: port)
            for index in 0..<100 { #expect(try publisher.ask("PUBLISH", "\(index)") == .integer(3)) }
            for subscriber in subscribers {
                for index in 0..<100 { #expect(try subscriber.receive() == .bulk("\(index)")) }
            }
        }
    }
}
