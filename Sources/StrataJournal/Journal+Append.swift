import StrataDisk
import Synchronization

/// Appending and waiting.
extension Journal {
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
                if case .threads = options.threading {
                    mustWake = shouldWake(state, sizeBefore: sizeBefore, wasEmpty: wasEmpty, blocking: blocking)
                }
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

    var groupLimit: Int {
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
}
