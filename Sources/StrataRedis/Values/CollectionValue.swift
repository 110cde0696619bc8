/// What a key holds (`TYPE`, and the object types of Redis 7.0).
package enum ValueType: UInt8, Sendable {
    case string, list, set, sortedSet, hash, stream

    package var name: StaticString {
        switch self {
        case .string: "string"
        case .list: "list"
        case .set: "set"
        case .sortedSet: "zset"
        case .hash: "hash"
        case .stream: "stream"
        }
    }
}

/// How a value lies in memory, by the names of `OBJECT ENCODING` in Redis 7.0.
package enum ValueEncoding: UInt8, Sendable {
    case int, embstr, raw, quicklist, listpack, intset, hashtable, skiplist, stream

    package var name: StaticString {
        switch self {
        case .int: "int"
        case .embstr: "embstr"
        case .raw: "raw"
        case .quicklist: "quicklist"
        case .listpack: "listpack"
        case .intset: "intset"
        case .hashtable: "hashtable"
        case .skiplist: "skiplist"
        case .stream: "stream"
        }
    }
}

/// A value that is no plain string. One key owns it; the executor's thread alone touches it.
package class CollectionValue {
    package var type: ValueType { preconditionFailure("of a subclass") }
    package var encoding: ValueEncoding { preconditionFailure("of a subclass") }
    /// Elements, fields or entries.
    package var count: Int { preconditionFailure("of a subclass") }
    /// Bytes of memory, estimated without walking large values.
    package var memoryBytes: Int { preconditionFailure("of a subclass") }

    init() {}

    package func copy() -> CollectionValue { preconditionFailure("of a subclass") }
}
