import StrataDisk
import StrataSystems
import Synchronization

/// Threads that receive the events of watchers, and what they have seen.
final class WatchCrew: Sendable {
    /// Of all threads together.
    struct Record {
        /// Since the start, and inside the measured time.
        var events: UInt64 = 0
        var measured: UInt64 = 0
        /// Events whose write was forgotten.
        var untimed: UInt64 = 0
        /// The most watchers that were behind at one time.
        var lagged = 0
        var delivery = LatencyHistogram()
        var latency = LatencyHistogram()

        mutating func merge(_ other: Record) {
            events += other.events
            measured += other.measured
            untimed += other.untimed
            lagged += other.lagged
            delivery.merge(other.delivery)
            latency.merge(other.latency)
        }
    }

    private struct State {
        var record = Record()
        var error: (any Error)?
        var threads: [WorkerThread] = []
    }

    private let halt = StopFlag()
    private let received = Atomic<UInt64>(0)
    private let state = Mutex(State())
    private let ledger: DeliveryLedger
    private let clock: any MonotonicClock
    /// The measured time, once it is known.
    private let start = Atomic<UInt64>(.max)
    private let end = Atomic<UInt64>(.max)

    /// Opens `watchers` on `source`, spread over a few streams, each with its thread. `key` gives the key that a watcher watches.
    init(
        _ source: any WatchSource, watchers: Int, key: (Int) -> UInt64?, ledger: DeliveryLedger,
        clock: any MonotonicClock
    ) throws {
        self.ledger = ledger
        self.clock = clock
        let count = min(watchers, Self.streams)
        let receivers = try (0..<count).map { stream in
            try source.watch(stride(from: stream, to: watchers, by: count).map(key))
        }
        let threads = receivers.enumerated().map { index, receiver in
            let seat = WatchSeat(receiver)
            return WorkerThread(name: "watchers \(index)") { [self] in receive(seat.receiver) }
        }
        state.withLock { $0.threads = threads }
    }

    /// Connections that share the watchers: a server would have more, and more processors.
    private static let streams = 2

    /// Events of writes that begin inside `window` are timed from here on.
    func time(_ window: MeasuredWindow) {
        end.store(window.end, ordering: .relaxed)
        start.store(window.start, ordering: .releasing)
    }

    /// Events received by now.
    var events: UInt64 { received.load(ordering: .relaxed) }
    var hasFailed: Bool { state.withLock { $0.error != nil } }

    private func receive(_ receiver: any WatchReceiver) {
        var record = Record()
        defer {
            receiver.close()
            state.withLock { $0.record.merge(record) }
        }
        let (ledger, clock) = (ledger, clock)
        do {
            while !halt.isRaised {
                var now: UInt64 = 0
                let start = start.load(ordering: .acquiring)
                let window = start..<max(start, end.load(ordering: .relaxed))
                let count = try receiver.receive(atMost: 20_000_000) { value in
                    // Read once a batch: all of it has arrived by now.
                    if now == 0 { now = clock.nanoseconds() }
                    if window.contains(now) { record.measured += 1 }
                    guard value.byteCount >= StampingClient.stampBytes else { return }
                    let number = UInt64(littleEndian: value.unsafeLoadUnaligned(as: UInt64.self))
                    guard let times = ledger.times(of: number) else {
                        record.untimed += 1
                        return
                    }
                    guard window.contains(times.began) else { return }
                    record.latency.record(nanoseconds: now &- min(now, times.began))
                    let isAcknowledged = times.acknowledged > 0 && times.acknowledged < now
                    record.delivery.record(nanoseconds: isAcknowledged ? now - times.acknowledged : 0)
                }
                record.events += UInt64(count)
                received.add(UInt64(count), ordering: .relaxed)
                if count > 0 { record.lagged = max(record.lagged, receiver.lagged) }
            }
        } catch {
            state.withLock { if $0.error == nil { $0.error = error } }
        }
    }

    /// Idempotent: ends the threads and returns what they have seen. Throws the first error of any.
    func finish() throws -> Record {
        halt.raise()
        let threads = state.withLock { state in
            defer { state.threads = [] }
            return state.threads
        }
        for thread in threads { thread.join() }
        let (record, error) = state.withLock { ($0.record, $0.error) }
        if let error { throw error }
        return record
    }
}

/// A receiver on its way to the one thread that uses it.
private final class WatchSeat: @unchecked Sendable {
    let receiver: any WatchReceiver
    init(_ receiver: any WatchReceiver) { self.receiver = receiver }
}
