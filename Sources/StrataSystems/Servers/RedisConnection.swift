import Glibc
import StrataDisk

/// One socket to a Redis server: requests are gathered and sent together, replies read in place (RESP2: redis.io, "Redis
/// serialization protocol specification"). One owner at a time. Allocates nothing for an operation.
package final class RedisConnection: @unchecked Sendable {
    private let server: String
    private let socket: Int32
    private let output = IOBuffer()
    private let input = IOBuffer()
    /// Where in `input` the next reply begins.
    @exclusivity(unchecked) private var position = 0
    /// Set by the first failed call: what follows in the stream is anybody's guess.
    @exclusivity(unchecked) private var failure: PeerError?

    /// A server that says nothing for so long is taken for dead.
    private static let patience = Duration.seconds(60)
    private static let lineEnd = Int32(UInt8(ascii: "\n"))
    /// Bytes asked of the socket at once.
    private static let chunk = 64 * 1024

    /// `server` names it in messages. Throws `StorageError` where nobody listens.
    package init(_ server: String, at address: ServerAddress) throws(StorageError) {
        self.server = server
        socket = try address.connect(patience: Self.patience)
    }

    deinit { close(socket) }

    // MARK: Requests

    /// Bytes of requests that have not been sent.
    @inline(__always)
    var queuedBytes: Int { output.count }

    @inline(__always)
    func queueSet(key: UInt64, value: RawSpan) {
        append(Self.set)
        KeyName.withBytes(of: key) { output.append($0) }
        append("\r\n$")
        append(decimal: value.byteCount)
        append("\r\n")
        output.append(value)
        append("\r\n")
    }

    @inline(__always)
    func queueGet(key: UInt64) {
        append(Self.get)
        KeyName.withBytes(of: key) { output.append($0) }
        append("\r\n")
    }

    /// Any command. Allocates.
    package func queue(_ words: [String]) {
        append("*")
        append(decimal: words.count)
        for word in words {
            append("\r\n$")
            append(decimal: word.utf8.count)
            append("\r\n")
            output.append(Array(word.utf8).span.bytes)
        }
        append("\r\n")
    }

    /// Up to the key; the numbers are lengths of the words, and that of a key is always the same.
    private static let set: StaticString = "*3\r\n$3\r\nSET\r\n$20\r\n"
    private static let get: StaticString = "*2\r\n$3\r\nGET\r\n$20\r\n"

    @inline(__always)
    private func append(_ text: StaticString) {
        output.append(UnsafeRawBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount).bytes)
    }

    private func append(decimal number: Int) {
        var digits: InlineArray<20, UInt8> = .init(repeating: 0)
        var start = 20
        var rest = number
        repeat {
            start -= 1
            digits[start] = UInt8(ascii: "0") + UInt8(rest % 10)
            rest /= 10
        } while rest > 0
        output.append(digits.span.bytes.extracting(start..<20))
    }

    /// Sends every queued request.
    package func send() throws {
        if let failure { throw failure }
        var sent = 0
        while sent < output.count {
            let count = Glibc.send(socket, output.base + sent, output.count - sent, Int32(MSG_NOSIGNAL))
            if count > 0 {
                sent += count
            } else if errno != EINTR {
                throw fail("send", errno == EAGAIN ? "nothing taken for \(Self.patience)" : describe(errno: errno))
            }
        }
        output.removeAll()
    }

    // MARK: Replies

    /// Whether the line of another reply has been received already.
    @inline(__always)
    var hasLine: Bool {
        let unread = input.count - position
        return unread > 0 && memchr(input.base + position, Self.lineEnd, unread) != nil
    }

    /// Reads the reply to a write: a line that is no error. Throws `PeerError` with the server's text for an error.
    @inline(__always)
    package func readStatus() throws {
        let line = try nextLine()
        guard byte(line.lowerBound) == UInt8(ascii: "+") else { throw unexpected(line) }
    }

    /// Reads a string and lends it to `body`; false where the key is not there.
    @inline(__always)
    func readString(_ body: (RawSpan) -> Void) throws -> Bool {
        let line = try nextLine()
        guard byte(line.lowerBound) == UInt8(ascii: "$") else { throw unexpected(line) }
        guard let length = try number(in: line) else { return false }
        while input.count - position < length + 2 { try receive(atLeast: length + 2) }
        input.withBytes(in: position..<position + length, body)
        position += length + 2
        return true
    }

    /// Reads a number.
    func readInteger() throws -> Int {
        let line = try nextLine()
        guard byte(line.lowerBound) == UInt8(ascii: ":"), let value = try number(in: line) else {
            throw unexpected(line)
        }
        return value
    }

    /// Reads a list of strings.
    func readStrings() throws -> [String] {
        let line = try nextLine()
        guard byte(line.lowerBound) == UInt8(ascii: "*"), let count = try number(in: line) else {
            throw unexpected(line)
        }
        return try (0..<count).map { _ in try readText() ?? "" }
    }

    /// Reads a string as text.
    func readText() throws -> String? {
        var text: String?
        _ = try readString { value in text = value.withUnsafeBytes { String(decoding: $0, as: UTF8.self) } }
        return text
    }

    @inline(__always)
    private func byte(_ offset: Int) -> UInt8 { input.base.load(fromByteOffset: offset, as: UInt8.self) }

    /// The next line without its end, which is behind `position` then.
    @inline(__always)
    private func nextLine() throws -> Range<Int> {
        while true {
            let unread = input.count - position
            if unread > 0, let end = memchr(input.base + position, Self.lineEnd, unread) {
                let start = position
                position = UnsafeRawPointer(end) - UnsafeRawPointer(input.base) + 1
                guard position - start >= 3, byte(position - 2) == UInt8(ascii: "\r") else {
                    throw fail("read", "a line that is no reply")
                }
                return start..<position - 2
            }
            try receive(atLeast: unread + 1)
        }
    }

    /// The number of a line after its first byte; nil for -1, which stands for nothing.
    private func number(in line: Range<Int>) throws -> Int? {
        var value = 0
        for offset in line.dropFirst() {
            let character = byte(offset)
            if character == UInt8(ascii: "-"), offset == line.lowerBound + 1 { return nil }
            let digit = character &- UInt8(ascii: "0")
            // Far more than any reply has.
            guard digit < 10, value < 1 << 40 else { throw unexpected(line) }
            value = value * 10 + Int(digit)
        }
        return value
    }

    /// Waits for more bytes; afterwards `count` unread ones have room.
    private func receive(atLeast count: Int) throws {
        if let failure { throw failure }
        if position > 0 {
            input.removeFirst(position)
            position = 0
        }
        var received = 0
        input.appendInPlace(atMost: max(Self.chunk, count - input.count)) { room in
            repeat {
                received = recv(socket, room.baseAddress, room.count, 0)
            } while received < 0 && errno == EINTR
            return max(0, received)
        }
        if received == 0 { throw fail("read", "the server closed the connection") }
        if received < 0 {
            throw fail("read", errno == EAGAIN ? "no answer for \(Self.patience)" : describe(errno: errno))
        }
    }

    private func fail(_ operation: String, _ message: String) -> PeerError {
        let error = PeerError(library: server, operation: operation, message: message)
        failure = error
        return error
    }

    /// An error of the server's own, after which the stream goes on, or a reply of another kind, after which it does not.
    private func unexpected(_ line: Range<Int>) -> PeerError {
        let text = input.withBytes(in: line) { $0.withUnsafeBytes { String(decoding: $0, as: UTF8.self) } }
        guard text.hasPrefix("-") else { return fail("read", "unexpected reply \(text.prefix(80))") }
        return PeerError(library: server, operation: "command", message: String(text.dropFirst()))
    }
}
