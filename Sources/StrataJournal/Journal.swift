import StrataDisk
import Synchronization

/// An append-only stream of bytes under a `SyncPolicy`, with group commit.
///
/// Appends gather in one batch while the batch before them is written and synced. Whoever holds the *commit role* takes
/// the gathered batch, hands it to the sink with one call, and completes every waiter with one wake-up. The role belongs to
/// the journal's commit thread, except that a blocking appender which finds the journal idle commits its own append on its
/// own thread: that saves two thread switches, a tenth of a fast sync.
///
/// Any number of threads may append. A failed write or sync poisons the journal: the waiters of that batch get the error,
/// every later call gets `.poisoned`, and nothing more is acknowledged until the files are reopened and recovered.
package final class Journal: Sendable {
    let options: JournalOptions
    let sink: any JournalSink
    let clock: any MonotonicClock
    let state: BargingMutex<State>
    let acknowledged: Atomic<UInt64>
    let durable: Atomic<UInt64>
    /// Moves when there may be work for the commit thread.
    let work = FutexWord()
    /// Completions of even and of odd batches: at most two batches are alive, so a sleeper is woken by its own only.
    let doneEven = FutexWord()
    let doneOdd = FutexWord()
    /// Moves when the commit role falls free or gathered bytes are taken.
    let roleFree = FutexWord()
    /// Moves when the background thread shall end.
    let backgroundEnd = FutexWord()
    let threads = Mutex<[WorkerThread]>([])

    struct State {
        var gathering: JournalBatch
        var spare: JournalBatch?
        var gatheringNumber: UInt64 = 0
        var nextTicket: UInt64
        /// Somebody holds the commit role.
        var isCommitting = false
        /// The last ticket of the batch being committed.
        var committingLast: UInt64 = 0
        var sleepers: (even: Int, odd: Int) = (0, 0)
        var roleSleepers = 0
        var failure: StorageError?
        var isClosing = false
        var company = Company()
        var bytesSinceSync = 0
        var lastSync: UInt64
        var counters = JournalCounters()
        /// Moving average of what a durable commit takes.
        var syncNanoseconds: UInt64 = 0
        var backgroundSyncs: UInt64 = 0
        var observer: Observer?
    }

    /// A closure in a structure of its own: handed out of a generic call by itself, it would be boxed each time.
    struct Observer: Sendable {
        let call: @Sendable (UInt64, StorageError?) -> Void
    }

    package init(_ sink: any JournalSink, clock: any MonotonicClock, options: JournalOptions) {
        self.sink = sink
        self.clock = clock
        self.options = options
        state = BargingMutex(
            State(
                gathering: JournalBatch(layout: options.layout), spare: JournalBatch(layout: options.layout),
                nextTicket: options.firstTicket, lastSync: clock.nanoseconds()))
        acknowledged = Atomic(options.firstTicket - 1)
        durable = Atomic(min(options.durableTicket, options.firstTicket - 1))
        if case .threads = options.threading { startThreads() }
    }

    // MARK: Observing

    /// The newest ticket that is acknowledged, and every one before it.
    package var acknowledgedThrough: UInt64 { acknowledged.load(ordering: .acquiring) }
    /// The newest ticket that a completed, durable sync covers.
    package var durableThrough: UInt64 { durable.load(ordering: .acquiring) }
    package var nextTicket: UInt64 { state.withLock { $0.nextTicket } }

    /// Called after each batch with the newest acknowledged ticket, on the thread that committed it: the way to complete
    /// many asynchronous appends in bulk. It must not append or wait. Set once, before the first append.
    package func observe(_ observer: @escaping @Sendable (UInt64, StorageError?) -> Void) {
        state.withLock { $0.observer = Observer(call: observer) }
    }

    package var counters: JournalCounters {
        state.withLock { state in
            var counters = state.counters
            counters.written = sink.written
            counters.written.syncs += state.backgroundSyncs
            return counters
        }
    }
}

extension StorageError {
    /// What later callers get after this one stopped the journal.
    var asPoisoned: StorageError {
        if case .closed = kind { return self }
        return StorageError(
            kind: .poisoned(description), file: file, offset: offset, remedy: "reopen the log, which recovers it")
    }
}

extension Duration {
    /// Whole nanoseconds; negative durations are 0.
    package var nanoseconds: UInt64 {
        let (seconds, attoseconds) = components
        guard seconds >= 0, attoseconds >= 0 else { return 0 }
        return UInt64(seconds) * 1_000_000_000 + UInt64(attoseconds / 1_000_000_000)
    }
}
