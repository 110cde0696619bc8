import StrataDisk
import StrataKV
import Testing

/// What a put found goes into the log, and replaying it needs no look at the key's older versions.
@Suite struct ReplayTests {
    private func put(_ key: String, _ value: String = "v", lease: Int64 = 0, ignoreValue: Bool = false) -> KVCommand {
        .put(
            PutRequest(
                key: Array(key.utf8), value: ignoreValue ? [] : Array(value.utf8), lease: lease,
                ignoreValue: ignoreValue))
    }

    @Test func outcomesAreAgeAndVersion() throws {
        let harness = try KVHarness()
        try harness.execute(put("a"))  // revision 2
        try harness.execute(put("b"))
        try harness.execute(put("a"))  // 4, created at 2
        try harness.execute(.deleteRange(DeleteRangeRequest(key: Array("a".utf8))))
        try harness.execute(put("a"))  // a new generation
        try harness.execute(.leaseGrant(LeaseGrantRequest(ttl: 60, id: 7)))
        try harness.execute(put("a", lease: 7))
        try harness.execute(put("a"))  // the lease goes
        try harness.execute(put("a"))
        try harness.execute(put("a", ignoreValue: true))
        try harness.execute(.txn(TxnRequest(success: [.put(PutRequest(key: [0x62], value: []))])))
        try harness.execute(put(""))
        #expect(
            harness.log.map(\.outcome) == [[0, 1], [0, 1], [2, 2], [], [0, 1], [], [], [], [3, 4], [], [], []])
    }

    @Test func aReplayNeedsNoOlderVersion() throws {
        let harness = try KVHarness()
        try harness.execute(put("a", "1"))
        try harness.execute(put("a", "2"))
        let second = harness.log[1]
        // A store that has never seen the key's first version.
        let other = try KVHarness()
        try other.execute(put("b", "1"))
        try other.store.replay(
            second.bytes.span.bytes, outcome: second.outcome.span.bytes, index: 2, time: second.time)
        other.store.acknowledged(through: 2)
        let found = try other.store.range(RangeRequest(key: Array("a".utf8))).keyValues
        #expect(found.map { [$0.createRevision, $0.modRevision, $0.version] } == [[2, 3, 2]])
        #expect(found.map(\.value) == [Array("2".utf8)])
    }

    @Test(
        arguments: [
            [0], [0, 0], [3, 1], [0, 2], [1, 1], [1, 3], [0, 1, 0], [0x80], Array(repeating: 0xFF, count: 12),
        ] as [[UInt8]])
    func whatCanBeNoOutcomeIsRefused(_ outcome: [UInt8]) throws {
        let harness = try KVHarness()
        try harness.execute(put("a"))
        try harness.execute(put("a"))
        let bytes = harness.log[1].bytes
        let other = try KVHarness()
        try other.execute(put("b"))
        #expect(throws: StorageError.self) {
            try other.store.replay(bytes.span.bytes, outcome: outcome.span.bytes, index: 2, time: 0)
        }
        // Nothing was changed.
        #expect(other.store.appliedRevision == 2)
        try other.execute(put("a"))
        #expect(try other.store.check().problems == [])
    }

    @Test func onlyPlainPutsHaveAnOutcome() throws {
        let harness = try KVHarness()
        try harness.execute(.deleteRange(DeleteRangeRequest(key: [0x61])))
        try harness.execute(put("a", lease: 0, ignoreValue: true))
        for entry in harness.log {
            let other = try KVHarness()
            #expect(throws: StorageError.self) {
                try other.store.replay(entry.bytes.span.bytes, outcome: [0, 1].span.bytes, index: 1, time: 0)
            }
        }
    }
}
