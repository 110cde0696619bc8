import StrataDisk
import StrataJournal
import Synchronization
import Testing

/// Whom a batch waits for, and for how long.
@Suite struct CompanyTests {
    private static let sync: UInt64 = 800_000

    @Test func aLoneWriterWaitsForNobody() {
        var company = Company()
        for batch in 1...100 as ClosedRange<UInt64> {
            #expect(!company.isExpected)
            #expect(company.patience(gathered: 1, now: batch * Self.sync, sync: Self.sync) <= 0)
            company.completed(1, gathered: 0, at: batch * Self.sync)
        }
    }

    @Test func aBatchIsTakenWhenMostOfTheCompanyIsThere() {
        var company = Company()
        company.completed(40, gathered: 24, at: 0)
        #expect(company.isExpected && company.target == 56)
        #expect(company.patience(gathered: 55, now: 1000, sync: Self.sync) > 0)
        #expect(company.patience(gathered: 56, now: 1000, sync: Self.sync) <= 0)
        company.completed(56, gathered: 8, at: Self.sync)
        #expect(company.isExpected, "not a wait in vain")
    }

    @Test func itWaitsAsLongAsTheyComeFastEnough() {
        var company = Company()
        company.completed(64, gathered: 0, at: 0)
        // 3/4 of a sync for all of them: each look finds enough to look again.
        for come in 1..<56 as Range<UInt64> {
            let now = Self.sync * 3 / 4 / 56 * come
            #expect(company.patience(gathered: Int(come), now: now, sync: Self.sync) > 0)
        }
        #expect(company.isExpected)

        // Twice a sync for all of them.
        company.completed(64, gathered: 0, at: 0)
        let given = (1..<56 as Range<UInt64>).first { come in
            company.patience(gathered: Int(come), now: Self.sync * 2 / 56 * come, sync: Self.sync) <= 0
        }
        #expect(given.map { Self.sync * 2 / 56 * $0 <= Self.sync / 4 } == true, "given up soon")
        #expect(!company.isExpected)
    }

    @Test func whoWaitsInVainStopsForLongerAndLonger() {
        var company = Company()
        var now: UInt64 = 0
        var pauses: [Int] = []
        for _ in 0..<8 {
            company.completed(64, gathered: 0, at: now)
            var pause = 0
            while !company.isExpected {
                now += Self.sync
                // Whoever gathered during the sync anyway is no reason to begin again.
                company.completed(5, gathered: 59, at: now)
                pause += 1
            }
            pauses.append(pause)
            company.completed(64, gathered: 0, at: now)
            #expect(company.patience(gathered: 1, now: now, sync: Self.sync) > 0)
            now += Self.sync / 8
            #expect(company.patience(gathered: 1, now: now, sync: Self.sync) <= 0)
        }
        // The batch that was given up counts.
        #expect(pauses == [0, 1, 3, 7, 15, 31, 63, 63])
    }

    /// `writers` come back one after the other, `pace` nanoseconds each, to a device that takes 100 us: entries a sync, and the part
    /// of the time in which it syncs.
    private func model(writers: Int, pace: UInt64) -> (batch: Double, busy: Double) {
        let sync: UInt64 = 100_000
        var company = Company()
        var now: UInt64 = 0
        var gathered = 1
        var returning = writers - 1
        var nextReturn = pace
        var (appends, batches) = (0, 0)
        var (syncing, begun) = (UInt64(0), UInt64(0))
        func arrive(until end: UInt64) {
            while returning > 0, nextReturn <= end {
                gathered += 1
                returning -= 1
                nextReturn += pace
            }
        }
        for number in 0..<2000 {
            if gathered == 0 {
                now = max(now, nextReturn)
                arrive(until: now)
            }
            while case let rest = company.patience(gathered: gathered, now: now, sync: sync), rest > 0 {
                // Somebody looks when the time is over, or takes the batch when all are there.
                let missing = UInt64(company.target - gathered)
                let complete = Int(missing) <= returning ? nextReturn + (missing - 1) * pace : .max
                now = min(now + UInt64(rest), complete)
                arrive(until: now)
            }
            let batch = gathered
            gathered = 0
            now += sync
            arrive(until: now)
            company.completed(batch, gathered: gathered, at: now)
            if returning == 0 { nextReturn = now + pace }
            returning += batch
            guard number >= 1000 else { continue }
            appends += batch
            batches += 1
            syncing += sync
            if batches == 1 { begun = now - sync }
        }
        return (Double(appends) / Double(batches), Double(syncing) / Double(now - begun))
    }

    @Test func aHerdThatIsFastSharesEachSyncAndASlowOneKeepsTheDeviceBusy() {
        let fast = model(writers: 64, pace: 500)
        #expect(fast.batch >= 55, "two groups would take turns with 32 each: \(fast)")
        let slow = model(writers: 64, pace: 3000)
        #expect(slow.busy > 0.95, "waits for writers who need longer than a sync: \(slow)")
        let alone = model(writers: 1, pace: 500)
        #expect(alone.batch == 1 && alone.busy > 0.99)
    }

    /// Real threads and a device that takes 20 ms.
    @Test func sixteenWritersShareMostSyncs() throws {
        let sink = StubSink()
        sink.writeMicroseconds.store(20_000, ordering: .relaxed)
        let journal = Journal(sink, clock: SystemClock(), options: JournalOptions(policy: .always))
        #expect(Appenders(16, each: 20, on: journal).results()?.tickets.count == 320)
        // 20 batches would do. Two groups that take turns need 40.
        #expect(sink.appends.count < 35, "\(sink.appends)")
        try journal.close()
    }
}
