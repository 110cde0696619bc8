import StrataDisk
import Synchronization

/// Time that moves only when told to: by a test, or by a `SimulatedDisk` with a `DeviceModel`.
package final class SimulatedClock: MonotonicClock {
    private let now: Atomic<UInt64>

    package init(startingAt nanoseconds: UInt64 = 0) { now = Atomic(nanoseconds) }

    package func nanoseconds() -> UInt64 { now.load(ordering: .acquiring) }

    package func advance(by nanoseconds: UInt64) { now.wrappingAdd(nanoseconds, ordering: .acquiringAndReleasing) }

    package func advance(by duration: Duration) {
        precondition(duration >= .zero, "time does not run backwards")
        let (seconds, attoseconds) = duration.components
        advance(by: UInt64(seconds) * 1_000_000_000 + UInt64(attoseconds / 1_000_000_000))
    }
}
