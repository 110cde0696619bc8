import StrataRESP

/// An element as a compact encoding holds it: bytes that it lends, or an integer that stands for its decimal form.
package enum PackedValue {
    case integer(Int64)
    /// Lent until the next change of their owner.
    case bytes(Bytes)

    /// Lends the element as the bytes that a client gave.
    @inline(__always)
    package func withBytes<R, E: Error>(_ body: (Bytes) throws(E) -> R) throws(E) -> R {
        switch self {
        case .bytes(let bytes): return try body(bytes)
        case .integer(let value): return try DecimalDigits(value).withBytes(body)
        }
    }

    package func copy() -> [UInt8] { withBytes { $0.copy() } }

    /// Bytes of the element as a client gave it.
    @inline(__always)
    package var count: Int {
        switch self {
        case .bytes(let bytes): bytes.count
        case .integer(let value): DecimalDigits.count(of: value)
        }
    }

    package func isEqual(to other: Bytes) -> Bool {
        switch self {
        case .bytes(let bytes): bytes == other
        case .integer(let value): other.integer == value
        }
    }
}

extension ReplyBuffer {
    /// An element as a bulk string.
    @inline(__always)
    package func bulk(_ value: PackedValue) {
        switch value {
        case .bytes(let bytes): bulk(bytes)
        case .integer(let integer): bulk(integer)
        }
    }
}

/// An element that others are compared with: its number, if it is one, is worked out once.
package struct PackedNeedle {
    private let bytes: Bytes
    private let integer: Int64?

    package init(_ bytes: Bytes) {
        self.bytes = bytes
        integer = bytes.integer
    }

    @inline(__always)
    package func matches(_ value: PackedValue) -> Bool {
        switch value {
        case .bytes(let other): other == bytes
        case .integer(let other): other == integer
        }
    }
}
