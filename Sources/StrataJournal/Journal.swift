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
    private let state: Mutex<State>
    private let acknowledged: Atomic<UInt64>
    private let durable: Atomic<UInt64>
    /// Moves when there may be work for the commit thread.
    private let work = FutexWord()
    /// Completions of even and of odd batches: at most two batches are alive, so a sleeper is woken by its own only.
    private let doneEven = FutexWord()
    private let doneOdd = FutexWord()
    /// Moves when the commit role falls free or gathered bytes are taken.
    private let roleFree = FutexWord()
    /// Moves when the background thread shall end.
    private let backgroundEnd = FutexWord()
    private let threads = Mutex<[WorkerThread]>([])

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
        var observer: (@Sendable (UInt64, StorageError?) -> Void)?
    }

    package init(_ sink: any JournalSink, clock: any MonotonicClock, options: JournalOptions) {
        self.sink = sink
        self.clock = clock
        self.options = options
        state = Mutex(
            State(
                gathering: JournalBatch(layout: options.layout), spare: JournalBatch(layout: options.layout),
                nextTicket: options.firstTicket, lastSync: clock.nanoseconds()))
        acknowledged = Atomic(options.firstTicket - 1)
        durable = Atomic(min(options.durableTicket, options.firstTicket - 1))
        if case .threads = options.threading { startThreads() }
    }

    private func startThreads() {
        threads.withLock { threads in
            threads.append(WorkerThread(name: "journal-commit") { [self] in commitLoop() })
            if case .periodic(let interval) = options.policy {
                threads.append(
                    WorkerThread(name: "journal-sync") { [self] in backgroundLoop(every: interval.nanoseconds) })
            }
        }
    }

    // MARK: Appending

    /// Returns the append's ticket once it is acknowledged under the policy.
    package func append(prefix: UInt64? = nil, _ bytes: RawSpan) throws(StorageError) -> UInt64 {
        let entered = try enter(prefix: prefix, bytes, blocking: true)
        if let batch = entered.toCommit {
            try commit(batch, number: entered.number)
        } else {
            sleep(number: entered.number, seen: entered.seen)
        }
        try checkAcknowledged(entered.ticket)
        return entered.ticket
    }

    /// Returns the append's ticket at once: acknowledged when `wait(through:)` says so or the observer is told. Waits only
    /// while more than `gatherLimit` bytes are gathered.
    package func submit(prefix: UInt64? = nil, _ bytes: RawSpan) throws(StorageError) -> UInt64 {
        let entered = try enter(prefix: prefix, bytes, blocking: false)
        // Inline threading at the gather limit: nobody else would write what is gathered.
        if let batch = entered.toCommit { try commit(batch, number: entered.number) }
        return entered.ticket
    }

    /// Returns once `ticket` is acknowledged, with the newest ticket that is.
    package func wait(through ticket: UInt64) throws(StorageError) -> UInt64 {
        while true {
            let newest = acknowledged.load(ordering: .acquiring)
            if newest >= ticket { return newest }
            enum Next {
                case sleep(number: UInt64, seen: UInt32)
                case commit(JournalBatch, number: UInt64)
                case look
            }
            let next = try state.withLock { (state) throws(StorageError) -> Next in
                if acknowledged.load(ordering: .relaxed) >= ticket { return .look }
                if let failure = state.failure { throw failure }
                precondition(ticket < state.nextTicket, "waiting for an append that was never made")
                if case .inline = options.threading {
                    let number = state.gatheringNumber
                    return .commit(take(&state), number: number)
                }
                if mayTake(state) {
                    let number = state.gatheringNumber
                    return .commit(take(&state), number: number)
                }
                let isCommitting = state.isCommitting && ticket <= state.committingLast
                let number = isCommitting ? state.gatheringNumber - 1 : state.gatheringNumber
                return .sleep(number: number, seen: startSleep(number, &state))
            }
            switch next {
            case .look: continue
            case .sleep(let number, let seen): sleep(number: number, seen: seen)
            case .commit(let batch, let number): try commit(batch, number: number)
            }
        }
    }

    private struct Entered {
        var ticket: UInt64
        var number: UInt64
        /// The completion word's value when this append joined its batch.
        var seen: UInt32
        /// Set where the caller now holds the commit role with this batch.
        var toCommit: JournalBatch?
    }

    @inline(__always)
    private func enter(
        prefix: UInt64?, _ bytes: RawSpan, blocking: Bool
    ) throws(StorageError) -> Entered {
        while true {
            var mustWake = false
            var roomSeen: UInt32 = 0
            let entered = try state.withLock { (state) throws(StorageError) -> Entered? in
                if let failure = state.failure { throw failure.asPoisoned }
                guard !state.isClosing else { throw StorageError(kind: .closed, file: "journal") }
                if state.gathering.buffer.count >= options.gatherLimit, state.isCommitting {
                    state.roleSleepers += 1
                    roomSeen = roleFree.value
                    return nil
                }
                let wasEmpty = state.gathering.isEmpty
                if wasEmpty {
                    state.gathering.gatheredSince = clock.nanoseconds()
                    state.gathering.firstTicket = state.nextTicket
                }
                let sizeBefore = state.gathering.buffer.count
                state.gathering.append(prefix: prefix, bytes)
                let ticket = state.nextTicket
                state.nextTicket += 1
                let number = state.gatheringNumber
                if mayLead(state, wasEmpty: wasEmpty, blocking: blocking) {
                    return Entered(ticket: ticket, number: number, seen: 0, toCommit: take(&state))
                }
                if case .threads = options.threading { mustWake = shouldWake(state, sizeBefore: sizeBefore, wasEmpty: wasEmpty, blocking: blocking) }
                let seen = blocking ? startSleep(number, &state) : 0
                return Entered(ticket: ticket, number: number, seen: seen, toCommit: nil)
            }
            guard let entered else {
                roleFree.wait(while: roomSeen)
                continue
            }
            if mustWake { work.advance() }
            return entered
        }
    }

    private func mayLead(_ state: borrowing State, wasEmpty: Bool, blocking: Bool) -> Bool {
        guard !state.isCommitting else { return false }
        if case .inline = options.threading { return blocking || state.gathering.buffer.count >= options.gatherLimit }
        if case .grouped = options.policy { return false }
        return blocking && wasEmpty && !state.company.isExpected
    }

    /// Whether a client that has submitted what it had and now waits may commit it all itself: a batch that still waits for company, or
    /// for its window, is the commit thread's.
    private func mayTake(_ state: borrowing State) -> Bool {
        guard !state.isCommitting, !state.gathering.isEmpty else { return false }
        if case .grouped = options.policy { return false }
        return !state.company.isExpected || state.gathering.appendCount >= state.company.target
    }

    /// Whether the commit thread, which may be asleep, must look at what has been gathered.
    private func shouldWake(
        _ state: borrowing State, sizeBefore: Int, wasEmpty: Bool, blocking: Bool
    ) -> Bool {
        guard !state.isCommitting else { return false }
        if wasEmpty { return true }
        // A client that submits will most likely wait next, and then commits on its own thread.
        return blocking && state.gathering.appendCount == state.company.target
            || sizeBefore < groupLimit && state.gathering.buffer.count >= groupLimit
    }

    private var groupLimit: Int {
        if case .grouped(_, let maxBytes) = options.policy { return min(maxBytes, options.gatherLimit) }
        return options.gatherLimit
    }

    private func checkAcknowledged(_ ticket: UInt64) throws(StorageError) {
        if acknowledged.load(ordering: .acquiring) >= ticket { return }
        let failure = state.withLock { $0.failure }
        // Asleep on a word that moved for this batch: it was completed or it failed, there is nothing else.
        if let failure { throw failure }
        _ = try wait(through: ticket)
    }

    // MARK: The commit role

    /// Takes the gathered batch and the commit role. The caller then owes `commit`.
    private func take(_ state: inout State) -> JournalBatch {
        precondition(!state.isCommitting, "two holders of the commit role")
        let batch = state.gathering
        state.isCommitting = true
        state.committingLast = state.nextTicket - 1
        state.gathering = state.spare ?? JournalBatch(layout: options.layout)
        state.spare = nil
        state.gatheringNumber += 1
        return batch
    }

    /// Writes `batch`, completes its waiters and gives the commit role back.
    private func commit(_ batch: JournalBatch, number: UInt64) throws(StorageError) {
        let last = batch.firstTicket + UInt64(batch.appendCount) - 1
        let started = clock.nanoseconds()
        let durably = mustSync(batch, now: started)
        var failure: StorageError?
        if !batch.isEmpty {
            do { try sink.write(batch, durably: durably) } catch { failure = error }
        }
        let ended = clock.nanoseconds()
        let isEmpty = batch.isEmpty
        let (sleepers, roleSleepers, hasMore, observer) = state.withLock { state in
            // A sync beside this write may have failed meanwhile: then this one's success proves nothing.
            failure = failure ?? state.failure
            if let failure {
                state.failure = failure
            } else if !isEmpty {
                account(batch, durably: durably, started: started, ended: ended, &state)
                acknowledged.store(last, ordering: .releasing)
                if durably && options.syncsAreDurable { durable.store(last, ordering: .releasing) }
            }
            batch.removeAll()
            state.spare = batch
            state.isCommitting = false
            let roleSleepers = state.roleSleepers
            state.roleSleepers = 0
            let sleepers = failure == nil ? takeSleepers(number, &state) : Int.max
            // A closing commit thread that found the role taken sleeps until it is free.
            return (sleepers, roleSleepers, !state.gathering.isEmpty || state.isClosing, state.observer)
        }
        doneWord(number) { $0.advance(wakeAll: sleepers > 0) }
        if failure != nil { doneWord(number + 1) { $0.advance() } }  // those gathering wait for nothing
        if roleSleepers > 0 { roleFree.advance() }
        if hasMore || failure != nil { work.advance() }
        observer?(acknowledged.load(ordering: .relaxed), failure)
        if let failure { throw failure }
    }

    private func mustSync(_ batch: JournalBatch, now: UInt64) -> Bool {
        switch options.policy {
        case .always, .grouped: return true
        case .never: return false
        case .everyBytes(let limit): return state.withLock { $0.bytesSinceSync } + batch.payloadSize >= limit
        case .periodic(let interval):
            guard case .inline = options.threading else { return false }
            return now - state.withLock { $0.lastSync } >= interval.nanoseconds
        }
    }

    private func account(
        _ batch: JournalBatch, durably: Bool, started: UInt64, ended: UInt64, _ state: inout State
    ) {
        state.counters.appends += UInt64(batch.appendCount)
        state.counters.payloadBytes += UInt64(batch.payloadSize)
        state.counters.batches += 1
        state.counters.largestBatch = max(state.counters.largestBatch, UInt64(batch.appendCount))
        state.counters.queueWaitNanoseconds += started - batch.gatheredSince
        state.counters.commitNanoseconds += ended - started
        if case .always = options.policy {
            state.company.completed(batch.appendCount, gathered: state.gathering.appendCount, at: ended)
        }
        if durably {
            state.bytesSinceSync = 0
            state.lastSync = ended
            // An eighth of each new sample: follows a change of the device's speed within some ten syncs.
            state.syncNanoseconds += (ended - started) / 8
            state.syncNanoseconds -= state.syncNanoseconds / 8
        } else {
            state.bytesSinceSync += batch.payloadSize
        }
    }

    // MARK: Sleeping

    @inline(__always)
    private func doneWord<R>(_ number: UInt64, _ body: (borrowing FutexWord) -> R) -> R {
        number & 1 == 0 ? body(doneEven) : body(doneOdd)
    }

    private func startSleep(_ number: UInt64, _ state: inout State) -> UInt32 {
        if number & 1 == 0 { state.sleepers.even += 1 } else { state.sleepers.odd += 1 }
        return doneWord(number) { $0.value }
    }

    private func takeSleepers(_ number: UInt64, _ state: inout State) -> Int {
        if number & 1 == 0 {
            defer { state.sleepers.even = 0 }
            return state.sleepers.even
        }
        defer { state.sleepers.odd = 0 }
        return state.sleepers.odd
    }

    private func sleep(number: UInt64, seen: UInt32) {
        doneWord(number) { word in
            while word.value == seen { word.wait(while: seen) }
        }
    }

    // MARK: Threads

    private enum Step {
        case commit(JournalBatch, number: UInt64)
        case sleep(seen: UInt32, nanoseconds: Int64)
        case end
    }

    private func commitLoop() {
        while true {
            let step = state.withLock { state -> Step in
                if state.isCommitting { return .sleep(seen: work.value, nanoseconds: -1) }
                if state.failure != nil { return .end }
                if state.gathering.isEmpty {
                    return state.isClosing ? .end : .sleep(seen: work.value, nanoseconds: -1)
                }
                let patience = state.isClosing ? 0 : patience(&state)
                if patience > 0 { return .sleep(seen: work.value, nanoseconds: patience) }
                let number = state.gatheringNumber
                return .commit(take(&state), number: number)
            }
            switch step {
            case .commit(let batch, let number):
                do { try commit(batch, number: number) } catch { return }  // its waiters have the error
            case .sleep(let seen, let nanoseconds): work.wait(while: seen, atMost: nanoseconds)
            case .end: return
            }
        }
    }

    /// How long the gathered batch may still wait for company, in nanoseconds.
    private func patience(_ state: inout State) -> Int64 {
        switch options.policy {
        case .grouped(let window, _):
            guard state.gathering.buffer.count < groupLimit else { return 0 }
            let waited = clock.nanoseconds() - state.gathering.gatheredSince
            return Int64(window.nanoseconds) - Int64(waited)
        case .always:
            return state.company.patience(
                gathered: state.gathering.appendCount, now: clock.nanoseconds(), sync: state.syncNanoseconds)
        case .periodic, .everyBytes, .never: return 0
        }
    }

    private func backgroundLoop(every interval: UInt64) {
        // From the start of one sync to the start of the next: what a sync covers was appended before it began.
        var started = clock.nanoseconds()
        while true {
            let seen = backgroundEnd.value
            while state.withLock({ !$0.isClosing && $0.failure == nil }) {
                let passed = clock.nanoseconds() - started
                if passed >= interval { break }
                backgroundEnd.wait(while: seen, atMost: Int64(interval - passed))
            }
            if state.withLock({ $0.isClosing || $0.failure != nil }) { return }
            started = clock.nanoseconds()
            if acknowledged.load(ordering: .relaxed) > durable.load(ordering: .relaxed) { try? syncNow() }
        }
    }

    /// Syncs what has been acknowledged, beside running writes.
    private func syncNow() throws(StorageError) {
        let (covered, bytes) = state.withLock { (acknowledged.load(ordering: .acquiring), $0.bytesSinceSync) }
        do {
            try sink.sync()
        } catch {
            poison(error)
            throw error
        }
        let now = clock.nanoseconds()
        state.withLock { state in
            state.lastSync = now
            state.bytesSinceSync = max(0, state.bytesSinceSync - bytes)
            state.backgroundSyncs += 1
            if options.syncsAreDurable && covered > durable.load(ordering: .relaxed) {
                durable.store(covered, ordering: .releasing)
            }
        }
    }

    private func poison(_ error: StorageError) {
        let observer = state.withLock { state in
            if state.failure == nil { state.failure = error }
            return state.observer
        }
        doneEven.advance()
        doneOdd.advance()
        roleFree.advance()
        work.advance()
        observer?(acknowledged.load(ordering: .relaxed), error)
    }

    // MARK: Beside appending

    private enum Turn {
        case wait(UInt32)
        case commit(JournalBatch, UInt64)
        case run
    }

    /// Runs `body` while no batch is being written and none is gathered: for changing what the sink writes to. Appenders
    /// wait meanwhile. An error of `body` poisons the journal: what it was changing is in a state that nobody knows.
    package func exclusively<R>(_ body: () throws(StorageError) -> R) throws(StorageError) -> R {
        while true {
            let next = try state.withLock { (state) throws(StorageError) -> Turn in
                if let failure = state.failure { throw failure.asPoisoned }
                guard !state.isClosing else { throw StorageError(kind: .closed, file: "journal") }
                if state.isCommitting {
                    state.roleSleepers += 1
                    return .wait(roleFree.value)
                }
                if !state.gathering.isEmpty {
                    let number = state.gatheringNumber
                    return .commit(take(&state), number)
                }
                state.isCommitting = true
                state.committingLast = state.nextTicket - 1
                return .run
            }
            switch next {
            case .wait(let seen): roleFree.wait(while: seen)
            case .commit(let batch, let number): try commit(batch, number: number)
            case .run:
                defer { releaseRole() }
                do { return try body() } catch {
                    poison(error)
                    throw error
                }
            }
        }
    }

    private func releaseRole() {
        state.withLock { state in
            state.isCommitting = false
            state.roleSleepers = 0
        }
        roleFree.advance()
        work.advance()
    }

    /// Numbers the next append `ticket`. Only inside `exclusively`.
    package func renumber(next ticket: UInt64, durableThrough: UInt64) {
        state.withLock { state in
            precondition(state.isCommitting && state.gathering.isEmpty, "renumbered while appends are on their way")
            state.nextTicket = ticket
            state.committingLast = ticket - 1
            acknowledged.store(ticket - 1, ordering: .releasing)
            durable.store(min(durableThrough, ticket - 1), ordering: .releasing)
        }
    }

    /// Makes everything appended so far durable, whatever the policy.
    package func sync() throws(StorageError) {
        let target = try state.withLock { (state) throws(StorageError) in
            if let failure = state.failure { throw failure.asPoisoned }
            return state.nextTicket - 1
        }
        if target > acknowledged.load(ordering: .acquiring) { _ = try wait(through: target) }
        if let failure = state.withLock({ $0.failure }) { throw failure.asPoisoned }
        if durable.load(ordering: .acquiring) < target || !options.syncsAreDurable { try syncNow() }
    }

    /// In inline threading: syncs where `.periodic` is due. The caller's loop calls it as time passes.
    package func tick() throws(StorageError) {
        guard case .periodic(let interval) = options.policy, case .inline = options.threading else { return }
        let now = clock.nanoseconds()
        let isDue = state.withLock { $0.failure == nil && now - $0.lastSync >= interval.nanoseconds }
        if isDue { try sync() }
    }

    /// Appends what is gathered, syncs, and ends the threads. The sink stays open. Idempotent.
    package func close() throws(StorageError) {
        let wasClosing = state.withLock { $0.isClosing }
        guard !wasClosing else { return }
        var failure: StorageError?
        do { try sync() } catch { failure = error }
        end()
        if let failure { throw failure }
    }

    /// Ends the threads as a killed process would: what is gathered is dropped, nothing is synced.
    package func abandon() {
        state.withLock { state in
            if state.failure == nil { state.failure = StorageError(kind: .closed, file: "journal") }
        }
        end()
    }

    private func end() {
        state.withLock { $0.isClosing = true }
        doneEven.advance()
        doneOdd.advance()
        work.advance()
        roleFree.advance()
        backgroundEnd.advance()
        threads.withLock { threads in
            for thread in threads { thread.join() }
            threads = []
        }
        waitUntilIdle()
    }

    /// An appender that leads its own batch writes on its own thread: the sink is nobody's only when it is through.
    private func waitUntilIdle() {
        while true {
            let seen = state.withLock { state -> UInt32? in
                guard state.isCommitting else { return nil }
                state.roleSleepers += 1
                return roleFree.value
            }
            guard let seen else { return }
            roleFree.wait(while: seen)
        }
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
        state.withLock { $0.observer = observer }
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
