import StrataDisk
import StrataSystems
import StrataWorkload

/// One client's operations, and how each is carried out. Allocates nothing for an operation.
struct ClientWork {
    typealias Operation = OperationStream.Operation

    /// What one operation came to.
    struct Outcome {
        var kind: OperationKind
        /// Bytes of values, read and written.
        var bytes = 0
        /// Those written.
        var written = 0
        /// Whether a key was not there.
        var isMiss = false
    }

    private let client: any SystemClient
    private let pool: ValuePool
    private let depth: UInt64
    private var stream: OperationStream
    private var nextValue: UInt64
    /// What was read last, a little of it: reading a value means to look at it.
    private var witness: UInt8 = 0

    init(client: any SystemClient, index: Int, cell: Cell, pool: ValuePool, firstInsert: UInt64, seed: UInt64) {
        self.client = client
        self.pool = pool
        depth = UInt64(cell.depth)
        stream = Self.stream(cell, client: index, firstInsert: firstInsert, seed: seed)
        // Clients start at different places, so that they do not send the same bytes at the same time.
        nextValue = UInt64(pool.count) * UInt64(index) / UInt64(cell.clients)
    }

    /// The operations of client `index`, from the first.
    static func stream(_ cell: Cell, client index: Int, firstInsert: UInt64, seed: UInt64) -> OperationStream {
        // Not the seed itself: arrivals are drawn from that.
        OperationStream(
            cell.mix, keys: cell.keys, records: UInt64(cell.records), firstInsert: firstInsert, client: index,
            clients: cell.clients, seed: ~seed)
    }

    @inline(__always)
    mutating func next() -> Operation { stream.next() }

    /// Carries `operation` out and returns when it has ended.
    @inline(__always)
    mutating func perform(_ operation: Operation) throws -> Outcome {
        var outcome = Outcome(kind: operation.kind)
        switch operation.kind {
        case .update: try write(operation, &outcome)
        case .insert:
            try write(operation, &outcome)
            stream.acknowledgeInsert()
        case .read: try read(operation, &outcome)
        case .readModifyWrite:
            try read(operation, &outcome)
            try write(operation, &outcome)
        case .scan: try scan(operation, &outcome)
        }
        return outcome
    }

    /// Hands a write over without waiting for it. What is no plain write has ended on return.
    @inline(__always)
    mutating func submit(_ operation: Operation) throws -> (ticket: UInt64?, outcome: Outcome) {
        guard operation.kind == .update || operation.kind == .insert else { return (nil, try perform(operation)) }
        var outcome = Outcome(kind: operation.kind)
        let client = client
        let ticket = try pool.withValue(nextValue) { value throws -> UInt64 in
            outcome.written = value.byteCount
            return try client.submit(key: operation.key, value: value)
        }
        nextValue &+= 1
        outcome.bytes = outcome.written
        return (ticket, outcome)
    }

    /// Returns the newest acknowledged ticket, which is `ticket` or later.
    @inline(__always)
    func wait(through ticket: UInt64) throws -> UInt64 { try client.wait(through: ticket) }

    /// The write that was submitted first among those not yet acknowledged now is.
    @inline(__always)
    mutating func acknowledge(_ kind: OperationKind) {
        if kind == .insert { stream.acknowledgeInsert() }
    }

    @inline(__always)
    private mutating func write(_ operation: Operation, _ outcome: inout Outcome) throws {
        let client = client
        let bytes = try pool.withValue(nextValue) { value throws -> Int in
            try client.write(key: operation.key, value: value)
            return value.byteCount
        }
        nextValue &+= 1
        outcome.written = bytes
        outcome.bytes += bytes
    }

    private mutating func read(_ operation: Operation, _ outcome: inout Outcome) throws {
        var bytes = 0
        var seen: UInt8 = 0
        let look = { (value: RawSpan) in
            bytes = value.byteCount
            seen = Self.look(at: value)
        }
        let found =
            depth == 0
            ? try client.read(key: operation.key, look)
            : try client.readPast(key: operation.key, depth: depth, look)
        witness &+= seen
        outcome.bytes += bytes
        outcome.isMiss = !found
    }

    private mutating func scan(_ operation: Operation, _ outcome: inout Outcome) throws {
        var bytes = 0
        var seen: UInt8 = 0
        let count = try client.scan(from: operation.key, count: operation.count) { value in
            bytes &+= value.byteCount
            seen &+= Self.look(at: value)
        }
        witness &+= seen
        outcome.bytes = bytes
        // Past the last key there is nothing; the key itself is there.
        outcome.isMiss = count == 0
    }

    /// One byte of each page, and the last: what a system lends without touching has not been read.
    @inline(__always)
    private static func look(at value: RawSpan) -> UInt8 {
        guard value.byteCount > 0 else { return 0 }
        var sum = value.unsafeLoad(fromByteOffset: value.byteCount - 1, as: UInt8.self)
        var offset = 0
        while offset < value.byteCount {
            sum &+= value.unsafeLoad(fromByteOffset: offset, as: UInt8.self)
            offset += 4096
        }
        return sum
    }
}
