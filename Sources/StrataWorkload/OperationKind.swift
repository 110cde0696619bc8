/// What a client does to one key, or to a range of keys, in one operation.
package enum OperationKind: String, Hashable, Sendable, CaseIterable {
    case read
    /// A new value of a key that is there.
    case update
    /// The first value of a new key.
    case insert
    /// Values in key order, from a key on.
    case scan
    /// Read a key, then write it: one operation.
    case readModifyWrite = "rmw"

    /// Whether the operation ends with a write.
    package var writes: Bool {
        switch self {
        case .read, .scan: false
        case .update, .insert, .readModifyWrite: true
        }
    }

    /// Place in `allCases`, for tables by kind.
    @inline(__always)
    package var index: Int {
        switch self {
        case .read: 0
        case .update: 1
        case .insert: 2
        case .scan: 3
        case .readModifyWrite: 4
        }
    }
}
