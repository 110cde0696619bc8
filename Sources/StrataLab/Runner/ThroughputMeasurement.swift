import Dispatch
import Glibc
import StrataDisk
import StrataJournal
import StrataSystems
import StrataWorkload
import Synchronization

/// Clients write through a running system for a fixed time.
struct ThroughputMeasurement {
    let cell: Cell
    let run: RunSettings
    let seed: UInt64
    let pool: ValuePool
    let clock: any MonotonicClock
    let stop: StopFlag

    /// What the system and the process had used at one moment.
    private struct Reading {
        var counters: SystemCounters
        var processor: UInt64
    }

    /// Drives `system`, which has been started, and leaves it running. Throws the first error of any client.
    func measure(_ system: any MeasuredSystem) throws -> CellFindings {
        let clients = try (0..<cell.clients).map { try system.makeClient($0) }
        let crew = Crew(count: clients.count)
        let halt = StopFlag()
        var threads: [WorkerThread] = []
        for (index, client) in clients.enumerated() {
            let seat = ClientSeat(client)
            let (cell, seed, pool, clock) = (cell, seed, pool, clock)
            threads.append(
                WorkerThread(name: "client \(index)") {
                    let window = crew.awaitStart()
                    crew.finish(
                        Result {
                            var loop = ClientLoop(
                                client: seat.client, index: index, cell: cell, pool: pool, window: window, seed: seed,
                                clock: clock, stop: halt)
                            return try loop.run()
                        }, orRaise: halt)
                })
        }
        let window = crew.start(clock: clock, run: run)
        sleep(until: window.start, halt)
        let before = Reading(counters: system.counters(), processor: ProcessorTime.nanoseconds())
        sleep(until: window.end, halt)
        let after = Reading(counters: system.counters(), processor: ProcessorTime.nanoseconds())
        for thread in threads { thread.join() }
        if stop.isRaised { throw CancellationError() }
        guard let record = try crew.merged() else { throw SystemUnsupported(reason: "a cell without clients") }
        var findings = findings(record, before, after)
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
        func add(_ metric: String, _ value: Double?, _ unit: String) {
            findings.values.append(MetricValue(metric, value, unit, n: n))
        }
        add(Metric.throughput, Double(n) / seconds, "ops/s")
        add(Metric.dataRate, Double(record.bytes) / seconds / 1e6, "MB/s")
        let histograms: [(String, LatencyHistogram?)] = [
            (Metric.latency, record.latency), (Metric.service, record.service),
        ]
        for (metric, histogram) in histograms {
            guard let histogram, histogram.count > 0 else { continue }
            findings.histograms.append((metric, histogram))
            for (stat, value) in histogram.statistics {
                findings.values.append(MetricValue(metric, stat: stat, value, "us", n: histogram.count))
            }
        }
        // Both ends of the counters are read a little late; ratios within them stay exact, so operations are theirs
        // too.
        let counters = after.counters.since(before.counters)
        let operations = counters.batchedOperations > 0 ? counters.batchedOperations : n
        if operations > 0 {
            let each = Double(operations)
            add(Metric.cpuPerOperation, Double(after.processor - before.processor) / 1000 / each, "us")
            add(Metric.syncsPerOperation, Double(counters.syncs) / each, "syncs/op")
            add(Metric.writesPerOperation, Double(counters.writes) / each, "writes/op")
            add(Metric.bytesPerOperation, Double(counters.bytesWritten) / each, "B/op")
        }
        if counters.userBytes > 0 {
            add(Metric.writeAmplification, Double(counters.bytesWritten) / Double(counters.userBytes), "ratio")
        }
        if counters.storedBytes > 0 {
            add(Metric.compressionRatio, Double(counters.rawBytes) / Double(counters.storedBytes), "ratio")
        }
        if counters.batches > 0 {
            add(Metric.batchSize, Double(counters.batchedOperations) / Double(counters.batches), "ops")
        }
        if record.service != nil { add(Metric.unsent, Double(record.unsent), "ops") }
        if let settled = SteadyState.start(of: findings.series) { add(Metric.steadyFrom, Double(settled), "ms") }
        if n == 0 { findings.suspect("no operation ended inside the measured time") }
        if record.unsent > 0 { findings.add(note: "overloaded: about \(record.unsent) arrivals were never sent") }
        return findings
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

/// A client on its way to the one thread that uses it.
private final class ClientSeat: @unchecked Sendable {
    let client: any SystemClient
    init(_ client: any SystemClient) { self.client = client }
}

/// Starts client threads together and gathers what they found.
private final class Crew: Sendable {
    private struct State {
        var window: MeasuredWindow?
        var record: ClientRecord?
        var error: (any Error)?
    }

    private let count: Int
    private let state = Mutex(State())
    private let ready = DispatchSemaphore(value: 0)
    private let go = DispatchSemaphore(value: 0)

    init(count: Int) { self.count = count }

    func awaitStart() -> MeasuredWindow {
        ready.signal()
        go.wait()
        guard let window = state.withLock({ $0.window }) else {
            preconditionFailure("started before the window was set")
        }
        return window
    }

    /// Waits until all threads run, and lets them go.
    func start(clock: any MonotonicClock, run: RunSettings) -> MeasuredWindow {
        for _ in 0..<count { ready.wait() }
        let window = MeasuredWindow(
            origin: clock.nanoseconds(), warmupSeconds: run.warmupSeconds, seconds: run.seconds)
        state.withLock { $0.window = window }
        for _ in 0..<count { go.signal() }
        return window
    }

    /// Adds up right away, so that only two records are in memory per running merge.
    func finish(_ result: Result<ClientRecord, any Error>, orRaise halt: StopFlag) {
        state.withLock { state in
            switch result {
            case .success(let record):
                if state.record == nil { state.record = record } else { state.record?.merge(record) }
            case .failure(let error):
                if state.error == nil { state.error = error }
                halt.raise()
            }
        }
    }

    func merged() throws -> ClientRecord? {
        try state.withLock { state in
            if let error = state.error { throw error }
            return state.record
        }
    }
}

extension SystemCounters {
    /// What was added after `earlier`.
    func since(_ earlier: SystemCounters) -> SystemCounters {
        var difference = SystemCounters()
        difference.userBytes = userBytes &- earlier.userBytes
        difference.bytesWritten = bytesWritten &- earlier.bytesWritten
        difference.writes = writes &- earlier.writes
        difference.syncs = syncs &- earlier.syncs
        difference.batches = batches &- earlier.batches
        difference.batchedOperations = batchedOperations &- earlier.batchedOperations
        difference.rawBytes = rawBytes &- earlier.rawBytes
        difference.storedBytes = storedBytes &- earlier.storedBytes
        return difference
    }
}
