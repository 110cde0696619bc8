import StrataDisk
import StrataRESP

/// What a stream knows beside its entries.
package struct RDBStreamInfo: Sendable, Hashable {
    package var length: UInt64
    package var last: StreamID
    /// The three that type 15, before Redis 7.0, has not.
    package var extent: Extent?

    package struct Extent: Sendable, Hashable {
        package var first: StreamID
        package var largestDeleted: StreamID
        package var entriesAdded: UInt64
    }
}

/// How a run of elements is packed.
package enum RDBPacking: Sendable {
    case listpack, ziplist, zipmap, intset
    /// Field, value, expiry in milliseconds (0: none) in turn.
    case listpackExpiring
}

/// Receives one value, part by part. What is lent is good until the call returns. `StorageError` without a file's name
/// is given the place by the reader.
package protocol RDBValueVisitor: AnyObject {
    func string(_ value: Bytes) throws(StorageError)
    /// A collection follows, up to `end`. - Parameter count: as announced where it is: elements, fields, nodes; already bounded by the file's
    /// size.
    func begin(_ type: RDBType, count: Int) throws(StorageError)
    /// Of a list, at its tail, or of a set.
    func element(_ value: Bytes) throws(StorageError)
    /// - Parameter expiry: milliseconds since 1970, or nil.
    func field(_ field: Bytes, _ value: Bytes, expiry: UInt64?) throws(StorageError)
    func member(_ member: Bytes, score: Double) throws(StorageError)
    /// The whole of a small collection, or one node of a list. Nothing of it is checked.
    func packed(_ packing: RDBPacking, _ bytes: Bytes) throws(StorageError)
    func streamNode(_ first: StreamID, _ listpack: Bytes) throws(StorageError)
    func streamInfo(_ info: RDBStreamInfo) throws(StorageError)
    /// - Parameter entriesRead: nil where it is not known.
    func group(_ name: Bytes, last: StreamID, entriesRead: Int64?) throws(StorageError)
    /// Of the last group: delivered and not acknowledged.
    func pending(_ id: StreamID, deliveredAt: UInt64, deliveries: UInt64) throws(StorageError)
    /// Of the last group. Times in milliseconds since 1970; - Parameter activeAt: nil before version 11.
    func consumer(_ name: Bytes, seenAt: UInt64, activeAt: UInt64?) throws(StorageError)
    /// Of the last consumer: one of the group's pending entries.
    func owned(_ id: StreamID) throws(StorageError)
    /// A value that only its module understands, skipped.
    func module(_ name: String) throws(StorageError)
    func end() throws(StorageError)
}

/// Of a key, before its value.
package struct RDBKey {
    /// Lent until the record's end.
    package var name: Bytes
    package var database: Int
    package var type: RDBType
    /// Milliseconds since 1970.
    package var expiry: UInt64?
    /// Seconds since the last access, under an LRU policy.
    package var idleSeconds: UInt64?
    /// The logarithmic counter, under an LFU policy.
    package var frequency: UInt8?

    /// Of the next record nothing is known yet.
    mutating func clear() {
        expiry = nil
        idleSeconds = nil
        frequency = nil
    }
}

/// Receives a dump in its order.
package protocol RDBVisitor: RDBValueVisitor {
    func version(_ version: Int) throws(StorageError)
    func auxiliary(_ name: Bytes, _ value: Bytes) throws(StorageError)
    func select(_ database: Int) throws(StorageError)
    /// Hints on the selected database's size.
    func sizes(keys: UInt64, expiring: UInt64) throws(StorageError)
    /// A library's source.
    func function(_ code: Bytes) throws(StorageError)
    /// Data of a module beside the keys, skipped.
    func moduleAuxiliary(_ name: String) throws(StorageError)
    /// The parts of one value follow, and then `endKey`.
    func beginKey(_ key: RDBKey) throws(StorageError)
    func endKey() throws(StorageError)
}
