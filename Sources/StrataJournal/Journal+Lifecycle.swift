import StrataDisk
import Synchronization

/// Work beside appending: exclusive changes, explicit syncs, and the end.
extension Journal {
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

    func end() {
        state.withLock { $0.isClosing = true }
        // One thread has nobody to wake, and five system calls are much of what opening a short log costs.
        if case .inline = options.threading { return }
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
}
