/// An answer that begins with `-`. Nothing was changed, unless the command's own documentation says otherwise.
package struct RedisError: Error, Sendable, Hashable {
    /// As it goes out: code, space, text.
    package let message: String

    package init(_ message: String) { self.message = message }

    package static let wrongType = RedisError("WRONGTYPE Operation against a key holding the wrong kind of value")
    package static let syntax = RedisError("ERR syntax error")
    package static let notInteger = RedisError("ERR value is not an integer or out of range")
    package static let notFloat = RedisError("ERR value is not a valid float")
    package static let outOfRange = RedisError("ERR index out of range")
    package static let noSuchKey = RedisError("ERR no such key")
    package static func arity(_ command: String) -> RedisError {
        RedisError("ERR wrong number of arguments for '\(command)' command")
    }
}
