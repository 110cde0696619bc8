/// Why bytes could not be coded or decoded. Whoever knows file and offset wraps it in a `StorageError`.
package enum CodecError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The input ends inside a value.
    case truncated
    /// The bytes contradict their format.
    case malformed(String)
    /// Decoded size is not the one announced, or above the limit.
    case size(expected: Int, found: Int)
    /// A dictionary is missing, is none, or is not the one that the bytes were compressed with.
    case dictionary(String)
    /// An option outside what the codec offers.
    case unsupported(String)
    /// The library failed where it must not, for want of memory for example.
    case library(String)

    package var description: String {
        switch self {
        case .truncated: "input ends inside a value"
        case .malformed(let what): "malformed input: \(what)"
        case .size(let expected, let found): "decoded size \(found), expected \(expected)"
        case .dictionary(let what): "dictionary: \(what)"
        case .unsupported(let what): "unsupported: \(what)"
        case .library(let what): "library failure: \(what)"
        }
    }
}
