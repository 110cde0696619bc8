import Glibc

/// A client's side: replies out of the bytes that came, RESP2 and RESP3. Bytes are copied.
///
/// What is unfinished is kept on a stack, so that a long array that comes in pieces is read once. Nothing is allocated
/// because a length was announced.
/// Streamed aggregates (`?` lengths), which no server of Redis sends, are malformed.
package struct ReplyParser {
    /// Why the bytes are no reply, and at which of all bytes that came.
    package struct Failure: Error, Equatable, CustomStringConvertible {
        package var reason: String
        package var offset: Int
        package var description: String { "no reply of Redis at byte \(offset): \(reason)" }
    }

    /// Replies within replies. Redis' own nest a few levels.
    package static let maximalDepth = 128

    private var buffer: [UInt8] = []
    private var at = 0
    /// Bytes that were read and dropped.
    private var dropped = 0
    private var open: [Aggregate] = []
    /// After a failure there is nothing to go on with.
    private var failure: Failure?

    private struct Aggregate {
        var kind: UInt8
        /// Elements still to come.
        var remaining: Int
        var replies: [Reply] = []
    }

    private enum Element {
        case reply(Reply)
        case opened
    }

    package init() {}

    /// Bytes that came and are in no reply yet.
    package var unreadCount: Int { buffer.count - at }

    package mutating func append(_ bytes: Bytes) {
        // Moving the rest each time would cost as much as it saves.
        if at > 64 << 10 || at == buffer.count {
            buffer.removeSubrange(..<at)
            dropped += at
            at = 0
        }
        buffer.append(contentsOf: bytes.buffer)
    }

    package mutating func append(_ bytes: [UInt8]) { bytes.withLent { append($0) } }

    /// The next whole reply, or nil until more bytes have come.
    package mutating func next() throws(Failure) -> Reply? {
        if let failure { throw failure }
        do throws(Failure) {
            while let element = try element() {
                guard case .reply(var reply) = element else { continue }
                // Whatever the reply completes is a reply itself.
                while true {
                    guard let outer = open.indices.last else { return reply }
                    open[outer].replies.append(reply)
                    open[outer].remaining -= 1
                    guard open[outer].remaining == 0 else { break }
                    let done = open.removeLast()
                    if done.kind == UInt8(ascii: "|") {
                        // Attributes are no element: what follows is given them.
                        open.append(Aggregate(kind: Self.attributed, remaining: 1, replies: [.map(done.replies)]))
                        break
                    }
                    reply = Self.reply(done)
                }
            }
        } catch {
            failure = error
            throw error
        }
        return nil
    }

    /// Stands for the reply that attributes were read for.
    private static let attributed: UInt8 = 0

    private static func reply(_ done: Aggregate) -> Reply {
        switch done.kind {
        case UInt8(ascii: "*"): return .array(done.replies)
        case UInt8(ascii: "%"): return .map(done.replies)
        case UInt8(ascii: "~"): return .set(done.replies)
        case UInt8(ascii: ">"): return .push(done.replies)
        default:
            guard case .map(let attributes) = done.replies[0] else { preconditionFailure("attributes that are no map") }
            return .attributed(attributes, done.replies[1])
        }
    }

    private mutating func element() throws(Failure) -> Element? {
        guard at < buffer.count else { return nil }
        guard let end = buffer[at...].firstIndex(of: 10) else {
            if buffer.count - at > RequestLimits.line, !Self.isText(buffer[at]) { throw fail("a length without end") }
            return nil
        }
        guard end > at, buffer[end - 1] == 13 else { throw fail("a line that a line feed alone ends") }
        let kind = buffer[at]
        let line = Array(buffer[at + 1..<max(end - 1, at + 1)])
        switch kind {
        case UInt8(ascii: "+"): return finish(.simple(line), end)
        case UInt8(ascii: "-"): return finish(.error(line), end)
        case UInt8(ascii: ","): return finish(.double(line), end)
        case UInt8(ascii: "("): return finish(.bigNumber(line), end)
        case UInt8(ascii: ":"): return finish(.integer(try number(line)), end)
        case UInt8(ascii: "_"):
            guard line.isEmpty else { throw fail("null with a value") }
            return finish(.null, end)
        case UInt8(ascii: "#"):
            guard line == [UInt8(ascii: "t")] || line == [UInt8(ascii: "f")] else {
                throw fail("a boolean that is neither t nor f")
            }
            return finish(.boolean(line == [UInt8(ascii: "t")]), end)
        case UInt8(ascii: "$"), UInt8(ascii: "="), UInt8(ascii: "!"):
            return try blob(kind, size: number(line), from: end + 1)
        case UInt8(ascii: "*"), UInt8(ascii: "~"), UInt8(ascii: ">"), UInt8(ascii: "%"), UInt8(ascii: "|"):
            return try aggregate(kind, count: number(line), end)
        default:
            throw fail("it begins with byte \(kind)")
        }
    }

    private mutating func finish(_ reply: Reply, _ end: Int) -> Element {
        at = end + 1
        return .reply(reply)
    }

    private mutating func blob(_ kind: UInt8, size: Int64, from start: Int) throws(Failure) -> Element? {
        if size == -1, kind == UInt8(ascii: "$") { return finish(.null, start - 1) }
        guard size >= 0, size <= Int64(Int32.max) else { throw fail("\(size) bytes of a string") }
        let end = start + Int(size)
        guard buffer.count >= end + 2 else { return nil }
        guard buffer[end] == 13, buffer[end + 1] == 10 else { throw fail("no line end after a string") }
        let bytes = Array(buffer[start..<end])
        switch kind {
        case UInt8(ascii: "$"): return finish(.bulk(bytes), end + 1)
        case UInt8(ascii: "!"): return finish(.error(bytes), end + 1)
        default:
            guard bytes.count >= 4, bytes[3] == UInt8(ascii: ":") else {
                throw fail("verbatim text without its format")
            }
            return finish(.verbatim(format: Array(bytes[..<3]), Array(bytes[4...])), end + 1)
        }
    }

    private mutating func aggregate(_ kind: UInt8, count: Int64, _ end: Int) throws(Failure) -> Element {
        if count == -1, kind == UInt8(ascii: "*") { return finish(.null, end) }
        guard count >= 0, count <= Int64(Int32.max) else { throw fail("\(count) elements") }
        let elements = kind == UInt8(ascii: "%") || kind == UInt8(ascii: "|") ? 2 * Int(count) : Int(count)
        if elements == 0, kind != UInt8(ascii: "|") {
            return finish(Self.reply(Aggregate(kind: kind, remaining: 0)), end)
        }
        guard open.count < Self.maximalDepth else { throw fail("replies nested more than \(Self.maximalDepth) deep") }
        at = end + 1
        if elements == 0 {
            open.append(Aggregate(kind: Self.attributed, remaining: 1, replies: [.map([])]))
        } else {
            open.append(Aggregate(kind: kind, remaining: elements))
        }
        return .opened
    }

    private func number(_ line: [UInt8]) throws(Failure) -> Int64 {
        guard let value = line.withLent({ $0.integer }) else {
            throw fail("no number: \(String(decoding: line.prefix(24), as: UTF8.self))")
        }
        return value
    }

    private static func isText(_ kind: UInt8) -> Bool { kind == UInt8(ascii: "+") || kind == UInt8(ascii: "-") }

    private func fail(_ reason: String) -> Failure { Failure(reason: reason, offset: dropped + at) }
}
