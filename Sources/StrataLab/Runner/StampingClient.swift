import StrataDisk
import StrataSystems

/// A client whose values begin with the number of their write in a ledger: eight bytes, little-endian.
final class StampingClient: SystemClient {
    /// Bytes of the number.
    static let stampBytes = 8

    private let inner: any SystemClient
    private let ledger: DeliveryLedger
    private let clock: any MonotonicClock
    private let buffer = IOBuffer()
    /// Writes begun.
    private(set) var count: UInt64 = 0
    /// In flight, oldest first.
    private var pending: [(ticket: UInt64, number: UInt64)] = []

    init(_ inner: any SystemClient, _ ledger: DeliveryLedger, clock: any MonotonicClock) {
        self.inner = inner
        self.ledger = ledger
        self.clock = clock
    }

    private func stamp(_ value: RawSpan) -> UInt64 {
        let number = ledger.begin(at: clock.nanoseconds())
        count += 1
        buffer.removeAll()
        buffer.append(value)
        buffer.store(littleEndian: number, at: 0)
        return number
    }

    func write(key: UInt64, value: RawSpan) throws {
        let number = stamp(value)
        let inner = inner
        try buffer.withBytes { bytes throws in try inner.write(key: key, value: bytes) }
        ledger.acknowledge(number, at: clock.nanoseconds())
    }

    func submit(key: UInt64, value: RawSpan) throws -> UInt64 {
        let number = stamp(value)
        let inner = inner
        let ticket = try buffer.withBytes { bytes throws in try inner.submit(key: key, value: bytes) }
        pending.append((ticket, number))
        return ticket
    }

    func wait(through ticket: UInt64) throws -> UInt64 {
        let newest = try inner.wait(through: ticket)
        let now = clock.nanoseconds()
        let done = pending.firstIndex { $0.ticket > newest } ?? pending.count
        for write in pending[..<done] { ledger.acknowledge(write.number, at: now) }
        pending.removeFirst(done)
        return newest
    }
}
