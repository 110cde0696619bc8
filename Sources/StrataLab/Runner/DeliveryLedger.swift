import Synchronization

/// When each write began and when it was acknowledged, for those that hear of it later. Writes are numbered from 1; the ledger
/// keeps the newest `capacity` of them. Any number of threads; a write is entered by one.
final class DeliveryLedger: @unchecked Sendable {
    /// 2^20: at a million writes a second, events may come a second late and still be timed.
    static let capacity = 1 << 20

    private struct Entry: ~Copyable {
        let number = Atomic<UInt64>(0)
        let began = Atomic<UInt64>(0)
        /// 0 until it is acknowledged.
        let acknowledged = Atomic<UInt64>(0)
    }

    struct Times {
        var began: UInt64
        var acknowledged: UInt64
    }

    private let entries: UnsafeMutablePointer<Entry>
    private let newest = Atomic<UInt64>(0)

    init() {
        entries = .allocate(capacity: Self.capacity)
        for index in 0..<Self.capacity { (entries + index).initialize(to: Entry()) }
    }

    deinit {
        entries.deinitialize(count: Self.capacity)
        entries.deallocate()
    }

    /// Writes begun.
    var count: UInt64 { newest.load(ordering: .relaxed) }

    /// The number of a write that begins now.
    func begin(at time: UInt64) -> UInt64 {
        let number = newest.add(1, ordering: .relaxed).newValue
        let entry = entries + slot(number)
        entry.pointee.number.store(0, ordering: .relaxed)
        entry.pointee.began.store(time, ordering: .relaxed)
        entry.pointee.acknowledged.store(0, ordering: .relaxed)
        entry.pointee.number.store(number, ordering: .releasing)
        return number
    }

    func acknowledge(_ number: UInt64, at time: UInt64) {
        let entry = entries + slot(number)
        guard entry.pointee.number.load(ordering: .relaxed) == number else { return }
        entry.pointee.acknowledged.store(time, ordering: .relaxed)
    }

    /// Nil where the write is forgotten.
    func times(of number: UInt64) -> Times? {
        let entry = entries + slot(number)
        guard entry.pointee.number.load(ordering: .acquiring) == number else { return nil }
        return Times(
            began: entry.pointee.began.load(ordering: .relaxed),
            acknowledged: entry.pointee.acknowledged.load(ordering: .relaxed))
    }

    @inline(__always)
    private func slot(_ number: UInt64) -> Int { Int(number) & (Self.capacity - 1) }
}
