import Foundation
import StrataDisk
import StrataKV
import StrataTesting
import Synchronization
import Testing

/// Readers beside the writer, checkpoints and removal: each sees one revision, whole.
@Suite struct ConcurrencyTests {
    /// Every transaction writes its number into all of some keys, so that any read of them finds one number.
    @Test func readersSeeWholeRevisionsWhileHistoryGoes() throws {
        var options = KVStoreOptions()
        options.compactionEvents = 200
        let harness = try KVHarness(options)
        let keys = (0..<8).map { [UInt8(0x61 + $0), 0, 1] }
        func write(_ number: Int) throws {
            let value = Array("\(number)".utf8)
            let first =
                number % 2 == 0
                ? RequestOp.put(PutRequest(key: [0x60], value: value)) : .deleteRange(DeleteRangeRequest(key: [0x60]))
            try harness.execute(
                .txn(TxnRequest(success: [first] + keys.map { .put(PutRequest(key: $0, value: value)) })))
        }
        try write(0)
        let isOver = Atomic<Bool>(false)
        let reads = Atomic<Int>(0)
        let wrong = Mutex<[String]>([])
        let store = harness.store
        let readers = (0..<2).map { reader in
            Thread {
                var random = SeededRandom(seed: 90, stream: UInt64(reader))
                while !isOver.load(ordering: .relaxed) {
                    do {
                        let newest = store.visibleRevision
                        let past = random.chance(0.5) ? max(2, newest - Int64(random.below(20))) : 0
                        let found = try store.range(RangeRequest(key: [0x61], rangeEnd: [0], revision: past))
                        let values = Set(found.keyValues.map(\.value))
                        let revisions = Set(found.keyValues.map(\.modRevision))
                        let isRight =
                            found.count == 8 && values.count == 1 && revisions.count == 1
                            && (past == 0 ? revisions.first! >= newest : revisions.first! == past)
                        if !isRight { wrong.withLock { $0.append("\(past) of \(newest): \(found)") } }
                        if let event = try events(store, newest), event != 9 {
                            wrong.withLock { $0.append("\(event) events of \(newest)") }
                        }
                        reads.wrappingAdd(1, ordering: .relaxed)
                    } catch KVError.compacted {
                    } catch {
                        wrong.withLock { $0.append("\(error)") }
                    }
                }
            }
        }
        let checkpoints = Thread {
            while !isOver.load(ordering: .relaxed) {
                do { try store.finishCheckpoint() } catch { wrong.withLock { $0.append("\(error)") } }
                usleep(500)
            }
        }
        (readers + [checkpoints]).forEach { $0.start() }
        var number = 0
        var random = SeededRandom(seed: 91)
        while number < rounds(6000) || reads.load(ordering: .relaxed) < 200 {
            number += 1
            try write(number)
            if random.chance(0.05) { _ = store.beginCheckpoint() }
            if random.chance(0.02) {
                try harness.execute(
                    .compaction(CompactionRequest(revision: store.appliedRevision - Int64(random.below(5)))))
            }
            if number > 500_000 { break }
        }
        isOver.store(true, ordering: .relaxed)
        while !(readers + [checkpoints]).allSatisfy(\.isFinished) { usleep(1000) }
        #expect(wrong.withLock { Array($0.prefix(3)) } == [])
        #expect(reads.load(ordering: .relaxed) >= 200)
        // One that began last may be left.
        try store.finishCheckpoint()
        try harness.checkpointAsWanted()
        #expect(!store.compactionPending)
        let problems = try store.check().problems
        #expect(problems == [])
    }

    private func events(_ store: KVStore, _ revision: Int64) throws -> Int? {
        var count = 0
        do {
            try store.events(from: revision, through: revision) { _ in
                count += 1
                return true
            }
        } catch KVError.compacted { return nil }
        // The first write deletes nothing.
        return revision <= 3 ? nil : count
    }
}
