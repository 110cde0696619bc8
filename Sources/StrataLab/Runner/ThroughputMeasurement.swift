import Glibc
import StrataDisk
import StrataSystems
import StrataWorkload

/// Clients work with a running system for a fixed time.
struct ThroughputMeasurement {
    let cell: Cell
    let run: RunSettings
    let seed: UInt64
    let pool: ValuePool
    let clock: any MonotonicClock
    let stop: StopFlag
    /// Number of the first record that clients may insert.
    var firstInsert: UInt64 = 0
    /// An empty place on the measured device, for what background work makes.
    var scratch = ""
    /// What stands between a client's thread and the system's client.
    var wrap: (any SystemClient) -> any SystemClient = { $0 }
    /// Told of the measured time when clients start.
    var onStart: (MeasuredWindow) -> Void = { _ in }

    /// What the system and the process had used at one moment.
    private struct Reading {
        var counters: SystemCounters
        var processor: UInt64
    }

    /// Drives `system`, which has been started, and leaves it running. Throws the first error of any client.
    func measure(_ system: any MeasuredSystem) throws -> CellFindings {
        let clients = try (0..<cell.clients).map { wrap(try system.makeClient($0)) }
        let snapshots = try SnapshotLoop(cell.background, of: system, below: scratch, clock: clock)
        defer { snapshots?.end() }
        let crew = ClientCrew(count: clients.count)
        let halt = StopFlag()
        var threads: [WorkerThread] = []
        for (index, client) in clients.enumerated() {
            let (cell, seed, clock) = (cell, seed, clock)
            let work = ClientWork(
                client: client, index: index, cell: cell, pool: pool, firstInsert: firstInsert, seed: seed)
            let seat = ClientSeat(work)
            threads.append(
                WorkerThread(name: "client \(index)") {
                    let window = crew.awaitStart()
                    crew.finish(
                        Result {
                            var loop = ClientLoop(
                                seat.work, index: index, cell: cell, window: window, seed: seed, clock: clock,
                                stop: halt)
                            return try loop.run()
                        }, orRaise: halt)
                })
        }
        let window = crew.start(clock: clock, run: run)
        onStart(window)
        sleep(until: window.start, halt)
        let before = Reading(counters: system.counters(), processor: ProcessorTime.nanoseconds())
        sleep(until: window.end, halt)
        let after = Reading(counters: system.counters(), processor: ProcessorTime.nanoseconds())
        for thread in threads { thread.join() }
        snapshots?.end()
        if stop.isRaised { throw CancellationError() }
        guard let record = try crew.merged() else { throw SystemUnsupported(reason: "a cell without clients") }
        var findings = findings(record, before, after)
        try snapshots?.report(window, into: &findings)
        check(system, record, &findings)
        return findings
    }

    /// Waits in steps, so that a signal reaches the clients soon.
    private func sleep(until time: UInt64, _ halt: StopFlag) {
        while !halt.isRaised {
            if stop.isRaised { halt.raise() }
            let now = clock.nanoseconds()
            guard now < time else { return }
            var rest = timespec(tv_sec: 0, tv_nsec: Int(min(time - now, 50_000_000)))
            nanosleep(&rest, nil)
        }
    }

    private func findings(_ record: ClientRecord, _ before: Reading, _ after: Reading) -> CellFindings {
        var findings = CellFindings()
        let seconds = record.window.seconds
        let n = record.operations
        findings.series = record.series.finish()
        findings.add(Metric.throughput, Double(n) / seconds, "ops/s", n: n)
        findings.add(Metric.dataRate, Double(record.bytes) / seconds / 1e6, "MB/s", n: n)
        findings.add(Metric.latency, record.latency)
        if let service = record.service { findings.add(Metric.service, service) }
        for kind in OperationKind.allCases {
            guard let histogram = record.byKind[kind.index] else { continue }
            let operations = record.operationsByKind[kind.index]
            findings.add(phase: kind.rawValue, Metric.throughput, Double(operations) / seconds, "ops/s", n: operations)
            findings.add(phase: kind.rawValue, Metric.latency, histogram)
        }
        price(record, before, after, &findings)
        if record.service != nil { findings.add(Metric.unsent, Double(record.unsent), "ops", n: n) }
        if let settled = SteadyState.start(of: findings.series) {
            findings.add(Metric.steadyFrom, Double(settled), "ms", n: n)
        }
        if n == 0 { findings.suspect("no operation ended inside the measured time") }
        if record.unsent > 0 { findings.add(note: "overloaded: about \(record.unsent) arrivals were never sent") }
        if cell.records > 0 {
            findings.add(Metric.misses, Double(record.misses), "ops", n: n)
            if record.misses > 0 { findings.suspect("\(record.misses) reads found nothing of a key that was written") }
        }
        return findings
    }

    /// What operations cost besides time. Both ends of the counters are read a little late; ratios within them stay exact, so
    /// writes are theirs too.
    private func price(
        _ record: ClientRecord, _ before: Reading, _ after: Reading, _ findings: inout CellFindings
    ) {
        let n = record.operations
        let counters = after.counters.since(before.counters)
        let reads = cell.mix.shares.contains { !$0.kind.writes }
        let writes = counters.batchedOperations > 0 ? counters.batchedOperations : reads ? 0 : n
        let operations = reads ? n : writes
        func each(_ total: UInt64?, of count: UInt64, _ metric: String, _ unit: String, per scale: Double = 1) {
            guard let total, count > 0 else { return }
            findings.add(metric, Double(total) / scale / Double(count), unit, n: n)
        }
        each(after.processor - before.processor, of: operations, Metric.cpuPerOperation, "us", per: 1000)
        each(counters.syncs, of: writes, Metric.syncsPerOperation, "syncs/op")
        each(counters.writes, of: writes, Metric.writesPerOperation, "writes/op")
        each(counters.bytesWritten, of: writes, Metric.bytesPerOperation, "B/op")
        each(counters.bytesWritten, of: counters.userBytes, Metric.writeAmplification, "ratio")
        each(counters.rawBytes, of: counters.storedBytes, Metric.compressionRatio, "ratio")
        each(counters.batchedOperations, of: counters.batches, Metric.batchSize, "ops")
        each(counters.queueWaitNanoseconds, of: counters.batches, Metric.queueWait, "us", per: 1000)
        each(counters.commitNanoseconds, of: counters.batches, Metric.commitTime, "us", per: 1000)
    }

    /// Every acknowledged operation must be in the system's own counters. They may lag behind an acknowledgement by the
    /// time a commit thread takes to add up, so they get a second.
    private func check(_ system: any MeasuredSystem, _ record: ClientRecord, _ findings: inout CellFindings) {
        var counters = system.counters()
        let patience = clock.nanoseconds() + 1_000_000_000
        while !accounts(counters, for: record), clock.nanoseconds() < patience {
            var rest = timespec(tv_sec: 0, tv_nsec: 5_000_000)
            nanosleep(&rest, nil)
            counters = system.counters()
        }
        guard !accounts(counters, for: record) else { return }
        findings.suspect(
            "clients saw \(record.acknowledged) acknowledged writes of \(record.acknowledgedBytes) bytes, "
                + "the system counts \(counters.batchedOperations) of \(counters.userBytes) bytes")
    }

    private func accounts(_ counters: SystemCounters, for record: ClientRecord) -> Bool {
        counters.userBytes >= record.acknowledgedBytes
            // A system without batches counts no operations.
            && (counters.batches == 0 || counters.batchedOperations >= record.acknowledged)
    }
}
