import StrataDisk
import StrataJournal
import StrataReplica
import StrataSim
import StrataWAL
import Testing

/// The power fails at every call, in every legal way: nothing acknowledged is lost, nothing is invented, the order is kept.
@Suite struct LocalLogCrashTests {
    /// Protocols that look right and are not.
    enum Flaw: CaseIterable {
        case none
        /// The checkpoint does not wait for the log, whose front then goes up to the newest checkpoint.
        case checkpointBeforeTheLogIsSynced
        /// Entries go when one checkpoint holds them, and that one rots.
        case truncatesUpToTheNewest
        /// The reply is given before the entry is acknowledged.
        case repliesBeforeTheWait
    }

    /// Drops a log's `sync`.
    private final class NeverSynced: EntryLog {
        let log: WriteAheadLog
        init(_ log: WriteAheadLog) { self.log = log }
        var firstIndex: UInt64 { log.firstIndex }
        var lastIndex: UInt64 { log.lastIndex }
        var durableIndex: UInt64 { log.durableIndex }
        func append(kind: UInt8, _ payload: RawSpan) throws(StorageError) -> UInt64 {
            try log.append(kind: kind, payload)
        }
        func submit(kind: UInt8, _ payload: RawSpan) throws(StorageError) -> UInt64 {
            try log.submit(kind: kind, payload)
        }
        func wait(through index: UInt64) throws(StorageError) -> UInt64 { try log.wait(through: index) }
        func sync() throws(StorageError) {}
        func read(from index: UInt64, _ body: EntryVisitor) throws(StorageError) { try log.read(from: index, body) }
        func truncateFront(before index: UInt64) throws(StorageError) { try log.truncateFront(before: index) }
        func truncateBack(after index: UInt64) throws(StorageError) { try log.truncateBack(after: index) }
        func close() throws(StorageError) { try log.close() }
    }

    struct Mark {
        var acknowledged: UInt64 = 0
        var submitted: UInt64 = 0
        /// In a checkpoint that has returned: durable whatever the policy, and even if that checkpoint rots.
        var checkpointed: UInt64 = 0
    }

    struct Story {
        var disk: SimulatedDisk
        var marks: [Mark] = []
    }

    /// Commands of all sizes, alone and in batches, checkpoints in between, and a kill in the middle.
    private func tell(_ policy: SyncPolicy, _ flaw: Flaw) throws(StorageError) -> Story {
        var story = Story(disk: SimulatedDisk())
        var number: UInt64 = 0
        var acknowledged: UInt64 = 0
        var checkpointed: UInt64 = 0
        for life in 0..<2 {
            let disk = story.disk
            let local = try open(disk, policy, flaw)
            func mark() {
                disk.mark(UInt64(story.marks.count))
                story.marks.append(Mark(acknowledged: acknowledged, submitted: number, checkpointed: checkpointed))
            }
            for step in 0..<24 {
                let size = step % 5 == 4 ? 1400 : 20
                number += 1
                mark()
                if step % 3 == 0 || flaw == .repliesBeforeTheWait {
                    let index = try local.submit(command(number, size: size).span.bytes).index
                    if flaw == .repliesBeforeTheWait { acknowledged = number }
                    mark()
                    if step % 2 == 1 { _ = try local.wait(through: index) }
                } else {
                    _ = try local.execute(command(number, size: size).span.bytes)
                }
                if flaw != .repliesBeforeTheWait { acknowledged = local.machine.visible }
                mark()
                if step % 7 == 6 {
                    try local.checkpoint()
                    checkpointed = number
                    mark()
                }
            }
            // What was submitted and never waited for is lost with the process, and so are the numbers of it.
            if life == 0 {
                _ = try local.wait(through: number)
                acknowledged = number
                mark()
            }
            ((local.log as? WriteAheadLog) ?? (local.log as? NeverSynced)?.log)?.abandon()
            if life == 0 { story.disk = disk.killed() }
        }
        return story
    }

