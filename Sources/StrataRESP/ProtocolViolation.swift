/// Why a connection's bytes are no request. The connection is answered `-ERR ` with the text, and closed: where the
/// next request would begin is
/// not known. Texts are those of Redis 7.0.
package enum ProtocolViolation: Error, Equatable, Sendable {
    case multibulkLength
    case bulkLength
    case expectedBulk(found: UInt8)
    case unbalancedQuotes
    case inlineTooBig
    case multibulkCountTooBig
    case bulkCountTooBig
    case unauthenticatedMultibulkLength
    case unauthenticatedBulkLength

    package var text: String {
        switch self {
        case .multibulkLength: "Protocol error: invalid multibulk length"
        case .bulkLength: "Protocol error: invalid bulk length"
        case .expectedBulk(let found): "Protocol error: expected '$', got '\(Character(UnicodeScalar(found)))'"
        case .unbalancedQuotes: "Protocol error: unbalanced quotes in request"
        case .inlineTooBig: "Protocol error: too big inline request"
        case .multibulkCountTooBig: "Protocol error: too big mbulk count string"
        case .bulkCountTooBig: "Protocol error: too big bulk count string"
        case .unauthenticatedMultibulkLength: "Protocol error: unauthenticated multibulk length"
        case .unauthenticatedBulkLength: "Protocol error: unauthenticated bulk length"
        }
    }
}
