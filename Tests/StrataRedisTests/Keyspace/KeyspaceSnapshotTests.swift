import StrataDisk
import StrataRESP
import StrataRedis
import Synchronization
import Testing

/// Keeps what a snapshot gives it: `database key value expiry` lines.
final class RecordingSink: SnapshotSink, @unchecked Sendable {
    // Its state belongs to the snapshot's thread; `serialise` uses none.
    private(set) var records: [Int: [String: String]] = [:]
    private(set) var duplicates = 0
    private var database = -1
    private var begun: [Int] = []
    var failsAfter = Int.max

    static func line(_ entry: KeyEntry) -> (String, String) {
        let value = entry.collection.map { "#\($0.count)" } ?? entry.withString { $0.text }
        return (entry.key.text, "\(value)@\(entry.expiry ?? -1)")
    }

    func serialise(_ entry: KeyEntry, database: Int, into output: inout [UInt8]) {
        let (key, value) = Self.line(entry)
        output += Array("\(database) \(key) \(value)\n".utf8)
    }

    func begin(database: Int, keys: Int, volatile: Int) throws(StorageError) {
        if begun.contains(database) || (begun.last ?? -1) > database { duplicates += 1 }
        begun.append(database)
        self.database = database
    }

    func consume(_ bytes: [UInt8]) throws(StorageError) {
        failsAfter -= 1
        if failsAfter < 0 {
            throw StorageError(kind: .io(call: "write", errno: 28), file: "snapshot", offset: 0)
        }
        for line in String(decoding: bytes, as: UTF8.self).split(separator: "\n") {
            let parts = line.split(separator: " ").map(String.init)
            if Int(parts[0]) != database { duplicates += 1 }
            if records[database, default: [:]].updateValue(parts[2], forKey: parts[1]) != nil { duplicates += 1 }
        }
    }
}

struct KeyspaceSnapshotTests {
    /// What the snapshot's thread says at its end.
    private final class Outcome: Sendable {
        let isDone = Atomic(false)
        let isComplete = Atomic(false)
    }

    static func state(_ keyspace: Keyspace) -> [Int: [String: String]] {
        var state: [Int: [String: String]] = [:]
        for index in 0..<keyspace.databaseCount {
            keyspace.database(index).forEach { entry in
                let (key, value) = RecordingSink.line(entry)
                state[index, default: [:]][key] = value
                return true
            }
        }
        return state
    }

    static func change(_ keyspace: Keyspace, _ random: inout SeededRandom, keys: Int, wholesale: Bool) {
        let database = keyspace.database(random.below(keyspace.databaseCount))
        let key = Array("key:\(random.below(keys))".utf8)
        key.withLent { key in
            switch random.below(14) {
            case 0, 1, 2: Array("v\(random.below(1000))".utf8).withLent { database.setString(key, $0) }
            case 3: database.set(key, SetValue.made(random.below(80)))
            case 4, 5, 6: database.delete(key, isLazy: random.chance(0.3))
            case 7:
                if let entry = database.write(key) {
                    database.setExpiry(entry, keyspace.now + Int64(random.below(500)))
                }
            case 8: if let entry = database.write(key) { database.removeExpiry(entry) }
            case 9:
                if let set = try? database.value(SetValue.self, toChange: key) { set.grow(to: set.count) }
            case 10:
                if let entry = (try? database.string(toChange: key)) ?? nil {
                    _ = database.resize(entry, to: random.below(100))
                }
            case 11:
                keyspace.now += 1
                _ = database.read(key)
            case 12: keyspace.activeExpire(now: keyspace.now)
            default:
                guard wholesale, random.chance(0.02) else { return }
                if random.chance(0.5) {
                    keyspace.swap(random.below(keyspace.databaseCount), random.below(keyspace.databaseCount))
                } else {
                    database.removeAll(isLazy: random.chance(0.5))
                }
            }
        }
        if random.chance(0.5) { keyspace.commandEnded() }
    }

