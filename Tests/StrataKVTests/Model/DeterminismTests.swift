import StrataDisk
import StrataKV
import StrataTesting
import Testing

/// One sequence of commands, one state: whatever checkpoints, crashes and steps of removal lie between.
@Suite struct DeterminismTests {
    @Test(arguments: [21, 22] as [UInt64])
    func hashAndRepliesDependOnTheCommandsAlone(_ seed: UInt64) throws {
        let stores = try (0..<4).map { variant -> KVHarness in
            var options = KVStoreOptions()
            options.compactionEvents = [10_000, 50, 1, 400][variant]
            return try KVHarness(options)
        }
        var commands = RandomCommands(seed: seed)
        var chance = SeededRandom(seed: seed, stream: 1)
        var compacted: Int64 = 0
        for step in 0..<rounds(8000) {
            var command = commands.command(compacted, max(2, stores[0].store.appliedRevision))
            // Ids that the store draws are part of it.
            if case .leaseGrant(var request) = command {
                if chance.chance(0.5) { request.id = 0 }
                command = .leaseGrant(request)
            }
            stores.forEach { $0.time += 1 }
            let replies = try stores.map { try $0.execute(command) }
            try #require(replies.allSatisfy { $0 == replies[0] }, "seed \(seed), step \(step)")
            if case .compaction(let request) = command, case .compaction = replies[0] { compacted = request.revision }
            // The first never makes a checkpoint.
            if chance.chance(0.003) { try stores[1].checkpoint() }
            if chance.chance(0.02) { try stores[2].checkpointAsWanted() }
            if chance.chance(0.002) { try stores[3].reopen() }
            if chance.chance(0.002) { try stores[3].checkpoint() }
            if step % 500 == 0 || step == rounds(8000) - 1 {
                let newest = stores[0].store.visibleRevision
                for revision in [0, max(1, compacted), (max(1, compacted) + newest) / 2] {
                    let hashes = try stores.map { try $0.store.hashKV(at: revision) }
                    try #require(hashes.allSatisfy { $0 == hashes[0] }, "seed \(seed), step \(step), at \(revision)")
                }
                let leases = stores.map { $0.store.leases() }
                try #require(leases.allSatisfy { $0 == leases[0] }, "seed \(seed), step \(step)")
            }
        }
    }

    @Test func theHashSeesEveryField() throws {
        func hash(_ commands: [KVCommand], at revision: Int64 = 0) throws -> UInt32 {
            let harness = try KVHarness()
            for command in commands { try harness.execute(command) }
            return try harness.store.hashKV(at: revision).hash
        }
        let put = { (key: String, value: String, lease: Int64) -> KVCommand in
            .put(PutRequest(key: Array(key.utf8), value: Array(value.utf8), lease: lease))
        }
        let grant = KVCommand.leaseGrant(LeaseGrantRequest(ttl: 5, id: 1))
        let base = [grant, put("a", "1", 0), put("b", "2", 0)]
        let others: [[KVCommand]] = [
            [grant, put("a", "2", 0), put("b", "2", 0)], [grant, put("a", "1", 1), put("b", "2", 0)],
            [grant, put("a1", "", 0), put("b", "2", 0)], [grant, put("b", "2", 0), put("a", "1", 0)],
            base + [.deleteRange(DeleteRangeRequest(key: Array("a".utf8)))], base + [put("b", "2", 0)],
            base + [.compaction(CompactionRequest(revision: 2)), put("c", "", 0)],
        ]
        var seen: Set<UInt32> = [try hash(base)]
        for commands in others { #expect(seen.insert(try hash(commands)).inserted, "\(commands)") }
        // As of a revision, what came later does not show.
        #expect(try hash(base + [put("c", "3", 0)], at: 3) == hash(base))
        // A compaction that supersedes nothing changes nothing.
        #expect(try hash(base + [.compaction(CompactionRequest(revision: 3))]) == hash(base))
    }
}
