import StrataBTree
import StrataDisk
import StrataEngine
import StrataJournal
import StrataKV
import StrataReplica
import StrataSim
import StrataTesting
import StrataWAL
import Testing

@Suite struct SnapshotTests {
    private func filled(_ disk: SimulatedDisk, _ count: Int = 300) throws -> KVEngine {
        let engine = try open(disk)
        for number in 0..<count { try engine.put("key \(number % 100)", "value \(number)") }
        return engine
    }

    @Test func aRestoredStoreIsTheStoreAndGoesOn() throws {
        let (disk, backup, target) = (SimulatedDisk(), SimulatedDisk(), SimulatedDisk())
        let engine = try filled(disk)
        let hash = try engine.hashKV()
        let info = try engine.snapshot(to: backup, name: "backup.tree")!
        #expect(info.revision == engine.revision)
        #expect(info.appliedIndex == 300)
        #expect(info.bytes == UInt64(backup.contents(of: "backup.tree")!.count))
        try engine.put("later", "not in it")
        let restored = try KVEngine.restore(from: backup, name: "backup.tree", to: target)
        #expect(restored == info)
        let other = try open(target)
        #expect(try other.hashKV() == hash)
        #expect(try other.get("later") == nil)
        #expect(try other.get("key 5", at: 10) == "value 5")
        #expect(try other.put("own", "way") == info.revision + 1)
        other.abandon()
        let again = try open(target.killed())
        #expect(try again.get("own") == "way")
        #expect(try again.check().isClean)
        try again.close()
        try engine.close()
    }

    @Test func aRestoreTakesOnlyAnEmptyDirectoryAndASoundSnapshot() throws {
        let (disk, backup) = (SimulatedDisk(), SimulatedDisk())
        let engine = try filled(disk)
        try engine.snapshot(to: backup, name: "backup.tree")
        for name in ["store.tree", "anything", "wal-00000000000000000001.seg"] {
            let target = SimulatedDisk()
            target.install(name, [1])
            guard
                case .invalid = storageFailure({
                    try KVEngine.restore(from: backup, name: "backup.tree", to: target)
                })?.kind
            else {
                Issue.record("restored beside \(name)")
                return
            }
            #expect(target.contents(of: name) == [1])
        }
        for offset in [20, 3 * 4096 + 100, backup.contents(of: "backup.tree")!.count - 100] {
            let damaged = SimulatedDisk()
            damaged.install("backup.tree", backup.contents(of: "backup.tree")!)
            try damaged.rot("backup.tree", at: offset, mask: 2)
            let target = SimulatedDisk()
            let failed = storageFailure { try KVEngine.restore(from: damaged, name: "backup.tree", to: target) }
            // One meta of two may be damaged: the tree is whole without it, but a backup should not be.
            guard case .corrupt = failed?.kind else {
                Issue.record("a snapshot damaged at \(offset) was restored: \(String(describing: failed))")
                continue
            }
            #expect(try !target.list().contains { $0.hasSuffix(".tree") || $0.hasSuffix(".tmp") })
        }
        let target = SimulatedDisk()
        #expect(storageFailure { try KVEngine.restore(from: backup, name: "none.tree", to: target) } != nil)
        try engine.close()
    }

    @Test func aSnapshotCanBeGivenUp() throws {
        let (disk, backup) = (SimulatedDisk(recordsTrace: false), SimulatedDisk(recordsTrace: false))
        let engine = try open(disk)
        for number in 0..<2000 { try engine.put("key \(number)", String(repeating: "v", count: 500)) }
        var calls = 0
        let info = try engine.snapshot(to: backup, name: "backup.tree") { _ in
            calls += 1
            return false
        }
        #expect(info == nil && calls >= 1)
        #expect(try backup.list().filter { !$0.hasSuffix(".lock") }.isEmpty)
        #expect(try engine.snapshot(to: backup, name: "backup.tree") != nil)
        try engine.close()
    }

    /// Snapshots and compactions of the file beside writers and readers: each snapshot holds what was acknowledged when it began.
    @Test func whatWasAcknowledgedIsInASnapshotTakenUnderLoad() throws {
        try withTemporaryDirectory("engine-load") { directory in
            var options = KVEngineOptions()
            options.store.log = .wal(StoreOptions.walOptions(.never))
            options.store.bufferBytes = 256 << 10
            let engine = try KVEngine(on: PosixDisk(path: directory.path), options: options)
            let isDone = FutexWord()
            let problems = Problems()
            let writers = (0..<2).map { writer in
                WorkerThread(name: "writer \(writer)") {
                    var number = 0
                    while isDone.value == 0 {
                        do {
                            try engine.put(
                                "key \(writer) \(number % 500)", "\(number) " + String(repeating: "v", count: 200))
                        } catch {
                            return problems.add("\(error)")
                        }
                        number += 1
                    }
                }
            }
            let reader = WorkerThread(name: "reader") {
                var last = 0
                while isDone.value == 0 {
                    do {
                        let found = try engine.get("key 0 7").flatMap { Int($0.prefix { $0 != " " }) } ?? 0
                        if found < last { problems.add("\(found) after \(last)") }
                        last = found
                    } catch {
                        return problems.add("\(error)")
                    }
                }
            }
            for round in 0..<3 {
                let before = engine.revision
                let backup = SimulatedDisk(recordsTrace: false)
                let info = try engine.snapshot(to: backup, name: "s.tree")!
                #expect(info.revision >= before)
                let target = SimulatedDisk(recordsTrace: false)
                try KVEngine.restore(from: backup, name: "s.tree", to: target)
                let restored = try open(target)
                #expect(restored.revision == info.revision)
                #expect(try restored.hashKV().hash == engine.hashKV(at: info.revision).hash, "round \(round)")
                #expect(try restored.check().isClean)
                restored.abandon()
                #expect(try engine.compactFile() != nil)
            }
            isDone.advance()
            for thread in writers + [reader] { thread.join() }
            #expect(problems.all.isEmpty, "\(problems.all)")
            #expect(engine.statistics.checkpoints > 3)
            #expect(try engine.check().isClean)
            let contents = try engine.contents()
            try engine.close()
            let again = try KVEngine(on: PosixDisk(path: directory.path), options: options)
            #expect(try again.contents() == contents)
            try again.close()
        }
    }
}
