import StrataDisk
import StrataWAL

/// The order of the commands of one log, whatever machine they are for: a lock, the next index, the time.
///
/// Apart from `LocalLog` because it is not generic: the way of a command through it costs no lookup of types at run time.
package final class CommandOrder: @unchecked Sendable {
    let log: any EntryLog
    private let options: LocalLogOptions
    private let wallClock: any WallClock
    private let state: OrderLock<State>
    /// Moves when a checkpoint is wanted, and at the end.
    let wanted = FutexWord()
    /// Moves when a checkpoint is through, and at a failure.
    let room = FutexWord()

    private struct State {
        var nextIndex: UInt64
        /// Milliseconds since 1970 of the newest command.
        var time: UInt64
        let entry = IOBuffer(capacity: 4096)
        var failure: StorageError?
        /// A checkpoint was asked for and has not begun.
        var hasAsked = false
    }

    /// What has become of a command.
    package struct Submitted {
        package var index: UInt64
        package var isAcknowledged: Bool
        /// The caller has to make a checkpoint.
        package var mustCheckpoint = false
        /// Nothing has become of it: the machine is full, and the caller has to make a checkpoint first.
        package var isRefused = false
    }

    /// How a machine takes a command. Returns whether it wants a checkpoint.
    package typealias Application = (
        _ command: RawSpan, _ index: UInt64, _ time: UInt64
    ) throws(StorageError) -> Bool

    init(log: any EntryLog, time: UInt64, options: LocalLogOptions, wallClock: any WallClock) {
        self.log = log
        self.options = options
        self.wallClock = wallClock
        state = OrderLock(State(nextIndex: log.lastIndex + 1, time: time))
    }

    /// Orders, applies and logs the command that `encode` appends; waits while the machine is full.
    package func put(
        blocking: Bool, _ encode: (IOBuffer) -> Void, isFull: () -> Bool, outcome: (IOBuffer) -> Void,
        apply: Application
    ) throws(StorageError) -> Submitted {
        while true {
            var roomSeen: UInt32 = 0
            var mustWake = false
            var submitted = Submitted(index: 0, isAcknowledged: false, isRefused: true)
            try state.withLock { (state) throws(StorageError) in
                if let failure = state.failure { throw failure.asRefusal }
                if isFull() {
                    roomSeen = room.value
                    return
                }
                mustWake = try put(blocking: blocking, encode, outcome, apply, &state, &submitted)
            }
            if submitted.isRefused && !options.checkpointsInline {
                room.wait(while: roomSeen)
                continue
            }
            if mustWake {
                if options.checkpointsInline { submitted.mustCheckpoint = true } else { wanted.advance() }
            }
            return submitted
        }
    }

    /// Applies before it logs: a command that the machine cannot digest is never in the log, where it would stop every later
    /// start. Nobody sees what was applied before the log acknowledges it. Returns whether a checkpoint is to be asked for.
    @inline(__always)
    private func put(
        blocking: Bool, _ encode: (IOBuffer) -> Void, _ outcome: (IOBuffer) -> Void, _ apply: Application,
        _ state: inout State, _ submitted: inout Submitted
    ) throws(StorageError) -> Bool {
        do throws(StorageError) {
            state.time = max(state.time, wallClock.milliseconds())
            EntryFormat.encode(time: state.time, encode, into: state.entry)
            let (index, time) = (state.nextIndex, state.time)
            let wants = try EntryFormat.withCommand(of: state.entry) { (command) throws(StorageError) in
                try apply(command, index, time)
            }
            let kind = EntryFormat.finish(state.entry, outcome: outcome)
            let isAcknowledged = blocking && options.appendsInOrder
            let logged = try state.entry.withBytes { (entry) throws(StorageError) in
                isAcknowledged
                    ? try log.append(kind: kind, entry)
                    : try log.submit(kind: kind, entry)
            }
            precondition(logged == index, "the log numbers entries by another count")
            state.nextIndex += 1
            submitted = Submitted(index: index, isAcknowledged: isAcknowledged)
            guard wants, !state.hasAsked else { return false }
            state.hasAsked = true
            return true
        } catch {
            state.failure = error
            throw error
        }
    }

    /// Runs `body` while no command is under way.
    func exclusively<R>(_ body: () throws(StorageError) -> R) throws(StorageError) -> R {
        try state.withLock { (state) throws(StorageError) -> R in
            if let failure = state.failure { throw failure.asRefusal }
            state.hasAsked = false
            return try body()
        }
    }

    /// Refuses commands from now on.
    func poison(_ error: StorageError) {
        state.withLock { if $0.failure == nil { $0.failure = error } }
        room.advance()
    }

    var failure: StorageError? { state.withLock { $0.failure } }
    var lastIndex: UInt64 { state.withLock { $0.nextIndex - 1 } }
    var isCheckpointAsked: Bool { state.withLock { $0.hasAsked } }
}

extension StorageError {
    /// What later callers get after this one stopped the log.
    var asRefusal: StorageError {
        switch kind {
        case .closed, .poisoned: self
        default:
            StorageError(
                kind: .poisoned(description), file: file, offset: offset, remedy: "reopen the store, which recovers it")
        }
    }
}
