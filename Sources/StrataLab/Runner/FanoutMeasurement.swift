import Glibc
import StrataDisk
import StrataSystems
import StrataWorkload

/// Clients write, and watchers are told: what the watchers cost the writers, and how late the news is.
///
/// Watcher i watches record i of the cell's records, counted round them; without records, every key.
struct FanoutMeasurement {
    let clients: ThroughputMeasurement

    /// How long the last events are waited for.
    private static let patience: UInt64 = 5_000_000_000

    /// Drives `system`, which has been started, and leaves it running.
    func measure(_ system: any MeasuredSystem) throws -> CellFindings {
        let cell = clients.cell
        guard cell.valueBytes >= StampingClient.stampBytes else {
            throw SystemUnsupported(
                reason: "values hold a number of \(StampingClient.stampBytes) bytes in this measure")
        }
        let ledger = DeliveryLedger()
        let order = cell.keyOrder
        let records = UInt64(cell.records)
        let key = { (watcher: Int) -> UInt64? in records > 0 ? order.key(of: UInt64(watcher) % records) : nil }
        var crew: WatchCrew?
        if cell.watchers > 0 {
            guard let source = system as? any WatchSource else {
                throw SystemUnsupported(reason: "\(system.description.name) has no watchers")
            }
            crew = try WatchCrew(source, watchers: cell.watchers, key: key, ledger: ledger, clock: clients.clock)
        }
        defer { _ = try? crew?.finish() }
        var writers: [StampingClient] = []
        var driven = clients
        driven.wrap = { client in
            let writer = StampingClient(client, ledger, clock: clients.clock)
            writers.append(writer)
            return writer
        }
        driven.onStart = { crew?.time($0) }
        var findings = try driven.measure(system)
        guard let crew else { return findings }
        let expected = expectedEvents(writers.map(\.count), key: key)
        let missing = try waitFor(expected, of: crew)
        report(try crew.finish(), missing: missing, into: &findings)
        return findings
    }

    /// Every write of every client, once for each watcher of its key.
    private func expectedEvents(_ writes: [UInt64], key: (Int) -> UInt64?) -> UInt64 {
        let cell = clients.cell
        guard cell.records > 0 else { return writes.reduce(0, +) * UInt64(cell.watchers) }
        var watchers: [UInt64: UInt64] = [:]
        for watcher in 0..<cell.watchers { watchers[key(watcher) ?? 0, default: 0] += 1 }
        var expected: UInt64 = 0
        for (index, count) in writes.enumerated() {
            // The same stream again: its client was not slowed by counting.
            var stream = ClientWork.stream(
                cell, client: index, firstInsert: clients.firstInsert, seed: clients.seed)
            for _ in 0..<count { expected += watchers[stream.next().key] ?? 0 }
        }
        return expected
    }

    /// Returns how many events have not arrived in time.
    private func waitFor(_ expected: UInt64, of crew: WatchCrew) throws -> UInt64 {
        let end = clients.clock.nanoseconds() + Self.patience
        while crew.events < expected, !crew.hasFailed, clients.clock.nanoseconds() < end {
            if clients.stop.isRaised { throw CancellationError() }
            var rest = timespec(tv_sec: 0, tv_nsec: 2_000_000)
            nanosleep(&rest, nil)
        }
        return expected - min(expected, crew.events)
    }

    private func report(_ record: WatchCrew.Record, missing: UInt64, into findings: inout CellFindings) {
        let n = record.events
        findings.add(Metric.events, Double(record.measured) / clients.run.seconds, "events/s", n: n)
        findings.add(Metric.delivery, record.delivery)
        findings.add(Metric.eventLatency, record.latency)
        findings.add(Metric.lagged, Double(record.lagged), "watchers", n: n)
        findings.add(Metric.undelivered, Double(missing), "events", n: n)
        findings.add(Metric.untimed, Double(record.untimed), "events", n: n)
        if missing > 0 { findings.add(note: "\(missing) events had not arrived 5 s after the last write") }
    }
}
