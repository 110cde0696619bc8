import Glibc
import StrataRESP

/// A blocking client over a unix socket, with a limit on how long it waits.
final class RedisConnection {
    struct Failure: Error, CustomStringConvertible {
        var description: String
    }

    private let socket: CInt
    private var parser = ReplyParser()
    private var writer = RequestWriter()
    private let chunk = UnsafeMutableRawPointer.allocate(byteCount: 1 << 16, alignment: 8)

    init(path: String, seconds: Int = 20) throws {
        socket = Glibc.socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        guard socket >= 0 else { throw Failure(description: "socket: errno \(errno)") }
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let isTooLong = withUnsafeMutableBytes(of: &address.sun_path) { place in
            guard path.utf8.count < place.count else { return true }
            place.copyBytes(from: path.utf8)
            return false
        }
        if isTooLong { throw Failure(description: "\(path) is too long for a unix socket") }
        var limit = timeval(tv_sec: seconds, tv_usec: 0)
        setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        let status = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(socket, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        guard status == 0 else {
            // Closed by deinit, which runs for an object that was whole when its initialiser threw.
            throw Failure(description: "connect to \(path): errno \(errno)")
        }
    }

    deinit {
        close(socket)
        chunk.deallocate()
    }

    func command(_ words: [[UInt8]]) throws -> Reply {
        try send(words)
        return try reply()
    }

    func command(_ words: String...) throws -> Reply { try command(words.map { Array($0.utf8) }) }

    func send(_ words: [[UInt8]]) throws {
        writer.removeAll()
        writer.append(words)
        var sent = 0
        while sent < writer.bytes.count {
            let count = writer.bytes.withUnsafeBytes {
                Glibc.send(socket, $0.baseAddress! + sent, $0.count - sent, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { throw Failure(description: "send: errno \(errno)") }
            sent += count
        }
    }

    func reply() throws -> Reply {
        while true {
            if let reply = try parser.next() { return reply }
            let count = recv(socket, chunk, 1 << 16, 0)
            guard count > 0 else {
                throw Failure(description: count == 0 ? "the server closed the connection" : "receive: errno \(errno)")
            }
            parser.append(Bytes(chunk, count))
        }
    }
}
