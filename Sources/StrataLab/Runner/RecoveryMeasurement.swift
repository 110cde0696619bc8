import Glibc
import StrataDisk
import StrataSystems
import StrataWorkload

/// A log of a given size is written, the system killed, and the time to be back taken, by phase.
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
        if cell.cache == .cold { try dropCaches() }
        let timing = try system.recover()
        var findings = CellFindings()
        let seconds = Double(timing.total.wholeNanoseconds) / 1e9
        func add(_ phase: String, _ metric: String, _ value: Double?, _ unit: String) {
            findings.values.append(MetricValue(phase: phase, metric, value, unit, n: timing.entries))
        }
        for phase in timing.phases {
            add(phase.name, Metric.recoveryTime, Double(phase.duration.wholeNanoseconds) / 1e6, "ms")
        }
        add("total", Metric.recoveryTime, seconds * 1000, "ms")
        if seconds > 0 {
            add("total", Metric.recoveryRate, Double(timing.bytes) / seconds / 1e6, "MB/s")
            add("total", Metric.recoveryEntries, Double(timing.entries) / seconds, "entries/s")
        }
        add("total", Metric.logSize, Double(timing.bytes) / 1e6, "MB")
        if counters.storedBytes > 0 {
            add("total", Metric.compressionRatio, Double(counters.rawBytes) / Double(counters.storedBytes), "ratio")
        }
        // The kernel lives, so whatever was acknowledged has to be there, whatever the policy.
        if timing.entries < entries {
            findings.suspect("\(entries) acknowledged entries, \(timing.entries) recovered")
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

    /// Pages that are dirty cannot be dropped, so each file is synced first.
    private func dropCaches() throws {
        let disk = try PosixDisk(path: directory)
        for name in try disk.list() {
            let file = try disk.open(name, .readWrite, method: .fdatasync)
            try file.sync()
            (file as? PosixFile)?.dropFromPageCache()
            try file.close()
        }
    }
}