    static func filled(_ random: inout SeededRandom, keys: Int) -> Keyspace {
        let keyspace = Keyspace(databases: 3, seed: 1, now: 1_000)
        for _ in 0..<(4 * keys) { change(keyspace, &random, keys: keys, wholesale: false) }
        return keyspace
    }

    /// Two snapshots after one another, with writers all the while, each of which has the state of its own start.
    @Test(arguments: 0..<24 as Range<UInt64>)
    func hasTheStateOfItsStart(_ seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        let keys = [5, 400, 4_000, 20_000][random.below(4)]
        let keyspace = Self.filled(&random, keys: keys)
        for round in 0..<3 {
            let expected = Self.state(keyspace)
            let sink = RecordingSink()
            let isAborted = round == 0 && seed % 3 == 0
            let snapshot = keyspace.beginSnapshot(sink)
            let outcome = Outcome()
            // Some changes before the thread begins: those are certain to be ahead of it.
            for _ in 0..<random.below(keys) {
                Self.change(keyspace, &random, keys: 2 * keys, wholesale: seed % 2 == 0)
            }
            keyspace.commandEnded()
            let thread = WorkerThread(name: "snapshot") {
                let result = try? snapshot.run()
                outcome.isComplete.store(result == true, ordering: .relaxed)
                outcome.isDone.store(true, ordering: .releasing)
            }
            var changes = 0
            while !outcome.isDone.load(ordering: .acquiring) {
                Self.change(keyspace, &random, keys: 2 * keys, wholesale: seed % 2 == 0)
                changes += 1
                if isAborted, changes == 20 { snapshot.abort() }
                if changes % 3 == 0 { keyspace.commandEnded() }
            }
            keyspace.commandEnded()
            thread.join()
            keyspace.endSnapshot()
            if isAborted { continue }
            let isComplete = outcome.isComplete.load(ordering: .relaxed)
            #expect(isComplete)
            #expect(sink.duplicates == 0, "seed \(seed)")
            if sink.records != expected {
                let lost = expected.flatMap { database, keys in
                    keys.filter { sink.records[database]?[$0.key] != $0.value }.map { "\(database) \($0)" }
                }
                Issue.record("seed \(seed), round \(round): \(lost.count) keys differ, \(lost.prefix(5))")
            }
            #expect(snapshot.progress.saved == snapshot.progress.total)
        }
    }

    @Test func onlyTouchedKeysCostMemory() throws {
        var random = SeededRandom(seed: 77)
        let keyspace = Self.filled(&random, keys: 5_000)
        let sink = RecordingSink()
        let snapshot = keyspace.beginSnapshot(sink)
        #expect(snapshot.progress.peakSideBytes == 0)
        for _ in 0..<10 {
            for number in 0..<100 {
                keyspace.database(0).set("key:\(number)", "new")
                keyspace.database(0).set("other:\(number)", "new")
            }
        }
        #expect(snapshot.progress.peakSideBytes < 100 * 140)
        keyspace.commandEnded()
        #expect(try snapshot.run())
        keyspace.endSnapshot()
        // Nothing of it is left: the next one takes every key from the walk.
        let second = keyspace.beginSnapshot(RecordingSink())
        #expect(try second.run())
        #expect(second.progress.peakSideBytes == 0)
        #expect(second.progress.saved == keyspace.keyCount)
        keyspace.endSnapshot()
    }

    @Test func aFailureOfTheSinkEndsItAndLeavesNoMarks() throws {
        var random = SeededRandom(seed: 78)
        let keyspace = Self.filled(&random, keys: 20_000)
        let sink = RecordingSink()
        sink.failsAfter = 1
        let snapshot = keyspace.beginSnapshot(sink)
        for number in 0..<5_000 { keyspace.database(1).set("key:\(number)", "new") }
        keyspace.commandEnded()
        #expect(throws: StorageError.self) { try snapshot.run() }
        keyspace.endSnapshot()
        let expected = Self.state(keyspace)
        let second = RecordingSink()
        #expect(try keyspace.beginSnapshot(second).run())
        keyspace.endSnapshot()
        #expect(second.records == expected)
    }
}
