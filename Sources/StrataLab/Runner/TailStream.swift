import StrataDisk
import StrataWorkload

/// The writes of a tail, one after the other, the same for the process that makes them and for the one that checks them:
/// updates of loaded records, each value beginning with the number of its write.
struct TailStream {
    /// Bytes of the number, little-endian; a shorter value is filled up to it.
    static let stampBytes = 8

    private let pool: ValuePool
    private var operations: OperationStream
    private let value = IOBuffer()
    /// Of the next write, from 0.
    private(set) var number: UInt64 = 0

    init(_ cell: Cell, pool: ValuePool, seed: UInt64) {
        self.pool = pool
        operations = OperationStream(
            .write, keys: cell.keys, records: UInt64(cell.records), firstInsert: UInt64(cell.records), seed: ~seed)
    }

    /// The key of the next write.
    mutating func nextKey() -> UInt64 {
        number += 1
        return operations.next().key
    }

    /// Lends the value of write `number`.
    func withValue<R>(of number: UInt64, _ body: (RawSpan) throws -> R) throws -> R {
        value.removeAll()
        pool.withValue(number) { value.append($0) }
        if value.count < Self.stampBytes { value.append(zeros: Self.stampBytes - value.count) }
        value.store(littleEndian: number, at: 0)
        return try value.withBytes(body)
    }

    /// The number of the write that `value` belongs to; nil where it is too short for one.
    static func number(of value: RawSpan) -> UInt64? {
        guard value.byteCount >= stampBytes else { return nil }
        return UInt64(littleEndian: value.unsafeLoadUnaligned(as: UInt64.self))
    }
}
