import StrataBTree
import StrataDisk
import StrataEngine
import StrataJournal
import StrataKV
import StrataReplica
import StrataSim
import StrataWAL
import Testing

@Suite struct KVEngineTests {
    @Test func whatIsPutIsReadAndSurvivesAKill() throws {
        var disk = SimulatedDisk()
        var engine = try open(disk)
        #expect(try engine.put("a", "1") == 2)
        #expect(try engine.put("b", "2") == 3)
        #expect(try engine.put("a", "3") == 4)
        #expect(try engine.get("a") == "3")
        #expect(try engine.get("a", at: 2) == "1")
        #expect(try engine.get("c") == nil)
        engine.abandon()
        disk = disk.killed()
        engine = try open(disk)
        #expect(engine.revision == 4)
        #expect(engine.recovery.replayedEntries == 3)
        #expect(engine.recovery.fit == .replay(1..<4))
        #expect(try engine.get("a") == "3")
        #expect(try engine.get("a", at: 3) == "1")
        #expect(try engine.put("c", "4") == 5)
        try engine.close()
    }

    @Test func anOrderlyCloseLeavesNothingToReplay() throws {
        let disk = SimulatedDisk()
        var engine = try open(disk)
        for number in 0..<200 { try engine.put("key \(number)", String(repeating: "v", count: 100)) }
        let hash = try engine.hashKV()
        try engine.close()
        try engine.close()
        engine = try open(disk)
        #expect(engine.recovery.replayedEntries == 0)
        #expect(try engine.hashKV() == hash)
        // Both metas hold everything, so that the log was given up but for its last segment.
        #expect(try disk.list().filter { $0.hasSuffix(".seg") }.count == 1)
        try engine.close()
    }

    @Test func afterCloseNothingIsAccepted() throws {
        let engine = try open(SimulatedDisk())
        try engine.close()
        #expect(storageFailure { try engine.put("a", "1") }?.kind == .closed)
    }