    private func open(
        _ disk: SimulatedDisk, _ policy: SyncPolicy, _ flaw: Flaw
    ) throws(StorageError) -> LocalLog<CounterMachine> {
        let machine = try CounterMachine(
            on: disk, flaw: flaw == .truncatesUpToTheNewest ? .releasesThroughTheNewest : .none)
        return try LocalLog(machine: machine, wallClock: SetWallClock()) { (from, replay) throws(StorageError) in
            let log = try WriteAheadLog(
                on: LogDirectory(disk), options: .small(policy), replayFrom: from, replay: replay)
            return flaw == .checkpointBeforeTheLogIsSynced ? NeverSynced(log) : log
        }
    }

    /// What is wrong with what is found on `disk`.
    private func violation(_ disk: SimulatedDisk, _ mark: Mark, _ policy: SyncPolicy) -> String? {
        do throws(StorageError) {
            let local = try open(disk, policy, .none)
            let numbers = local.machine.items.map(\.number)
            if numbers != Array(1..<UInt64(numbers.count) + 1) { return "not in order: \(numbers)" }
            if numbers.count > mark.submitted { return "\(numbers.count) of \(mark.submitted) submitted" }
            if numbers.count < mark.checkpointed { return "\(numbers.count) of \(mark.checkpointed) in a checkpoint" }
            if policy.acknowledgesDurably && numbers.count < mark.acknowledged {
                return "\(numbers.count) of \(mark.acknowledged) acknowledged"
            }
            // And it goes on.
            _ = try local.execute(command(UInt64(numbers.count) + 1).span.bytes)
            (local.log as? WriteAheadLog)?.abandon()
            return nil
        } catch {
            return "\(error)"
        }
    }

    private func sweep(_ policy: SyncPolicy, _ flaw: Flaw, rots: Bool = false) throws -> (states: Int, first: String?) {
        struct Found: Error { var text: String }
        let story = try tell(policy, flaw)
        var bounds = CrashStates.Bounds()
        (bounds.subsets, bounds.singles, bounds.random) = (32, 8, 4)
        if rots { bounds.every = 5 }
        var states = 0
        do {
            try CrashStates(of: story.disk.trace, bounds: bounds).forEach { (state) throws(Found) in
                states += 1
                let mark = state.markCount == 0 ? Mark() : story.marks[state.markCount - 1]
                if rots { try? CounterMachine.rotNewest(on: state.disk) }
                if let problem = violation(state.disk, mark, policy) {
                    throw Found(text: "\(policy), \(flaw): \(problem)\n\(state)")
                }
            }
            return (states, nil)
        } catch {
            return (states, error.text)
        }
    }

    @Test(arguments: [SyncPolicy.always, .grouped(window: .milliseconds(1), maxBytes: 4096), .never])
    func nothingAcknowledgedIsLostAndNothingInvented(_ policy: SyncPolicy) throws {
        let found = try sweep(policy, .none)
        #expect(found.first == nil, "\(found.first ?? "")")
        print("crash sweep of the local log, \(policy): \(found.states) states")
    }

    @Test(arguments: [SyncPolicy.always, .never])
    func theLossOfTheNewestCheckpointLosesNothingThatIsInOne(_ policy: SyncPolicy) throws {
        let found = try sweep(policy, .none, rots: true)
        #expect(found.first == nil, "\(found.first ?? "")")
    }

    @Test func brokenVariantsAreCaught() throws {
        #expect(try sweep(.always, .repliesBeforeTheWait).first != nil, "a reply before the wait went unnoticed")
        let unsynced = try sweep(.never, .checkpointBeforeTheLogIsSynced, rots: true)
        #expect(unsynced.first != nil, "a checkpoint before the log's sync went unnoticed")
        let early = try sweep(.always, .truncatesUpToTheNewest, rots: true)
        #expect(early.first != nil, "truncation up to the newest checkpoint went unnoticed")
    }
}
