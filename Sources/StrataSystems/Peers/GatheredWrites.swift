import StrataDisk

/// Copies of a client's writes in flight, until one transaction takes them all. Memory is kept when it is emptied.
struct GatheredWrites: ~Copyable {
    private var keys: [UInt64] = []
    private var lengths: [Int] = []
    private let bytes = IOBuffer()
    /// Of the newest write.
    private(set) var lastTicket: UInt64 = 0

    var count: Int { keys.count }
    var byteCount: Int { bytes.count }

    /// Returns the write's ticket.
    mutating func append(key: UInt64, value: RawSpan) -> UInt64 {
        keys.append(key)
        lengths.append(value.byteCount)
        bytes.append(value)
        lastTicket += 1
        return lastTicket
    }

    mutating func removeAll() {
        keys.removeAll(keepingCapacity: true)
        lengths.removeAll(keepingCapacity: true)
        bytes.removeAll()
    }

    func forEach(_ body: (_ key: UInt64, _ value: RawSpan) throws -> Void) throws {
        try bytes.withBytes { all throws in
            var start = 0
            for (key, length) in zip(keys, lengths) {
                try body(key, all.extracting(start..<start + length))
                start += length
            }
        }
    }
}
