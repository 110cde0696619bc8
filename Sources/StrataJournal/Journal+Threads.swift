import StrataDisk
import Synchronization

/// The threads of a journal, and the syncs that run beside writes.
extension Journal {
    func startThreads() {
        threads.withLock { threads in
            threads.append(WorkerThread(name: "journal-commit") { [self] in commitLoop() })
            if case .periodic(let interval) = options.policy {
                threads.append(
                    WorkerThread(name: "journal-sync") { [self] in backgroundLoop(every: interval.nanoseconds) })
            }
        }
    }

    private enum Step {
        case commit(JournalBatch, number: UInt64)
        case sleep(seen: UInt32, nanoseconds: Int64)
        case end
    }

    func commitLoop() {
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

    func backgroundLoop(every interval: UInt64) {
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
    func syncNow() throws(StorageError) {
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

    func poison(_ error: StorageError) {
        let observer = state.withLock { state in
            if state.failure == nil { state.failure = error }
            return state.observer
        }
        doneEven.advance()
        doneOdd.advance()
        roleFree.advance()
        work.advance()
        observer?.call(acknowledged.load(ordering: .relaxed), error)
    }
}
