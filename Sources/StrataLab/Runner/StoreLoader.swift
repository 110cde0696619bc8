import StrataDisk
import StrataSystems
import StrataWorkload

/// Fills a running system with the records of a cell, as fast as its asynchronous interface goes.
struct StoreLoader {
    let records: UInt64
    /// Updates after the records: how far back reads may go.
    let history: UInt64
    let order: KeyOrder
    let pool: ValuePool
    let seed: UInt64
    let clock: any MonotonicClock
    let stop: StopFlag
    /// Told how far it is, about once a second.
    let say: (String) -> Void

    /// Writes in flight: half a window of them makes one batch or transaction of a library.
    private static let window = 4096

    /// Returns when every write is acknowledged, with the records and updates written a second. Throws `CancellationError`
    /// when stopped.
    func load(_ system: any MeasuredSystem) throws -> Double {
        let client = try system.makeClient(0)
        var random = SeededRandom(seed: seed, stream: 0x6C6F_6164)
        let total = records + history
        var tickets: [UInt64] = []
        tickets.reserveCapacity(Self.window)
        let began = clock.nanoseconds()
        var told = began
        for number in 0..<total {
            let record = number < records ? number : random.below(records)
            let key = order.key(of: record)
            tickets.append(try pool.withValue(number) { value throws in try client.submit(key: key, value: value) })
            guard tickets.count == Self.window else { continue }
            // The older half: the newer one keeps the system busy meanwhile.
            let acknowledged = try client.wait(through: tickets[Self.window / 2 - 1])
            tickets.removeAll { $0 <= acknowledged }
            if stop.isRaised { throw CancellationError() }
            let now = clock.nanoseconds()
            if now - told > 1_000_000_000 {
                told = now
                tell(number, of: total, seconds: Double(now - began) / 1e9, system)
            }
        }
        if let last = tickets.last { _ = try client.wait(through: last) }
        return Double(total) / max(1e-9, Double(clock.nanoseconds() - began) / 1e9)
    }

    private func tell(_ done: UInt64, of total: UInt64, seconds: Double, _ system: any MeasuredSystem) {
        let left = ProgressLine.clock(seconds / Double(done) * Double(total - done))
        say(
            "loading \(system.description.name): \(ShownText.number(Double(done))) of "
                + "\(ShownText.number(Double(total))) writes, \(left) left")
    }

    /// Whether the system holds the records; false for one that keeps nothing over its lives. Throws `SystemUnsupported` for a
    /// system that has no reads, which therefore needs no load either.
    func isLoaded(_ system: any MeasuredSystem) throws -> Bool {
        let client = try system.makeClient(0)
        for number in [0, records / 2, records - 1] {
            guard try client.read(key: order.key(of: number), { _ in }) else { return false }
        }
        return true
    }
}