    @Test func requestsAtFaultAreRefusedAndChangeNothing() throws {
        let engine = try open(SimulatedDisk())
        let large = [UInt8](repeating: 1, count: 3 * 512 * 1024)
        let long = [UInt8](repeating: 1, count: engine.store.maximumKeySize + 1)
        let zeros = [UInt8](repeating: 0, count: engine.store.maximumKeySize / 2 + 1)
        let key = text("key")
        #expect(throws: KVError.emptyKey) { try engine.put([UInt8]().span.bytes, key.span.bytes) }
        #expect(throws: KVError.requestTooLarge) { try engine.put(key.span.bytes, large.span.bytes) }
        #expect(throws: KVError.keyTooLong(limit: engine.store.maximumKeySize)) {
            try engine.put(long.span.bytes, key.span.bytes)
        }
        #expect(throws: KVError.keyTooLong(limit: engine.store.maximumKeySize)) {
            try engine.put(zeros.span.bytes, key.span.bytes)
        }
        #expect(throws: KVError.leaseNotFound) { try engine.put("a", "1", lease: 77) }
        #expect(throws: KVError.requestTooLarge) { try engine.put(PutRequest(key: key, value: large)) }
        #expect(throws: KVError.futureRevision) { try engine.get("a", at: 99) }
        #expect(engine.revision == 1)
        let fits = [UInt8](repeating: 1, count: 3 * 512 * 1024 - 512)
        #expect(try engine.put(key.span.bytes, fits.span.bytes) == 2)
        try engine.close()
    }

    @Test func submittedWritesShowOnceTheyAreWaitedFor() throws {
        let engine = try open(SimulatedDisk())
        let (key, value) = (text("a"), text("1"))
        let first = try engine.submitPut(key.span.bytes, value.span.bytes)
        let second = try engine.submit(.deleteRange(DeleteRangeRequest(key: key)))
        #expect(first.revision == 2)
        #expect(second.reply == .deleteRange(DeleteRangeResponse(revision: 3, deleted: 1, previous: [])))
        #expect(engine.revision == 1)
        #expect(try engine.get("a") == nil)
        #expect(try engine.wait(through: second.index) == second.index)
        #expect(engine.revision == 3)
        #expect(try engine.get("a", at: 2) == "1")
        try engine.close()
    }

    /// The same commands leave the same, however often checkpoints are made, the process is killed, the log is compressed.
    @Test func whenCheckpointsAreMadeChangesNothing() throws {
        func run(_ seed: UInt64, checkpointEvery: Int, killEvery: Int) throws -> (HashKVResponse, [[UInt8]: [UInt8]]) {
            var random = SeededRandom(seed: 5)
            var disk = SimulatedDisk(recordsTrace: false)
            var engine = try open(disk)
            for step in 1...600 {
                try Deed(&random).act(on: engine)
                if step % checkpointEvery == 0 { try engine.checkpoint() }
                if step % killEvery == 0 {
                    engine.abandon()
                    disk = disk.killed()
                    engine = try open(disk)
                }
            }
            defer { engine.abandon() }
            #expect(try engine.check().isClean)
            return (try engine.hashKV(), try engine.contents())
        }
        let plain = try run(5, checkpointEvery: .max, killEvery: .max)
        for (checkpoints, kills) in [(7, Int.max), (50, 33), (.max, 101), (101, 100)] {
            let other = try run(5, checkpointEvery: checkpoints, killEvery: kills)
            #expect(other.0 == plain.0, "checkpoints every \(checkpoints), kills every \(kills)")
            #expect(other.1 == plain.1)
        }
    }

    @Test func compactionGivesRoomBack() throws {
        let disk = SimulatedDisk(recordsTrace: false)
        let engine = try open(disk)
        for round in 0..<30 {
            for number in 0..<60 { try engine.put("key \(number)", "\(round)" + String(repeating: "v", count: 300)) }
        }
        try engine.checkpoint()
        let before = try engine.check().tree.entries
        let revision = engine.revision
        _ = try engine.compact(CompactionRequest(revision: revision, physical: true))
        #expect(throws: KVError.compacted) { try engine.get("key 1", at: revision - 1) }
        let check = try engine.check()
        #expect(check.isClean, "\(check.store.problems)")
        #expect(check.tree.entries < before / 10)
        let sizes = try engine.compactFile()!
        #expect(sizes.after < sizes.before)
        #expect(try engine.check().isClean)
        #expect(try engine.get("key 7")?.hasPrefix("29v") == true)
        #expect(try engine.put("key 7", "new") == revision + 1)
        try engine.close()
        let again = try open(disk)
        #expect(try again.get("key 7") == "new")
        #expect(try again.check().isClean)
        try again.close()
    }

    @Test func leasesEndByTheClockAndBeginAnewAfterARestart() throws {
        let (disk, clock) = (SimulatedDisk(recordsTrace: false), SimulatedClock())
        var engine = try open(disk, clock: clock)
        let lease = try engine.leaseGrant(LeaseGrantRequest(ttl: 10))
        let other = try engine.leaseGrant(LeaseGrantRequest(ttl: 10, id: 5))
        #expect(other.id == 5)
        #expect(throws: KVError.leaseExists) { try engine.leaseGrant(LeaseGrantRequest(ttl: 10, id: 5)) }
        try engine.put("a", "1", lease: lease.id)
        try engine.put("b", "2", lease: lease.id)
        clock.advance(by: .seconds(9))
        try engine.tick()
        #expect(try engine.get("a") == "1")
        #expect(try engine.leaseTimeToLive(LeaseTimeToLiveRequest(id: lease.id, keys: true)).keys.count == 2)
        engine.abandon()
        engine = try open(disk.killed(), clock: clock)
        clock.advance(by: .seconds(9))
        try engine.tick()
        #expect(try engine.get("a") == "1")
        #expect(engine.leaseKeepAlive(5) == 10)
        clock.advance(by: .seconds(2))
        let revision = engine.revision
        try engine.tick()
        #expect(try engine.get("a") == nil)
        #expect(try engine.get("b") == nil)
        #expect(engine.revision == revision + 1)
        #expect(engine.leases().map(\.id) == [5])
        #expect(engine.leaseKeepAlive(lease.id) == 0)
        #expect(try engine.leaseTimeToLive(LeaseTimeToLiveRequest(id: lease.id)).ttl == -1)
        _ = try engine.leaseRevoke(LeaseRevokeRequest(id: 5))
        #expect(throws: KVError.leaseNotFound) { try engine.leaseRevoke(LeaseRevokeRequest(id: 5)) }
        try engine.close()
    }

    @Test func watchersAreToldOfWhatIsAcknowledgedAndOfThePast() throws {
        let engine = try open(SimulatedDisk())
        try engine.put("a", "1")
        let stream = engine.makeWatchStream()
        stream.create(WatchRequest(key: text("a"), startRevision: 2))
        let key = text("a")
        let (index, _) = try engine.submitPut(key.span.bytes, key.span.bytes)
        try engine.tick()
        func revisions() -> [Int64] { stream.take().flatMap(\.events).map(\.keyValue.modRevision) }
        #expect(revisions() == [2])
        try engine.wait(through: index)
        try engine.put("b", "2")
        try engine.tick()
        #expect(revisions() == [3])
        try engine.close()
        #expect(stream.isClosed)
    }

    @Test func aForeignDirectoryAndASecondOpenerAreRefused() throws {
        let disk = SimulatedDisk()
        disk.install("letter.txt", [1, 2, 3])
        guard case .invalid = storageFailure({ _ = try open(disk) })?.kind else {
            Issue.record("a directory of other files was taken")
            return
        }
        let own = SimulatedDisk()
        let engine = try open(own)
        #expect(storageFailure { _ = try open(own) }?.kind == .locked)
        try engine.close()
        try open(own).close()
    }

    @Test func withoutALogAnOrderlyCloseKeepsEverythingAndAKillWhatWasCheckpointed() throws {
        var options = KVEngineOptions.small()
        options.store.log = .none
        var disk = SimulatedDisk()
        var engine = try open(disk, options)
        try engine.put("a", "1")
        try engine.close()
        engine = try open(disk, options)
        #expect(try engine.get("a") == "1")
        try engine.put("b", "2")
        try engine.sync()
        try engine.put("c", "3")
        engine.abandon()
        disk = disk.killed()
        engine = try open(disk, options)
        #expect(try engine.contents() == [text("a"): text("1"), text("b"): text("2")])
        #expect(try engine.put("d", "4") == 4)
        try engine.close()
    }
}
