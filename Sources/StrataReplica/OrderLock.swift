import StrataDisk
import Synchronization

/// The lock of the order: held for some microseconds at a time, by writers who come in herds when a sync is done.
///
/// Falling asleep and being woken costs more than one holder takes: 64 blocking writers on two processors switched threads 1.9
/// times for each put, where once is what waiting for the sync needs. So whoever finds it held first looks on for a while.
package struct OrderLock<Value>: ~Copyable, Sendable {
    private let mutex: BargingMutex<Value>
    /// A hint that can be polled without disturbing the holder.
    private let isHeld = Atomic(false)

    /// Longest time to look on, in nanoseconds: some holders' worth. A holder that was preempted takes longer anyway.
    private static var patience: UInt64 { 20_000 }

    package init(_ value: Value) { mutex = BargingMutex(value) }

    package func withLock<R, E: Error>(_ body: (inout Value) throws(E) -> R) throws(E) -> R {
        if isHeld.load(ordering: .relaxed) { lookOn() }
        return try mutex.withLock { (value) throws(E) -> R in
            isHeld.store(true, ordering: .relaxed)
            defer { isHeld.store(false, ordering: .relaxed) }
            return try body(&value)
        }
    }

    @inline(never)
    private func lookOn() {
        let clock = SystemClock()
        let limit = clock.nanoseconds() + Self.patience
        while isHeld.load(ordering: .relaxed), clock.nanoseconds() < limit {}
    }
}
