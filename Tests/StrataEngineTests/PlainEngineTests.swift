import StrataBTree
import StrataDisk
import StrataEngine
import StrataReplica
import StrataSim
import StrataWAL
import Testing

@Suite struct PlainEngineTests {
    @Test(arguments: [21, 22, 23] as [UInt64])
    func itIsADictionaryOverKillsAndCheckpoints(_ seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        var disk = SimulatedDisk(recordsTrace: false)
        var engine = try PlainEngine(on: disk, options: .small())
        var model: [[UInt8]: [UInt8]] = [:]
        for step in 0..<3000 {
            let key = text("k\(random.below(300))")
            switch random.below(100) {
            case 0: try engine.checkpoint()
            case 1:
                engine.abandon()
                disk = disk.killed()
                engine = try PlainEngine(on: disk, options: .small())
            case 2..<30:
                try engine.remove(key.span.bytes)
                model[key] = nil
            case 30..<40:
                let found = try engine.get(key.span.bytes) { (value) throws(StorageError) in bytes(value) }
                #expect(found == model[key], "seed \(seed), step \(step)")
            default:
                let value = (0..<random.below(200)).map { _ in UInt8(truncatingIfNeeded: random.next()) }
                if random.chance(0.5) {
                    try engine.put(key.span.bytes, value.span.bytes)
                } else {
                    try engine.wait(through: engine.submitPut(key.span.bytes, value.span.bytes))
                }
                model[key] = value
            }
        }
        var found: [[UInt8]: [UInt8]] = [:]
        let cursor = engine.makeCursor()
        var more = try cursor.seekFirst()
        while more {
            found[cursor.withKey { bytes($0) }] = try cursor.withValue { (value) throws(StorageError) in bytes(value) }
            more = try cursor.next()
        }
        #expect(found == model, "seed \(seed)")
        try engine.close()
    }

    @Test func whatDoesNotFitIsRefusedAndChangesNothing() throws {
        let engine = try PlainEngine(on: SimulatedDisk(), options: .small())
        let long = [UInt8](repeating: 1, count: engine.maximumKeySize + 1)
        let short = text("a")
        #expect(storageFailure { try engine.put(long.span.bytes, short.span.bytes) } != nil)
        #expect(engine.failure == nil)
        try engine.put(short.span.bytes, long.span.bytes)
        let empty: [UInt8] = []
        try engine.put(empty.span.bytes, empty.span.bytes)
        #expect(try engine.get(empty.span.bytes) { (value) throws(StorageError) in value.byteCount } == 0)
        try engine.close()
    }

    @Test func aRestoredStoreIsTheStore() throws {
        let (disk, backup, target) = (SimulatedDisk(), SimulatedDisk(), SimulatedDisk())
        let engine = try PlainEngine(on: disk, options: .small())
        let (key, value) = (text("a"), text("1"))
        try engine.put(key.span.bytes, value.span.bytes)
        let info = try engine.snapshot(to: backup, name: "s.tree")
        #expect(try PlainEngine.restore(from: backup, name: "s.tree", to: target) == info)
        let other = try PlainEngine(on: target, options: .small())
        #expect(try other.get(key.span.bytes) { (found) throws(StorageError) in bytes(found) } == value)
        try other.close()
        try engine.close()
    }
}
