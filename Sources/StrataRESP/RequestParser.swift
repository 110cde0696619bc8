import Glibc

/// Requests out of a connection's bytes, one after the other, without copying them (RESP,
/// https://redis.io/docs/latest/develop/reference/protocol-spec/).
///
/// It remembers how far it came within an unfinished request: finished arguments and lines are not looked at again. As
/// Redis, it does not look at the two bytes that end
/// a bulk, nor at the one after the carriage return of a count.
package struct RequestParser {
    package enum Answer: Equatable, Sendable {
        /// Not before so many more bytes have come; of a request of unknown size, 1.
        case incomplete(missing: Int)
        /// `arguments` hold a request of so many bytes. They lie in the bytes that were given. Without words (`*0`, an
        /// empty line): nothing to answer.
        case request(size: Int)
        case malformed(ProtocolViolation)
    }

    package var limits = RequestLimits()
    private var stage = Stage.start
    /// Where to go on, from the request's first byte.
    private var at = 0
    /// Arguments still to come of a multibulk request.
    private var remaining = 0
    /// Bytes of the argument being waited for.
    private var bulk = 0

    private enum Stage {
        case start
        case multibulkCount
        case bulkCount
        case bulkBytes
        case inline
    }

    package init() {}

    /// An unfinished request has been seen.
    package var isWithinRequest: Bool { stage != .start }

    /// Looks for one request at the beginning of `bytes`: all that is unread, from the first byte of the request.
    ///
    /// After `.incomplete` call again with the same bytes and more (they may have moved), and the same arguments.
    @inline(__always)
    package mutating func next(in bytes: Bytes, into arguments: Arguments) -> Answer {
        if stage == .start {
            arguments.removeAll()
            guard bytes.count > 0 else { return .incomplete(missing: 1) }
            at = 0
            stage = bytes.start.load(as: UInt8.self) == UInt8(ascii: "*") ? .multibulkCount : .inline
        }
        return stage == .inline ? inline(bytes, arguments) : multibulk(bytes, arguments)
    }

    /// Forgets an unfinished request.
    package mutating func reset() { stage = .start }

    // MARK: Multibulk

    private mutating func multibulk(_ bytes: Bytes, _ arguments: Arguments) -> Answer {
        if stage == .multibulkCount {
            switch count(in: bytes, from: 1) {
            case .none:
                return bytes.count > RequestLimits.line ? fail(.multibulkCountTooBig) : .incomplete(missing: 1)
            case .partial:
                return .incomplete(missing: 1)
            case .value(let value, let next):
                guard let value, value <= limits.multibulk else { return fail(.multibulkLength) }
                if value > RequestLimits.unauthenticatedMultibulk, !limits.isAuthenticated {
                    return fail(.unauthenticatedMultibulkLength)
                }
                at = next
                remaining = max(value, 0)
                stage = .bulkCount
            }
        }
        while remaining > 0 {
            if stage == .bulkCount {
                guard let answer = bulkCount(bytes) else { continue }
                return answer
            }
            let end = at + bulk + 2
            guard bytes.count >= end else { return .incomplete(missing: end - bytes.count) }
            arguments.addPlace(at, bulk)
            at = end
            remaining -= 1
            stage = .bulkCount
        }
        arguments.lend(from: bytes.start)
        stage = .start
        return .request(size: at)
    }

    /// Reads `$<size>` and goes on to its bytes; an answer where that is not possible.
    @inline(__always)
    private mutating func bulkCount(_ bytes: Bytes) -> Answer? {
        let size: Int
        let next: Int
        switch count(in: bytes, from: at + 1) {
        case .none:
            return hidden(bytes)
        case .partial:
            return .incomplete(missing: 1)
        case .value(let value, let end):
            let kind = bytes.start.load(fromByteOffset: at, as: UInt8.self)
            guard kind == UInt8(ascii: "$") else { return kind == 0 ? hidden(bytes) : fail(.expectedBulk(found: kind)) }
            guard let value, value >= 0, value <= limits.bulk else { return fail(.bulkLength) }
            size = value
            next = end
        }
        if size > RequestLimits.unauthenticatedBulk, !limits.isAuthenticated { return fail(.unauthenticatedBulkLength) }
        at = next
        bulk = size
        stage = .bulkBytes
        return nil
    }

    /// The end of a bulk's count is not there, or behind a zero byte, where Redis does not look.
    private mutating func hidden(_ bytes: Bytes) -> Answer {
        bytes.count - at > RequestLimits.line ? fail(.bulkCountTooBig) : .incomplete(missing: 1)
    }

    private enum Count {
        /// No carriage return yet.
        case none
        /// The byte after it is missing.
        case partial
        /// Nil: no number. `next`: behind the line's end.
        case value(Int?, next: Int)
    }

    /// The number up to a carriage return.
    @inline(__always)
    private func count(in bytes: Bytes, from start: Int) -> Count {
        // Up to seven digits that end as they should: nearly every count.
        var value = 0
        var place = start
        let end = min(bytes.count, start + 8)
        while place < end {
            let byte = bytes.start.load(fromByteOffset: place, as: UInt8.self)
            let digit = byte &- UInt8(ascii: "0")
            if digit > 9 {
                guard byte == UInt8(ascii: "\r"), place > start, place + 1 < bytes.count else { break }
                // A leading zero is none of Redis' numbers, zero apart.
                if bytes.start.load(fromByteOffset: start, as: UInt8.self) == UInt8(ascii: "0"), place > start + 1 {
                    break
                }
                return .value(value, next: place + 2)
            }
            value = value &* 10 &+ Int(digit)
            place += 1
        }
        return slowCount(in: bytes, from: start)
    }

    @inline(never)
    private func slowCount(in bytes: Bytes, from start: Int) -> Count {
        // The line begins one byte earlier, with its kind, which may be the very end.
        guard let end = Self.seek(UInt8(ascii: "\r"), in: bytes, from: start - 1), end - start < RequestLimits.line
        else {
            return .none
        }
        guard end + 1 < bytes.count else { return .partial }
        guard end >= start else { return .value(nil, next: end + 2) }
        return .value(bytes[start..<end].integer.map(Int.init), next: end + 2)
    }

    /// Where `byte` is, if no zero byte comes before it: as `strchr`, which Redis uses.
    private static func seek(_ byte: UInt8, in bytes: Bytes, from start: Int) -> Int? {
        guard start < bytes.count, let found = memchr(bytes.start + start, CInt(byte), bytes.count - start) else {
            return nil
        }
        let place = UnsafeRawPointer(found) - bytes.start
        return memchr(bytes.start + start, 0, place - start) == nil ? place : nil
    }

    // MARK: Inline

    @inline(never)
    private mutating func inline(_ bytes: Bytes, _ arguments: Arguments) -> Answer {
        guard let end = Self.seek(UInt8(ascii: "\n"), in: bytes, from: at), end <= RequestLimits.line else {
            if bytes.count > RequestLimits.line { return fail(.inlineTooBig) }
            // A zero byte is kept in sight: no line end behind it counts.
            if memchr(bytes.start + at, 0, bytes.count - at) == nil { at = bytes.count }
            return .incomplete(missing: 1)
        }
        let hasReturn = end > 0 && bytes[end - 1] == UInt8(ascii: "\r")
        guard QuotedWords.split(bytes[0..<(hasReturn ? end - 1 : end)], into: arguments) else {
            return fail(.unbalancedQuotes)
        }
        stage = .start
        return .request(size: end + 1)
    }

    private mutating func fail(_ violation: ProtocolViolation) -> Answer {
        stage = .start
        return .malformed(violation)
    }
}
