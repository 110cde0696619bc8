/// A reply, as a client sees it: RESP2 and RESP3.
package indirect enum Reply: Equatable, Sendable {
    case simple([UInt8])
    case error([UInt8])
    case integer(Int64)
    case bulk([UInt8])
    /// `$-1`, `*-1`, `_`.
    case null
    case array([Reply])
    /// Keys and values in the order in which they came.
    case map([Reply])
    case set([Reply])
    /// Answers no request.
    case push([Reply])
    case boolean(Bool)
    /// As it was written: "1.5", "inf", "nan".
    case double([UInt8])
    case bigNumber([UInt8])
    case verbatim(format: [UInt8], [UInt8])
    /// Keys and values about the reply that follows.
    case attributed([Reply], Reply)

    /// Its text: of a status, an error, a string, a number. Nil for anything made of several replies, and for null.
    package var text: String? {
        switch self {
        case .simple(let bytes), .error(let bytes), .bulk(let bytes), .double(let bytes), .bigNumber(let bytes),
            .verbatim(_, let bytes):
            String(decoding: bytes, as: UTF8.self)
        case .integer(let value): String(value)
        case .boolean(let value): value ? "true" : "false"
        case .attributed(_, let reply): reply.text
        case .null, .array, .map, .set, .push: nil
        }
    }

    /// The replies that it is made of; of a map keys and values in turn.
    package var elements: [Reply]? {
        switch self {
        case .array(let replies), .map(let replies), .set(let replies), .push(let replies): replies
        case .attributed(_, let reply): reply.elements
        default: nil
        }
    }

    package var isError: Bool {
        switch self {
        case .error: true
        case .attributed(_, let reply): reply.isError
        default: false
        }
    }
}
