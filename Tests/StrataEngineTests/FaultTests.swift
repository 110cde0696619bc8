import StrataBTree
import StrataDisk
import StrataEngine
import StrataJournal
import StrataKV
import StrataReplica
import StrataSim
import StrataWAL
import Testing

/// What happens when the disk fails, or what it holds is damaged: each row of the recovery table.
@Suite struct FaultTests {
    private func fill(_ engine: KVEngine, _ keys: Range<Int>) throws {
        for number in keys { try engine.put("key \(number)", "value \(number)") }
    }

    private func expectHolds(_ engine: KVEngine, _ keys: Range<Int>) throws {
        for number in keys { #expect(try engine.get("key \(number)") == "value \(number)", "key \(number)") }
        #expect(try engine.check().isClean)
    }

    @Test(arguments: [DiskFault.Call.write, .sync])
    func aFailedLogRefusesWritesGoesOnReadingAndRecovers(_ call: DiskFault.Call) throws {
        let disk = SimulatedDisk()
        let engine = try open(disk)
        try fill(engine, 0..<20)
        disk.inject(DiskFault(call))
        #expect(storageFailure { try engine.put("x", "1") } != nil)
        guard case .poisoned = storageFailure({ try engine.put("x", "1") })?.kind else {
            Issue.record("writes go on after a failure")
            return
        }
        #expect(storageFailure { try engine.checkpoint() } != nil)
        #expect(engine.failure != nil)
        #expect(try engine.get("x") == nil)
        #expect(try engine.get("key 19") == "value 19")
        try engine.close()
        let again = try open(disk.killed())
        try expectHolds(again, 0..<20)
        try again.close()
    }

    /// The tree's file has no room in the middle of a commit: nothing acknowledged is lost, and with room it goes on.
    @Test func aFullDiskInMidCommitLosesNothing() throws {
        let disk = SimulatedDisk()
        let engine = try open(disk)
        try fill(engine, 0..<50)
        try engine.checkpoint()
        for number in 0..<50 { try engine.put("key \(number)", String(repeating: "large", count: 2000)) }
        disk.capacity = disk.usedBytes + 8192
        let failed = storageFailure { try engine.checkpoint() }
        #expect("\(failed.map { "\($0)" } ?? "")".contains("ENOSPC"), "\(String(describing: failed))")
        #expect(storageFailure { try engine.put("x", "1") } != nil)
        #expect(try engine.get("key 49")?.count == 10_000)
        engine.abandon()
        let next = disk.killed()
        next.capacity = nil
        let again = try open(next)
        for number in 0..<50 { #expect(try again.get("key \(number)")?.count == 10_000) }
        #expect(try again.get("x") == nil)
        try again.checkpoint()
        #expect(try again.check().isClean)
        try again.close()
    }

    @Test(arguments: [1, 2, 3])
    func aFailingTreeIsLeftAndOpenedAgain(_ nth: Int) throws {
        let disk = SimulatedDisk()
        let engine = try open(disk)
        try fill(engine, 0..<80)
        disk.inject(DiskFault(.write, nth: nth, of: "store.tree"))
        disk.inject(DiskFault(.sync, nth: nth, of: "store.tree"))
        #expect(storageFailure { try engine.checkpoint() } != nil)
        engine.abandon()
        let again = try open(disk.killed())
        try expectHolds(again, 0..<80)
        try again.close()
    }

    /// Rows: newest meta rotten -> the older one and a longer replay; both rotten -> refuse, naming the file.
    @Test func aRottenMetaCostsAReplayAndTwoTheStore() throws {
        let disk = SimulatedDisk()
        var engine = try open(disk)
        try fill(engine, 0..<30)
        try engine.checkpoint()
        try fill(engine, 30..<60)
        let core = engine
        _ = try core.snapshot(to: SimulatedDisk(), name: "s.tree")  // a single checkpoint, which does not settle
        try fill(engine, 60..<70)
        let newest = engine.statistics.tree.commits
        #expect(newest >= 3)
        engine.abandon()
        var survivor = disk.killed()
        let slot = newestMetaSlot(survivor)
        try survivor.rot("store.tree", at: slot * 4096 + 24, mask: 1)
        engine = try open(survivor)
        #expect(engine.recovery.tree.damage.count == 1)
        #expect(engine.recovery.replayedEntries == 40)
        try expectHolds(engine, 0..<70)
        engine.abandon()
        survivor = survivor.killed()
        for slot in 0...1 { try survivor.rot("store.tree", at: slot * 4096 + 24, mask: 1) }
        let refused = storageFailure { _ = try open(survivor) }
        guard case .corrupt = refused?.kind else {
            Issue.record("not refused but \(String(describing: refused))")
            return
        }
        #expect(refused?.file.contains("store.tree") == true)
    }

    private func newestMetaSlot(_ disk: SimulatedDisk) -> Int {
        let inspection = try? TreeInspection(on: disk)
        return inspection?.metas.first { if case .newest = $0.verdict { true } else { false } }?.slot ?? 0
    }

    /// Row: the log is gone, or ends before the tree's index -> it goes on behind that.
    @Test func aStoreWithoutItsLogGoesOnBehindTheTree() throws {
        let disk = SimulatedDisk()
        var engine = try open(disk)
        try fill(engine, 0..<30)
        try engine.close()
        for name in try disk.list() where name.hasPrefix("wal-") { try disk.remove(name) }
        try disk.syncDirectory()
        engine = try open(disk)
        #expect(engine.recovery.fit == .restart(next: 31))
        try expectHolds(engine, 0..<30)
        #expect(try engine.put("more", "1") == 32)
        engine.abandon()
        engine = try open(disk.killed())
        #expect(engine.recovery.replayedEntries == 1)
        #expect(try engine.get("more") == "1")
        try engine.close()
    }

    /// Row: the tree is gone and the log begins later -> refuse.
    @Test func aLogWithoutItsTreeIsRefused() throws {
        let disk = SimulatedDisk()
        let engine = try open(disk)
        for number in 0..<300 { try engine.put("key \(number)", String(repeating: "v", count: 100)) }
        try engine.checkpoint()
        try fill(engine, 0..<10)
        engine.abandon()
        let next = disk.killed()
        try next.remove("store.tree")
        let refused = storageFailure { _ = try open(next) }
        #expect("\(refused.map { "\($0)" } ?? "")".contains("are lost"), "\(String(describing: refused))")
    }

    /// Row: a rotten page -> an error with file and offset when it is read, and `check` names it.
    @Test func aRottenPageIsReportedWhereItIs() throws {
        let disk = SimulatedDisk()
        var engine = try open(disk)
        for number in 0..<300 { try engine.put("key \(number)", String(repeating: "v", count: 100)) }
        try engine.close()
        // Every page that is full of values: some of them may be free.
        let held = disk.contents(of: "store.tree")!
        let pages = (2..<held.count / 4096).filter { page in
            held[page * 4096..<(page + 1) * 4096].count { $0 == UInt8(ascii: "v") } > 1000
        }
        for page in pages { try disk.rot("store.tree", at: page * 4096 + 2000, mask: 4) }
        engine = try open(disk)
        let failed = storageFailure { for number in 0..<300 { _ = try engine.get("key \(number)") } }
        guard case .corrupt = failed?.kind else {
            Issue.record("a rotten page was read: \(String(describing: failed))")
            return
        }
        #expect(pages.contains(Int(failed?.offset ?? 0) / 4096), "\(String(describing: failed))")
        #expect(failed?.file.contains("store.tree") == true)
        #expect(storageFailure { _ = try engine.check() }?.kind == failed?.kind)
        engine.abandon()
    }
}
