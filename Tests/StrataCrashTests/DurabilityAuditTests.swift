import StrataCrash
import StrataDisk
import StrataJournal
import StrataSim
import StrataWAL
import Testing

struct DurabilityAuditTests {
    private func findings(
        _ policy: SyncPolicy, method: SyncMethod = .fdatasync, writes: Int = 3_000, size: Int = 100,
        seed: UInt64 = 7
    ) throws -> DurabilityAudit.Findings {
        var plan = DurabilityAudit.Plan()
        plan.options.policy = policy
        plan.options.method = method
        plan.writes = writes
        plan.crashPoints = 60
        plan.seed = seed
        return try DurabilityAudit(plan) { (index, body) throws(StorageError) in
            var value = [UInt8](repeating: UInt8(truncatingIfNeeded: index), count: size)
            value[0] = UInt8(truncatingIfNeeded: index >> 8)
            try body(value.span.bytes)
        }.run()
    }

    @Test(arguments: [SyncPolicy.always, .grouped(window: .milliseconds(1), maxBytes: 1 << 16)])
    func policiesThatWaitForSyncsLoseNothing(_ policy: SyncPolicy) throws {
        let found = try findings(policy)
        #expect(found.worstLoss == 0)
        #expect(found.refused.isEmpty && found.invented.isEmpty)
        #expect(found.cuts.count >= 150, "only \(found.cuts.count) states were audited")
    }

    @Test func periodicLosesAtMostItsIntervalAndASync() throws {
        let found = try findings(.periodic(interval: .milliseconds(100)))
        #expect(found.worstLoss > 0, "a cut in the middle of an interval must lose something")
        // One interval, the write that notices it is over, and the sync itself (0.5 ms here).
        #expect(found.worstAge <= .milliseconds(102))
        #expect(found.worstAge >= .milliseconds(60), "60 cuts over 15 intervals must come near the end of one")
        #expect(found.refused.isEmpty && found.invented.isEmpty)
    }

    /// Segments are large enough that no rotation syncs in between and makes the policy look better than it is.
    @Test func aLongIntervalIsLostWhole() throws {
        let found = try findings(.periodic(interval: .seconds(1)), writes: 4_000, size: 400)
        #expect(found.worstAge >= .milliseconds(940), "60 cuts in 2 s: \(found.worstAge)")
        #expect(found.worstAge <= .milliseconds(1_002))
    }

    @Test func everyBytesLosesLessThanItsBytes() throws {
        let found = try findings(.everyBytes(10_000))
        #expect(found.worstLoss > 0 && found.worstLoss < 100)
        #expect(found.refused.isEmpty && found.invented.isEmpty)
    }

    @Test func neverCanLoseEverything() throws {
        let found = try findings(.never)
        #expect(found.worstLoss > 2_000)
        #expect(found.refused.isEmpty && found.invented.isEmpty)
    }

    /// The audit sees a method that proves nothing, whatever the policy says.
    @Test func aSyncThatProvesNothingIsCaught() throws {
        let found = try findings(.always, method: .syncFileRange)
        #expect(found.worstLoss > 100)
        #expect(found.refused.isEmpty && found.invented.isEmpty)
    }

    @Test func theSameSeedFindsTheSame() throws {
        let first = try findings(.periodic(interval: .milliseconds(50)), writes: 600, seed: 3)
        let second = try findings(.periodic(interval: .milliseconds(50)), writes: 600, seed: 3)
        #expect(first.cuts.map(\.lost) == second.cuts.map(\.lost))
        #expect(first.cuts.map(\.oldestLost) == second.cuts.map(\.oldestLost))
    }
}
