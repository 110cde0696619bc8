import StrataDisk
import StrataJournal
import StrataSim
import Synchronization
import Testing

/// The journal over a sink that does as it is told.
@Suite struct JournalTests {
    private func journal(
        _ policy: SyncPolicy, _ sink: StubSink, clock: any MonotonicClock = SystemClock(),
        _ change: (inout JournalOptions) -> Void = { _ in }
    ) -> Journal {
        var options = JournalOptions(policy: policy)
        change(&options)
        return Journal(sink, clock: clock, options: options)
    }

    @Test func appendsThatComeWhileABatchIsWrittenShareTheNext() throws {
        let sink = StubSink()
        let journal = journal(.always, sink)
        sink.isHeld.store(true, ordering: .releasing)
        for number in 0..<1 { try journal.submit([UInt8(number)]) }
        #expect(eventually { sink.state.withLock { $0.writers } == 1 })
        for number in 1..<50 { try journal.submit([UInt8(number)]) }
        #expect(journal.acknowledgedThrough == 0)
        sink.isHeld.store(false, ordering: .releasing)
        #expect(try journal.wait(through: 50) == 50)
        #expect(sink.appends == [1, 49])
        #expect(sink.stored == Array(0..<50))
        #expect(journal.durableThrough == 50)
        let counters = journal.counters
        #expect(
            counters.appends == 50 && counters.batches == 2 && counters.largestBatch == 49
                && counters.payloadBytes == 50)
        #expect(counters.written.syncs == 2 && counters.written.bytes == 50)
        try journal.close()
    }

    @Test func blockingWritersAllReturnWithTheirOwnTickets() throws {
        for policy in [SyncPolicy.always, .grouped(window: .microseconds(100), maxBytes: 64), .never] {
            let sink = StubSink()
            let journal = journal(policy, sink)
            let results = Appenders(16, each: 200, on: journal).results()
            #expect(results?.errors.isEmpty == true)
            #expect(results?.tickets.sorted() == Array(1...3200))
            #expect(sink.state.withLock { $0.mostWriters } == 1)
            try journal.close()
        }
    }

    @Test func aFailedWriteStopsTheJournalForGood() throws {
        let sink = StubSink()
        sink.state.withLock { $0.failWrite = 1 }
        let journal = journal(.always, sink)
        #expect(try journal.append([1]) == 1)
        sink.isHeld.store(true, ordering: .releasing)
        let writers = Appenders(8, each: 5, on: journal)
        #expect(eventually { journal.nextTicket == 10 })
        sink.isHeld.store(false, ordering: .releasing)
        let results = writers.results()
        #expect(results?.tickets.isEmpty == true)
        #expect(results?.errors.count == 8)
        #expect(results?.errors.allSatisfy { $0.kind == StubSink.broken("pwrite").kind } == true)
        #expect(journal.acknowledgedThrough == 1)
        for refused in [
            failure { () throws(StorageError) in try journal.append([2]) },
            failure { () throws(StorageError) in try journal.submit([2]) },
            failure { () throws(StorageError) in try journal.sync() },
            failure { () throws(StorageError) in try journal.exclusively { () throws(StorageError) in } },
        ] {
            guard case .poisoned(let cause)? = refused?.kind else {
                Issue.record("\(String(describing: refused))")
                continue
            }
            #expect(cause.contains("pwrite"))
        }
        #expect(sink.appends == [1], "nothing is written after a failure")
        #expect(failure { () throws(StorageError) in try journal.close() } != nil)
    }

    @Test func aSyncThatFailsBesideAWriteAcknowledgesNothing() throws {
        let sink = StubSink()
        let journal = journal(.periodic(interval: .milliseconds(1)), sink)
        sink.isHoldingSync.store(true, ordering: .releasing)
        sink.state.withLock { $0.failSync = 0 }
        try journal.append([1])
        sink.isHeld.store(true, ordering: .releasing)
        let writer = Appenders(1, each: 1, on: journal)
        #expect(eventually { sink.state.withLock { $0.writers } == 1 })
        sink.isHoldingSync.store(false, ordering: .releasing)
        #expect(eventually { failure { () throws(StorageError) in try journal.submit([9]) } != nil })
        sink.isHeld.store(false, ordering: .releasing)
        let results = writer.results()
        #expect(results?.tickets.isEmpty == true, "acknowledged after a failed sync")
        #expect(journal.acknowledgedThrough == 1)
        journal.abandon()
    }

    @Test func aGroupWaitsForItsWindowOrItsSize() throws {
        let sink = StubSink()
        let journal = journal(.grouped(window: .seconds(5), maxBytes: 100), sink)
        for number in 0..<9 { try journal.submit([UInt8](repeating: UInt8(number), count: 10)) }
        #expect(sink.appends.isEmpty)
        try journal.append([UInt8](repeating: 9, count: 10))
        #expect(sink.appends == [10], "the size was reached")
        try journal.submit([1])
        try journal.append([UInt8](repeating: 9, count: 5000))
        #expect(sink.appends == [10, 2], "far beyond the size at one stroke")
        try journal.close()

        let quick = StubSink()
        let second = self.journal(.grouped(window: .milliseconds(2), maxBytes: 1 << 20), quick)
        try second.append([1])
        #expect(quick.appends == [1])
        try second.close()
    }

    @Test func everyBytesCountsWhatIsNotSynced() throws {
        let sink = StubSink()
        let journal = journal(.everyBytes(100), sink) { $0.threading = .inline }
        for _ in 0..<10 { try journal.append([UInt8](repeating: 1, count: 30)) }
        // 30, 60, 90, 120 -> sync; and again.
        #expect(
            sink.state.withLock { $0.batches.map(\.durably) } == [
                false, false, false, true, false, false, false, true, false, false,
            ])
        #expect(journal.durableThrough == 8 && journal.acknowledgedThrough == 10)
        try journal.sync()
        #expect(journal.durableThrough == 10)
        try journal.append([UInt8](repeating: 1, count: 99))
        #expect(journal.durableThrough == 10)
        try journal.append([1])
        #expect(journal.durableThrough == 12)
        try journal.close()
    }

    @Test func periodicSyncsBesideWrites() throws {
        let sink = StubSink()
        let journal = journal(.periodic(interval: .milliseconds(1)), sink)
        try journal.append([1])
        #expect(eventually { journal.durableThrough == 1 })
        sink.isHoldingSync.store(true, ordering: .releasing)
        for _ in 0..<20 { try journal.append([2]) }
        #expect(journal.acknowledgedThrough == 21, "writes do not wait for the background sync")
        sink.isHoldingSync.store(false, ordering: .releasing)
        #expect(eventually { journal.durableThrough == 21 })
        sink.state.withLock { $0.failSync = $0.syncs }
        try journal.append([3])
        #expect(eventually { failure { () throws(StorageError) in try journal.append([4]) } != nil })
        #expect(journal.durableThrough == 21)
        journal.abandon()
    }

    @Test func periodicInlineGoesByTheClock() throws {
        let sink = StubSink()
        let clock = SimulatedClock()
        let journal = journal(.periodic(interval: .seconds(1)), sink, clock: clock) { $0.threading = .inline }
        try journal.append([1])
        try journal.tick()
        #expect(journal.durableThrough == 0)
        clock.advance(by: 1_000_000_000)
        try journal.tick()
        #expect(journal.durableThrough == 1)
        clock.advance(by: 500_000_000)
        try journal.append([2])
        #expect(journal.durableThrough == 1)
        clock.advance(by: 500_000_000)
        try journal.append([3])
        #expect(journal.durableThrough == 3)
        try journal.close()
    }

    @Test func nothingIsDurableByAMethodThatProvesNothing() throws {
        let journal = journal(.always, StubSink()) { $0.syncsAreDurable = false }
        try journal.append([1])
        try journal.sync()
        #expect(journal.durableThrough == 0 && journal.acknowledgedThrough == 1)
        try journal.close()
    }

    @Test func whatAnEarlierLifeLeftIsSyncedWhenAsked() throws {
        let sink = StubSink()
        let journal = journal(.never, sink) {
            $0.firstTicket = 11
            $0.durableTicket = 4
        }
        #expect(journal.durableThrough == 4 && journal.acknowledgedThrough == 10)
        try journal.sync()
        #expect(sink.state.withLock { $0.syncs } == 1)
        #expect(journal.durableThrough == 10)
        try journal.close()
    }

    @Test func appendersWaitWhileTooMuchIsGathered() throws {
        let sink = StubSink()
        let journal = journal(.never, sink) { $0.gatherLimit = 100 }
        sink.isHeld.store(true, ordering: .releasing)
        try journal.submit([1])
        #expect(eventually { sink.state.withLock { $0.writers } == 1 })
        let writers = Appenders(6, each: 50, on: journal, size: 40)
        #expect(eventually { journal.nextTicket == 5 })
        for _ in 0..<20 { rest() }
        #expect(journal.nextTicket == 5, "three appends reach the limit, the fourth waits")
        sink.isHeld.store(false, ordering: .releasing)
        #expect(writers.results()?.tickets.count == 300)
        try journal.close()
    }

    @Test func inlineSubmitsBeyondTheLimitAreWritten() throws {
        let sink = StubSink()
        let journal = journal(.always, sink) {
            $0.threading = .inline
            $0.gatherLimit = 100
        }
        for _ in 0..<25 { try journal.submit([UInt8](repeating: 1, count: 10)) }
        #expect(sink.appends == [10, 10])
        #expect(try journal.wait(through: 25) == 25)
        #expect(sink.appends == [10, 10, 5])
        try journal.append([1])
        try journal.close()
    }

    @Test func exclusiveWorkSeesNoWriter() throws {
        let sink = StubSink()
        let journal = journal(.always, sink)
        let writers = Appenders(6, each: 300, on: journal)
        for _ in 0..<50 {
            try journal.exclusively { () throws(StorageError) in
                #expect(sink.state.withLock { $0.writers } == 0)
                let before = sink.appends.count
                rest()
                #expect(sink.appends.count == before)
            }
        }
        #expect(writers.results()?.tickets.count == 1800)
        try journal.exclusively { () throws(StorageError) in journal.renumber(next: 50, durableThrough: 49) }
        #expect(try journal.append([1]) == 50)
        #expect(
            failure { () throws(StorageError) in
                try journal.exclusively { () throws(StorageError) in throw StubSink.broken("rename") }
            }?.kind == StubSink.broken("rename").kind)
        guard case .poisoned? = failure({ () throws(StorageError) in try journal.append([1]) })?.kind else {
            Issue.record("went on after exclusive work failed")
            return
        }
        journal.abandon()
    }

    /// Ended while writers are at it: nobody hangs, no write is under way afterwards, and what was acknowledged was written.
    @Test(arguments: [true, false]) func endingWhileWritersRun(_ closes: Bool) throws {
        for policy in [
            SyncPolicy.always, .grouped(window: .microseconds(50), maxBytes: 4096),
            .periodic(interval: .milliseconds(1)), .everyBytes(64), .never,
        ] {
            for round in 0..<12 {
                let sink = StubSink()
                let journal = journal(policy, sink)
                let writers = Appenders(5, each: 100_000, on: journal)
                #expect(eventually { journal.acknowledgedThrough > UInt64(round * 7) })
                if closes { try journal.close() } else { journal.abandon() }
                #expect(sink.state.withLock { $0.writers } == 0)
                let written = sink.state.withLock { $0.batches.reduce(0) { $0 + $1.appends } }
                rest()
                #expect(sink.state.withLock { $0.batches.reduce(0) { $0 + $1.appends } } == written)
                guard let results = writers.results() else {
                    Issue.record("\(policy): writers hang")
                    return
                }
                #expect(results.errors.count == 5 && results.errors.allSatisfy { $0.kind == .closed })
                #expect(results.tickets.max() ?? 0 <= UInt64(written))
                try journal.close()
            }
        }
    }

    @Test func theObserverHearsEveryBatchInOrder() throws {
        let sink = StubSink()
        let journal = journal(.always, sink)
        let heard = Shared()
        journal.observe { newest, error in heard.values.withLock { $0.append((newest, error != nil)) } }
        for _ in 0..<5 { try journal.append([1]) }
        #expect(eventually { heard.values.withLock { $0.map(\.0) } == [1, 2, 3, 4, 5] })
        sink.state.withLock { $0.failWrite = 5 }
        #expect(failure { () throws(StorageError) in try journal.append([1]) } != nil)
        #expect(eventually { heard.values.withLock { $0.last?.1 == true && $0.last?.0 == 5 } })
        journal.abandon()
    }

    private final class Shared: Sendable { let values = Mutex<[(UInt64, Bool)]>([]) }
}
