import StrataDisk
import StrataWAL
import Synchronization

/// Puts commands in order through the log of one node and hands them to a state machine.
///
/// On one node the order is known when a command is submitted. So it is applied at once, under the order lock, while the log writes
/// and syncs; what is held until the log has acknowledged it is the reply. The machine is told how far that is, and shows
/// readers nothing newer.
///
/// Any number of threads may execute, submit and wait. After a failure of the log or of a checkpoint every further command is refused
/// with `.poisoned`; reading from the machine goes on. The next start recovers.
package final class LocalLog<Machine: StateMachine>: @unchecked Sendable {
    package let machine: Machine
    package let log: any EntryLog
    /// What opening found and did.
    package let recovery: LocalLogRecovery
    package let order: CommandOrder
    /// One checkpoint at a time.
    let checkpointGate = Mutex(())
    let checkpoints = Atomic<UInt64>(0)

    /// Opens the log through `open`, replays what the machine's checkpoint does not hold, and is ready for commands.
    ///
    /// `open` gets the first index to replay and the visitor to hand the entries to. Throws what it throws, and `.invalid` where the
    /// log and the checkpoint leave a gap: see `LogFit`.
    package init(
        machine: Machine, wallClock: any WallClock = SystemWallClock(), clock: any MonotonicClock = SystemClock(),
        options: LocalLogOptions = LocalLogOptions(),
        open: (_ replayFrom: UInt64, _ replay: @escaping EntryVisitor) throws(StorageError) -> any EntryLog
    ) throws(StorageError) {
        let replay = Replay(machine, clock: clock)
        let began = clock.nanoseconds()
        let log = try open(max(1, machine.checkpointIndex)) { (index, kind, payload) throws(StorageError) in
            try replay.visit(index, kind, payload)
            return true
        }
        do throws(StorageError) {
            try replay.fit(log)
        } catch {
            try? log.close()
            throw error
        }
        self.machine = machine
        self.log = log
        order = CommandOrder(log: log, time: replay.time, options: options, wallClock: wallClock)
        var report = replay.report
        report.total = .nanoseconds(Int64(clock.nanoseconds() - began))
        recovery = report
        machine.acknowledged(through: log.lastIndex)
    }

    // MARK: Commands

    /// Orders, logs and applies `command`; returns the machine's reply once the entry is acknowledged under the log's policy.
    package func execute(_ command: RawSpan) throws(StorageError) -> Machine.Reply {
        try execute { $0.append(command) }
    }

    /// As above, with a command that `encode` appends to the log entry's bytes: spares copying it. `encode` runs under the order
    /// lock, once.
    @inlinable
    package func execute(_ encode: (IOBuffer) -> Void) throws(StorageError) -> Machine.Reply {
        let (submitted, reply) = try put(blocking: true, encode)
        if submitted.isAcknowledged {
            machine.acknowledged(through: submitted.index)
        } else {
            _ = try wait(through: submitted.index)
        }
        return reply
    }

    /// Orders, logs and applies `command`. The reply is not to be acted upon before `wait(through:)` returns for its index.
    package func submit(_ command: RawSpan) throws(StorageError) -> (index: UInt64, reply: Machine.Reply) {
        try submit { $0.append(command) }
    }

    /// As above, with a command that `encode` appends.
    @inlinable
    package func submit(_ encode: (IOBuffer) -> Void) throws(StorageError) -> (index: UInt64, reply: Machine.Reply) {
        let (submitted, reply) = try put(blocking: false, encode)
        return (submitted.index, reply)
    }

    @inlinable @inline(__always)
    package func put(
        blocking: Bool, _ encode: (IOBuffer) -> Void
    ) throws(StorageError) -> (CommandOrder.Submitted, Machine.Reply) {
        while true {
            var reply: Machine.Reply?
            let submitted = try order.put(
                blocking: blocking, encode, isFull: { machine.isFull }, outcome: { machine.appendOutcome(to: $0) }
            ) { (command, index, time) throws(StorageError) in
                reply = try machine.apply(command, index: index, time: time)
                return machine.wantsCheckpoint
            }
            if submitted.mustCheckpoint || submitted.isRefused { try checkpoint() }
            if let reply { return (submitted, reply) }
        }
    }

    /// Returns once the entry at `index` is acknowledged, with the newest index that is.
    package func wait(through index: UInt64) throws(StorageError) -> UInt64 {
        do throws(StorageError) {
            let newest = try log.wait(through: index)
            machine.acknowledged(through: newest)
            return newest
        } catch {
            poison(error)
            throw error
        }
    }

    /// Refuses commands from now on.
    package func poison(_ error: StorageError) { order.poison(error) }

    /// Why commands are refused; nil where they are not.
    package var failure: StorageError? { order.failure }

    /// The index of the newest command, acknowledged or not.
    package var lastIndex: UInt64 { order.lastIndex }

    // MARK: Ending

    /// Refuses commands from now on, syncs and closes the log. What the machine holds beyond its checkpoint is replayed at the next
    /// start. The caller has ended what it drives checkpoints with.
    package func close() throws(StorageError) {
        poison(StorageError(kind: .closed, file: "log"))
        wakeCheckpointer()
        try log.close()
    }
}
