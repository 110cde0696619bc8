import StrataBTree
import StrataDisk
import StrataReplica
import StrataWAL

/// Times the phases of an opening.
final class Phases {
    private let clock: any MonotonicClock
    private let began: UInt64
    private var last: UInt64
    var tree = Duration.zero
    var state = Duration.zero
    var log = Duration.zero

    init(_ clock: any MonotonicClock) {
        self.clock = clock
        began = clock.nanoseconds()
        last = began
    }

    func end(_ phase: ReferenceWritableKeyPath<Phases, Duration>) {
        let now = clock.nanoseconds()
        self[keyPath: phase] = .nanoseconds(Int64(now - last))
        last = now
    }

    func report(tree opening: TreeOpening, wal: RecoveryReport?, local: LocalLogRecovery) -> EngineRecovery {
        var report = EngineRecovery(tree: opening, log: wal, fit: local.fit)
        report.treeDuration = tree
        report.stateDuration = state
        report.logDuration = log - local.applying
        report.replayDuration = local.applying
        report.total = .nanoseconds(Int64(clock.nanoseconds() - began))
        report.replayedEntries = local.replayedEntries
        report.replayedBytes = local.replayedBytes
        return report
    }
}
