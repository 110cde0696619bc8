import StrataBTree
import StrataDisk
import StrataKV
import Testing

/// `check` sees what contradicts the model.
@Suite struct CheckTests {
    private static let lease7: [UInt8] = [0x6C, 0, 0, 0, 0, 0, 0, 0, 7]
    private static let attachment: [UInt8] = [0x61, 0, 0, 0, 0, 0, 0, 0, 7, 0x62]

    private static func version(_ key: UInt8, _ revision: UInt8) -> [UInt8] {
        [0x76, key, 0, 1] + Array(repeating: 0xFF, count: 7) + [~revision]
    }

    private static func event(_ revision: UInt8, _ sub: UInt8 = 0) -> [UInt8] {
        [0x72, 0, 0, 0, 0, 0, 0, 0, revision, 0, 0, 0, sub]
    }

    struct Damage: Sendable, CustomTestStringConvertible {
        var testDescription: String
        /// An empty value removes.
        var entries: [(key: [UInt8], value: [UInt8]?)]
    }

    static let damages: [Damage] = [
        Damage(testDescription: "a version is missing", entries: [(version(0x61, 3), nil)]),
        Damage(testDescription: "the newest version is missing", entries: [(version(0x61, 4), nil)]),
        Damage(testDescription: "the first version is missing", entries: [(version(0x61, 2), nil)]),
        Damage(testDescription: "an event is missing", entries: [(event(3), nil)]),
        Damage(testDescription: "the newest event is missing", entries: [(event(6), nil)]),
        Damage(testDescription: "an event too many", entries: [(event(3, 1), [0, 0x61])]),
        Damage(testDescription: "an event of another kind", entries: [(event(3), [1, 0x61])]),
        Damage(testDescription: "an event of another key", entries: [(event(3), [0, 0x62])]),
        Damage(testDescription: "a version of nothing", entries: [(version(0x61, 3), [1, 1, 1])]),
        Damage(testDescription: "a generation too old", entries: [(version(0x61, 4), [1, 1, 2])]),
        Damage(testDescription: "another lease", entries: [(version(0x62, 5), [2, 8, 0, 0, 0, 0, 0, 0, 0, 0, 1])]),
        Damage(testDescription: "no lease", entries: [(version(0x62, 5), [1, 0, 1])]),
        Damage(testDescription: "an attachment is missing", entries: [(attachment, nil)]),
        Damage(testDescription: "an attachment too many", entries: [(attachment + [1], [])]),
        Damage(testDescription: "a lease is missing", entries: [(lease7, nil)]),
        Damage(testDescription: "a foreign entry", entries: [([0x7A, 1], [])]),
        Damage(testDescription: "a tombstone of nothing", entries: [(version(0x63, 3), [0])]),
    ]

    private func store() throws -> (KVStore, BufferedTree) {
        let tree = BufferedTree(try BTree(on: KVHarness.freshDisk(), options: .small))
        let store = try KVStore(tree)
        let scratch = IOBuffer()
        let commands: [KVCommand] = [
            .leaseGrant(LeaseGrantRequest(ttl: 60, id: 7)), .put(PutRequest(key: [0x61])),
            .put(PutRequest(key: [0x61])), .put(PutRequest(key: [0x61])), .put(PutRequest(key: [0x62], lease: 7)),
            .deleteRange(DeleteRangeRequest(key: [0x61])),
        ]
        for (index, command) in commands.enumerated() {
            scratch.removeAll()
            CommandFormat.encode(command, into: scratch)
            _ = try scratch.withBytes { (bytes) throws(StorageError) in
                try store.apply(bytes, index: UInt64(index + 1), time: 0)
            }
        }
        store.acknowledged(through: 6)
        return (store, tree)
    }

    @Test func aSoundStorePasses() throws {
        let check = try store().0.check()
        #expect(check.problems == [])
        #expect(check.keys == 2 && check.versions == 5 && check.events == 5)
        #expect(check.leases == 1 && check.attachments == 1)
    }

    @Test(arguments: damages)
    func damageIsSeen(_ damage: Damage) throws {
        let (store, tree) = try store()
        for (key, value) in damage.entries {
            if let value { tree.put(key.span.bytes, value.span.bytes) } else { tree.remove(key.span.bytes) }
        }
        #expect(try !store.check().problems.isEmpty)
    }

    @Test func whatCompactionLeavesBehindIsSeen() throws {
        let harness = try KVHarness()
        for _ in 0..<3 { try harness.execute(.put(PutRequest(key: [0x61]))) }
        try harness.execute(.compaction(CompactionRequest(revision: 4)))
        try harness.checkpointAsWanted()
        let check = try harness.store.check()
        #expect(check.problems == [] && check.versions == 1 && check.events == 1)
        harness.tree.put(Self.version(0x61, 3).span.bytes, ([1, 1, 2] as [UInt8]).span.bytes)
        harness.tree.put(Self.event(2).span.bytes, ([0, 0x61] as [UInt8]).span.bytes)
        #expect(try harness.store.check().problems.count == 2)
    }

    @Test func aRecordThatCannotBeReadThrows() throws {
        let (store, tree) = try store()
        for bad in [[], [3], [1], [1, 0x80], [0, 0], [1, 9, 1], [1, 0, 0], [2, 1]] as [[UInt8]] {
            tree.put(Self.version(0x61, 3).span.bytes, bad.span.bytes)
            #expect(throws: StorageError.self, "\(bad)") { try store.check() }
            #expect(throws: StorageError.self, "\(bad)") { try store.range(RangeRequest(key: [0x61], revision: 3)) }
        }
    }
}
