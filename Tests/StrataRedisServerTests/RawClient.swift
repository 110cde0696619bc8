import Glibc
import StrataRESP

/// A client with a blocking socket.
final class RawClient {
    struct Failure: Error, CustomStringConvertible {
        var description: String
    }

    private let descriptor: CInt
    private var parser = ReplyParser()

    init(port: Int) throws {
        descriptor = socket(AF_INET, CInt(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = UInt16(port).bigEndian
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        let result = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard result == 0 else { throw Failure(description: "connect: errno \(errno)") }
        setTimeout()
    }

    init(path: String) throws {
        descriptor = socket(AF_UNIX, CInt(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: Array(path.utf8)) }
        let result = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        guard result == 0 else { throw Failure(description: "connect: errno \(errno)") }
        setTimeout()
    }

    deinit { close(descriptor) }

    /// A server that does not answer fails the test, and does not hang it.
    private func setTimeout() {
        var limit = timeval(tv_sec: 20, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
    }

    func send(_ bytes: [UInt8]) throws {
        var sent = 0
        while sent < bytes.count {
            let count = bytes[sent...].withUnsafeBytes {
                Glibc.send(descriptor, $0.baseAddress, $0.count, CInt(MSG_NOSIGNAL))
            }
            guard count > 0 else { throw Failure(description: "send: errno \(errno)") }
            sent += count
        }
    }

    func send(_ text: String) throws { try send(Array(text.utf8)) }

    func send(words: String...) throws {
        var writer = RequestWriter()
        writer.append(words)
        try send(writer.bytes)
    }

    func endSending() { shutdown(descriptor, CInt(SHUT_WR)) }

    /// The next reply; nil: the server has closed.
    func receive() throws -> Reply? {
        while true {
            if let reply = try parser.next() { return reply }
            guard let piece = try read() else { return nil }
            parser.append(piece)
        }
    }

    /// What comes next, unparsed; nil: the server has closed.
    func read() throws -> [UInt8]? {
        var piece = [UInt8](repeating: 0, count: 64 << 10)
        let count = recv(descriptor, &piece, piece.count, 0)
        if count == 0 || count < 0 && errno == ECONNRESET { return nil }
        guard count > 0 else { throw Failure(description: "recv: errno \(errno)") }
        return Array(piece[..<count])
    }

    func ask(_ words: String...) throws -> Reply? {
        var writer = RequestWriter()
        writer.append(words)
        try send(writer.bytes)
        return try receive()
    }

    /// Whether something is there to read within `milliseconds`.
    func hasInput(within milliseconds: CInt) -> Bool {
        var waited = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        return poll(&waited, 1, milliseconds) > 0
    }
}

extension Reply {
    static let ok = Reply.simple(Array("OK".utf8))
    static let pong = Reply.simple(Array("PONG".utf8))
    static func bulk(_ text: String) -> Reply { .bulk(Array(text.utf8)) }
}
