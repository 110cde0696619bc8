import StrataDisk
import Synchronization

/// A thread that frees what would take the executor long: large collections, whole tables. Started with the first of
/// them.
package final class LazyFree: @unchecked Sendable {
    // Unchecked: `thread` is the owner's alone, the rest is behind the lock.
    private enum Work: @unchecked Sendable {
        // Nobody else has them any more.
        case entry(UnsafeMutableRawPointer, objects: Int)
        case table(KeyTable, objects: Int)

        var objects: Int {
            switch self {
            case .entry(_, let objects), .table(_, let objects): objects
            }
        }
    }

    private struct State {
        var queue: [Work] = []
        var pending = 0
        var freed = 0
        var isStopping = false
    }

    private let state = Mutex(State())
    private let signal = FutexWord()
    private var thread: WorkerThread?

    init() {}

    deinit {
        state.withLock { $0.isStopping = true }
        signal.advance()
        thread?.join()
    }

    /// Collections and tables' keys that wait to be freed.
    package var pendingCount: Int { state.withLock { $0.pending } }
    /// Those that were.
    package var freedCount: Int { state.withLock { $0.freed } }

    func resetFreedCount() { state.withLock { $0.freed = 0 } }

    /// An entry that is in no table any more.
    func free(_ entry: UnsafeMutableRawPointer) { add(.entry(entry, objects: 1)) }

    func free(_ table: KeyTable) { add(.table(table, objects: table.count)) }

    private func add(_ work: Work) {
        state.withLock {
            $0.queue.append(work)
            $0.pending += work.objects
        }
        if thread == nil { start() }
        signal.advance()
    }

    private func start() {
        // The thread must not keep its owner alive: it ends when that goes.
        thread = WorkerThread(name: "strata-lazyfree") { [unowned(unsafe) self] in run() }
    }

    private func run() {
        while true {
            let seen = signal.value
            let (work, isStopping) = state.withLock { state -> ([Work], Bool) in
                defer { state.queue = [] }
                return (state.queue, state.isStopping)
            }
            if work.isEmpty {
                if isStopping { return }
                signal.wait(while: seen)
                continue
            }
            for case .entry(let blob, _) in work { KeyTable.release(blob) }
            let objects = work.reduce(0) { $0 + $1.objects }
            releaseTables(work)
            state.withLock {
                $0.pending -= objects
                $0.freed += objects
            }
        }
    }

    /// The last references to tables end with the parameter.
    private func releaseTables(_ work: consuming [Work]) { work.removeAll() }
}
