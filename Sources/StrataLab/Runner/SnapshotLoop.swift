import Foundation
import StrataDisk
import StrataSystems
import Synchronization

/// Takes one snapshot of a running system after the other until it is told to end, each in a directory of its own that is
/// removed when the snapshot is whole.
final class SnapshotLoop: Sendable {
    private struct Snapshot {
        var began: UInt64
        var ended: UInt64
        var bytes: UInt64
    }

    private struct State {
        var taken: [Snapshot] = []
        var error: (any Error)?
        var thread: WorkerThread?
    }

    private let halt = StopFlag()
    private let state = Mutex(State())

    /// Nil where `background` is `none`. Throws `SystemUnsupported` where the system takes no snapshots.
    init?(
        _ background: BackgroundWork, of system: any MeasuredSystem, below directory: String, clock: any MonotonicClock
    ) throws {
        guard background == .snapshot else { return nil }
        guard let source = system as? any SnapshotSource else {
            throw SystemUnsupported(reason: "no snapshots of \(system.description.name) can be taken here while it serves")
        }
        let thread = WorkerThread(name: "snapshots") { [self] in run(source, directory, clock) }
        state.withLock { $0.thread = thread }
    }

    private func run(_ source: any SnapshotSource, _ directory: String, _ clock: any MonotonicClock) {
        var number = 0
        while !halt.isRaised {
            number += 1
            let target = "\(directory)/snapshot-\(number)"
            let began = clock.nanoseconds()
            do {
                let bytes = try source.snapshot(to: target) { halt.isRaised }
                let snapshot = Snapshot(began: began, ended: clock.nanoseconds(), bytes: bytes)
                state.withLock { $0.taken.append(snapshot) }
            } catch {
                // A snapshot that was told to end may say so by throwing.
                let isWanted = !halt.isRaised
                if isWanted { state.withLock { $0.error = error } }
                halt.raise()
            }
            try? FileManager.default.removeItem(atPath: target)
        }
    }

    /// Idempotent. Returns when nothing of it runs any more.
    func end() {
        halt.raise()
        let thread = state.withLock { state -> WorkerThread? in
            defer { state.thread = nil }
            return state.thread
        }
        thread?.join()
    }

    /// What was completed inside the measured time. Called after `end`. Throws what a snapshot failed with.
    func report(_ window: MeasuredWindow, into findings: inout CellFindings) throws {
        let (all, error) = state.withLock { ($0.taken, $0.error) }
        if let error { throw error }
        let taken = all.filter { $0.ended >= window.start && $0.ended < window.end }
        let bytes = taken.reduce(0.0) { $0 + Double($1.bytes) }
        let seconds = taken.reduce(0.0) { $0 + Double($1.ended - $1.began) / 1e9 }
        let n = UInt64(taken.count)
        findings.add(Metric.snapshots, Double(n), "snapshots", n: n)
        guard n > 0, seconds > 0 else {
            return findings.add(note: "a snapshot ran all the time, and none ended inside the measured time")
        }
        findings.add(Metric.snapshotRate, bytes / seconds / 1e6, "MB/s", n: n)
        findings.add(Metric.snapshotSize, bytes / Double(n) / 1e6, "MB", n: n)
    }
}
