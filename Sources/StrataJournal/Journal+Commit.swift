import StrataDisk
import Synchronization

/// The commit role: taking the gathered batch, writing it, completing its waiters.
extension Journal {
    /// Takes the gathered batch and the commit role. The caller then owes `commit`.
    func take(_ state: inout State) -> JournalBatch {
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
    func commit(_ batch: JournalBatch, number: UInt64) throws(StorageError) {
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
        observer?.call(acknowledged.load(ordering: .relaxed), failure)
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

    func startSleep(_ number: UInt64, _ state: inout State) -> UInt32 {
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

    func sleep(number: UInt64, seen: UInt32) {
        doneWord(number) { word in
            while word.value == seen { word.wait(while: seen) }
        }
    }
}
