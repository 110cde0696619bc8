import StrataDisk
import StrataWAL

/// Applies the entries that a log holds beyond a machine's checkpoint.
final class Replay<Machine: StateMachine> {
    private let machine: Machine
    private let clock: any MonotonicClock
    private let checkpoint: UInt64
    private var next: UInt64
    private(set) var time: UInt64 = 0
    private(set) var report = LocalLogRecovery()

    init(_ machine: Machine, clock: any MonotonicClock) {
        self.machine = machine
        self.clock = clock
        checkpoint = machine.checkpointIndex
        next = checkpoint + 1
    }

    func visit(_ index: UInt64, _ kind: UInt8, _ payload: RawSpan) throws(StorageError) {
        if index > next { throw LogFit.error(next...index - 1, log: "log") }
        try EntryFormat.decode(kind: kind, payload, index: index, place: "log") {
            (time, command, outcome) throws(StorageError) in
            // That of the checkpoint's last command counts too: time goes on from there.
            self.time = max(self.time, time)
            guard index == next else { return }
            let began = clock.nanoseconds()
            try machine.replay(command, outcome: outcome, index: index, time: time)
            report.applying += .nanoseconds(Int64(clock.nanoseconds() - began))
            report.replayedEntries += 1
            report.replayedBytes += UInt64(command.byteCount)
            next += 1
        }
    }

    /// Judges the opened log, and restarts it where it ends before the checkpoint.
    func fit(_ log: any EntryLog) throws(StorageError) {
        report.fit = LogFit(checkpoint: checkpoint, first: log.firstIndex, last: log.lastIndex)
        switch report.fit {
        case .replay(let range): precondition(next == range.upperBound, "the log did not hand over all its entries")
        case .gap(let missing): throw LogFit.error(missing, log: "log")
        case .restart(let next):
            guard let log = log as? any RestartableLog else {
                throw .init(kind: .invalid("the log ends with entry \(log.lastIndex), before \(next - 1)"), file: "log")
            }
            try log.reset(next: next)
        }
    }
}
