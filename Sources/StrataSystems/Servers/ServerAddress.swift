import Glibc
import StrataDisk

/// Where a server listens.
package struct ServerAddress: Sendable, Hashable, CustomStringConvertible {
    var host: String
    var port: Int

    static let loopback = "127.0.0.1"

    /// "HOST:PORT"; an IPv6 host stands in brackets. Nil for anything else.
    init?(_ text: Substring) {
        guard let colon = text.lastIndex(of: ":"), let port = UInt16(text[text.index(after: colon)...]), port > 0 else {
            return nil
        }
        var host = text[..<colon]
        if host.hasPrefix("["), host.hasSuffix("]") { host = host.dropFirst().dropLast() }
        guard !host.isEmpty else { return nil }
        self.init(host: String(host), port: Int(port))
    }

    init(host: String, port: Int) {
        self.host = host
        self.port = port
    }

    package var description: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }

    /// A TCP port that nobody had on the loopback a moment ago. Another program may take it before a server does.
    static func freeLoopback() throws -> ServerAddress {
        let socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue) | O_CLOEXEC, 0)
        guard socket >= 0 else { throw StorageError(kind: .io(call: "socket", errno: errno), file: loopback) }
        defer { close(socket) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = inet_addr(loopback)
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isBound = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(socket, $0, length) == 0 && getsockname(socket, $0, &length) == 0
            }
        }
        guard isBound else { throw StorageError(kind: .io(call: "bind", errno: errno), file: loopback) }
        return ServerAddress(host: loopback, port: Int(UInt16(bigEndian: address.sin_port)))
    }

    /// A connected socket without Nagle's delay, whose calls give up after `patience` (EAGAIN). Throws `StorageError`.
    func connect(patience: Duration) throws(StorageError) -> Int32 {
        var hints = addrinfo()
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        var found: UnsafeMutablePointer<addrinfo>?
        let code = getaddrinfo(host, "\(port)", &hints, &found)
        guard code == 0, let first = found else {
            throw StorageError(kind: .invalid(String(cString: gai_strerror(code))), file: description)
        }
        defer { freeaddrinfo(found) }
        var failure = ECONNREFUSED
        var next: UnsafeMutablePointer<addrinfo>? = first
        while let candidate = next?.pointee {
            let socket = Glibc.socket(candidate.ai_family, candidate.ai_socktype | O_CLOEXEC, candidate.ai_protocol)
            guard socket >= 0 else { throw StorageError(kind: .io(call: "socket", errno: errno), file: description) }
            var limit = timeval()
            limit.tv_sec = Int(patience.components.seconds)
            let size = socklen_t(MemoryLayout<timeval>.size)
            setsockopt(socket, SOL_SOCKET, SO_SNDTIMEO, &limit, size)
            setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &limit, size)
            var yes: Int32 = 1
            setsockopt(socket, Int32(IPPROTO_TCP), TCP_NODELAY, &yes, socklen_t(MemoryLayout<Int32>.size))
            if Glibc.connect(socket, candidate.ai_addr, candidate.ai_addrlen) == 0 { return socket }
            failure = errno
            close(socket)
            next = candidate.ai_next
        }
        throw StorageError(kind: .io(call: "connect", errno: failure), file: description)
    }
}
