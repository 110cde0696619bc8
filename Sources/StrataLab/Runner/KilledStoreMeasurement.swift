import Foundation
import Glibc
import StrataDisk
import StrataSystems
import StrataWorkload

/// A loaded store in a process of its own, which writes the tail of a log and is killed with SIGKILL in mid-write; then the
/// time until this process reads the last acknowledged value from it, by phase. Every acknowledged write is looked for
/// afterwards. The store is left settled, with the tail in it.
struct KilledStoreMeasurement {
    let cell: Cell
    let seed: UInt64
    let pool: ValuePool
    /// Its directory is the loaded store.
    let configuration: SystemConfiguration
    let factory: SystemFactory
    let child: ChildProgram?
    let clock: any MonotonicClock
    let stop: StopFlag

    func measure() throws -> CellFindings {
        guard let child else { throw SystemUnsupported(reason: "this build has no program to kill") }
        let killed = try writeTail(child)
        let audit = TailAudit(
            TailStream(cell, pool: pool, seed: seed), acknowledged: killed.acknowledged, submitted: killed.submitted)
        if cell.cache == .cold { try PageCache.drop(configuration.directory) }
        let system = try factory(cell.system, configuration)
        var findings: CellFindings
        do {
            findings = try recover(system, audit)
            findings.add(
                phase: "tail", Metric.logSize, Double(killed.bytes) / 1e6, "MB", n: killed.acknowledged)
            try look(system, audit, &findings)
            try system.settle()
        } catch {
            system.kill()
            throw error
        }
        findings.system = system.description
        try system.stop()
        return findings
    }

    private struct Killed {
        var acknowledged: UInt64
        var submitted: UInt64
        /// Of acknowledged values.
        var bytes: UInt64
    }

    /// Returns when the child is dead and gone. The kernel lives, so what the child had given it is still there.
    private func writeTail(_ program: ChildProgram) throws -> Killed {
        let orderFile = configuration.directory + ".order"
        let progressFile = configuration.directory + ".progress"
        let errorFile = configuration.directory + ".error"
        let messages = configuration.directory + ".messages"
        let files = [orderFile, progressFile, errorFile, messages]
        for file in files { try? FileManager.default.removeItem(atPath: file) }
        defer { for file in files { try? FileManager.default.removeItem(atPath: file) } }
        try TailOrder(
            cell, directory: configuration.directory, seed: seed, progressFile: progressFile, errorFile: errorFile
        ).write(to: orderFile)
        let progress = try TailProgress(path: progressFile)
        let process = try ChildProcess(program, argument: orderFile, messages: messages)
        defer { process.kill() }
        while !progress.isReady || progress.acknowledgedBytes < UInt64(cell.logBytes) {
            if stop.isRaised { throw CancellationError() }
            if process.hasEnded() { throw failure(errorFile, messages) }
            var rest = timespec(tv_sec: 0, tv_nsec: 500_000)
            nanosleep(&rest, nil)
        }
        process.kill()
        // In this order: a write is submitted before it is acknowledged.
        let acknowledged = progress.acknowledged
        return Killed(
            acknowledged: acknowledged, submitted: max(acknowledged, progress.submitted),
            bytes: progress.acknowledgedBytes)
    }

    /// Why the child has ended: its own reason, or the last thing that was said in it.
    private func failure(_ errorFile: String, _ messages: String) -> any Error {
        func contents(_ path: String) -> String? { try? String(contentsOfFile: path, encoding: .utf8) }
        let last = contents(messages)?.split(separator: "\n").last.map(String.init)
        let text = contents(errorFile) ?? last ?? "it ended without a word"
        let mark = TailWriter.unsupportedMark
        if text.hasPrefix(mark) { return SystemUnsupported(reason: String(text.dropFirst(mark.count))) }
        return ResultsError(file: configuration.directory, message: "the process that writes the tail: \(text)")
    }

    /// From nothing to the first correct answer.
    private func recover(_ system: any MeasuredSystem, _ audit: TailAudit) throws -> CellFindings {
        let key = audit.lastKey ?? cell.keyOrder.key(of: UInt64(cell.records) - 1)
        var isRight = false
        let began = clock.nanoseconds()
        var timing = try system.recover()
        let opened = clock.nanoseconds()
        let found = try system.makeClient(0).read(key: key) { isRight = audit.accepts($0, of: key) }
        let answered = clock.nanoseconds()
        timing.phases.append(.init(name: "first_read", duration: .nanoseconds(Int64(answered - opened))))
        var findings = CellFindings()
        findings.add(timing, total: .nanoseconds(Int64(answered - began)))
        if !found {
            findings.suspect("the key that was written last is gone")
        } else if !isRight {
            findings.suspect("the key that was written last has a value that it never had, or an old one")
        }
        return findings
    }

    /// Keys of the load that are looked for, besides all of the tail.
    private static let sample: UInt64 = 1000

    private func look(_ system: any MeasuredSystem, _ audit: TailAudit, _ findings: inout CellFindings) throws {
        let client = try system.makeClient(1)
        guard let lost = try audit.losses(in: client, stop: stop) else { throw CancellationError() }
        let n = UInt64(audit.count)
        findings.add(phase: "total", Metric.lostAcknowledged, Double(lost), "keys", n: n)
        if lost > 0 { findings.suspect("\(lost) of \(n) keys lost their last acknowledged write") }
        let records = UInt64(cell.records)
        var missing = 0
        for number in stride(from: 0, to: records, by: Int(max(1, records / Self.sample))) {
            if try !client.read(key: cell.keyOrder.key(of: number), { _ in }) { missing += 1 }
        }
        if missing > 0 { findings.suspect("\(missing) loaded keys are gone") }
    }
}
