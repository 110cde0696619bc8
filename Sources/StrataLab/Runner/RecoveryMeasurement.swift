import StrataDisk
import StrataSystems
import StrataWorkload

/// A log of a given size is written in this process, the system killed, and the time to be back taken, by phase. For systems
/// without keys; stores with keys are killed in a process of their own (`KilledStoreMeasurement`).
struct RecoveryMeasurement {
    let cell: Cell
    let pool: ValuePool
    let directory: String
    let clock: any MonotonicClock
    let stop: StopFlag

    /// Writes in flight while the log is made: its size is what matters, so the fastest way there.
    private static let window = 1024

    /// `system` has been started; when this returns it has been killed and recovered.
    func measure(_ system: any MeasuredSystem) throws -> CellFindings {
        let entries = try writeLog(system)
        let counters = system.counters()
        system.kill()
        if cell.cache == .cold { try PageCache.drop(directory) }
        let timing = try system.recover()
        var findings = CellFindings()
        findings.add(timing, total: timing.total)
        if counters.storedBytes > 0 {
            findings.add(
                phase: "total", Metric.compressionRatio, Double(counters.rawBytes) / Double(counters.storedBytes),
                "ratio",
                n: timing.entries)
        }
        // The kernel lives, so whatever was acknowledged has to be there, whatever the policy.
        if let recovered = timing.entries, recovered < entries {
            findings.suspect("\(entries) acknowledged entries, \(recovered) recovered")
        }
        return findings
    }

    /// Returns how many values it wrote: all of them acknowledged.
    private func writeLog(_ system: any MeasuredSystem) throws -> UInt64 {
        let client = try system.makeClient(0)
        var written = 0
        var count: UInt64 = 0
        var tickets: [UInt64] = []
        tickets.reserveCapacity(Self.window)
        while written < cell.logBytes {
            if stop.isRaised { throw CancellationError() }
            let ticket = try pool.withValue(count) { value throws -> UInt64 in
                written += max(1, value.byteCount)
                return try client.submit(key: count, value: value)
            }
            count += 1
            tickets.append(ticket)
            if tickets.count == Self.window {
                // The older half: the newer one keeps the system busy meanwhile.
                let acknowledged = try client.wait(through: tickets[Self.window / 2 - 1])
                tickets.removeAll { $0 <= acknowledged }
            }
        }
        if let last = tickets.last { _ = try client.wait(through: last) }
        return count
    }
}
