import StrataBTree
import StrataDisk
import StrataJournal
import StrataReplica
import StrataWAL
import Synchronization

/// One directory with a log and a tree, a state machine on them, and the thread that makes checkpoints. What every engine on one
/// node consists of. Its threads hold it: whoever makes one ends it with `close` or `abandon`.
final class StoreCore<Machine: BufferedMachine>: @unchecked Sendable {
    let disk: any Disk
    let options: StoreOptions
    let clock: any MonotonicClock
    let tree: BTree
    let machine: Machine
    let local: LocalLog<Machine>
    /// nil without a log.
    let wal: WriteAheadLog?
    let recovery: EngineRecovery
    /// When `tick` last found the interval over.
    private let lastTick: Atomic<UInt64>
    private let isEnding = Atomic(false)
    private let isOver = Atomic(false)
    private let threads = Mutex<[(thread: WorkerThread, wake: @Sendable () -> Void)]>([])

    init(
        on disk: any Disk, options: StoreOptions, clock: any MonotonicClock, wallClock: any WallClock,
        makeMachine: (BTree) throws(StorageError) -> Machine
    ) throws(StorageError) {
        try options.validate(path: disk.path)
        _ = try StoreDirectory.holdsStore(disk)
        let phases = Phases(clock)
        let tree = try BTree(on: disk, name: StoreDirectory.tree, options: options.tree, clock: clock)
        phases.end(\.tree)
        var wal: WriteAheadLog?
        do throws(StorageError) {
            let machine = try makeMachine(tree)
            phases.end(\.state)
            local = try LocalLog(
                machine: machine, wallClock: wallClock, clock: clock, options: Self.localOptions(options)
            ) { (from, replay) throws(StorageError) in
                guard case .wal(var walOptions) = options.log else { return AbsentLog() }
                if case .inline = options.threading { walOptions.threading = .inline }
                let log = try WriteAheadLog(
                    on: LogDirectory(disk), clock: clock, options: walOptions, replayFrom: from, replay: replay)
                wal = log
                return log
            }
            self.machine = machine
        } catch {
            wal?.abandon()
            tree.abandon()
            throw error
        }
        phases.end(\.log)
        lastTick = Atomic(clock.nanoseconds())
        self.disk = disk
        self.options = options
        self.clock = clock
        self.tree = tree
        self.wal = wal
        recovery = phases.report(tree: tree.opening, wal: wal?.recovery, local: local.recovery)
        watchLog()
        if case .threads = options.threading {
            startThread(name: "checkpoint", wake: { [local] in local.wakeCheckpointer() }) { self.makeCheckpoints() }
        }
    }

    private static func localOptions(_ options: StoreOptions) -> LocalLogOptions {
        var local = LocalLogOptions()
        if case .inline = options.threading { local.checkpointsInline = true }
        switch options.log {
        case .none: local.appendsInOrder = true
        case .wal(let wal):
            switch wal.policy {
            // An append ends with the write; nobody gains from waking another thread for it.
            case .never, .periodic: local.appendsInOrder = true
            case .always, .grouped, .everyBytes: break
            }
        }
        return local
    }

    /// Entries that nobody waits for are acknowledged too, and a failure is known at once.
    private func watchLog() {
        guard case .threads = options.threading else { return }
        wal?.observe { [weak local] index, failure in
            guard let local else { return }
            if let failure { local.poison(failure) }
            local.machine.acknowledged(through: index)
        }
    }

    // MARK: Threads

    /// Runs `body` on a thread of the store's own. It is to return soon once `mustEnd` is true and `wake` was called.
    func startThread(name: String, wake: @escaping @Sendable () -> Void, _ body: @escaping @Sendable () -> Void) {
        threads.withLock { $0.append((WorkerThread(name: name, body), wake)) }
    }

    var mustEnd: Bool { isEnding.load(ordering: .acquiring) }

    private func makeCheckpoints() {
        let interval = options.checkpointInterval.map { Int64(clamping: $0.nanoseconds) }
        var last = clock.nanoseconds()
        while !mustEnd {
            // At most a second: the interval is measured on the store's clock, which may not be the kernel's.
            _ = local.sleepUntilCheckpointIsWanted(atMost: min(interval ?? 1_000_000_000, 1_000_000_000))
            if mustEnd || local.failure != nil { continue }
            let isDue = interval.map { clock.nanoseconds() - last >= UInt64($0) && hasChanges } ?? false
            guard isDue || machine.wantsCheckpoint else { continue }
            // A failure has poisoned the log: whoever writes next is told.
            try? local.checkpoint()
            last = clock.nanoseconds()
        }
    }

    /// In inline threading: syncs and checkpoints that time has made due.
    func tick() throws(StorageError) {
        guard local.failure == nil else { return }
        try wal?.tick()
        let now = clock.nanoseconds()
        let last = lastTick.load(ordering: .relaxed)
        let isDue = options.checkpointInterval.map { now - last >= $0.nanoseconds } ?? false
        guard isDue || machine.wantsCheckpoint else { return }
        lastTick.store(now, ordering: .relaxed)
        if hasChanges || machine.wantsCheckpoint { try local.checkpoint() }
    }

    private var hasChanges: Bool { local.lastIndex > machine.checkpointIndex }

    // MARK: Steps

    func settle() throws(StorageError) { try local.settle() }

    /// Makes every command so far durable, whatever the policy: through the log, or without one by a checkpoint.
    func sync() throws(StorageError) {
        guard wal != nil else { return try local.checkpoint() }
        let last = local.lastIndex
        try local.log.sync()
        _ = try local.wait(through: last)
    }

    var statistics: EngineStatistics {
        var result = EngineStatistics(tree: tree.statistics)
        if let wal { result.log = wal.counters }
        result.checkpoints = local.checkpointCount
        result.bufferedBytes = machine.tree.bufferedBytes
        result.lastIndex = local.lastIndex
        return result
    }

    // MARK: Ending

    /// Ends the threads; then makes a checkpoint where the options say so, and closes log and tree. Idempotent. After a failure it
    /// only lets go of the files: the next start recovers.
    func close() throws(StorageError) {
        guard !isOver.exchange(true, ordering: .acquiringAndReleasing) else { return }
        endThreads()
        guard local.failure == nil else { return release() }
        do throws(StorageError) {
            let isSettled = !hasChanges && machine.releasableIndex == machine.checkpointIndex
            if !isSettled && (options.checkpointsAtClose || wal == nil) { try local.settle() }
            try local.close()
            try tree.close()
        } catch {
            release()
            throw error
        }
    }

    /// Ends as a killed process would: nothing gathered is written, nothing is synced. A checkpoint that is being made on another
    /// thread is waited for.
    func abandon() {
        guard !isOver.exchange(true, ordering: .acquiringAndReleasing) else { return }
        local.poison(StorageError(kind: .closed, file: disk.path))
        endThreads()
        release()
    }

    private func release() {
        wal?.abandon()
        tree.abandon()
    }

    private func endThreads() {
        isEnding.store(true, ordering: .releasing)
        let running = threads.withLock { threads in
            defer { threads = [] }
            return threads
        }
        for (_, wake) in running { wake() }
        for (thread, _) in running { thread.join() }
    }
}
