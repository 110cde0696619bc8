import StrataDisk
import StrataJournal
import StrataSystems
import StrataTesting
import Synchronization
import Testing

/// What the runner relies on, for every system that reads by key: against a dictionary.
struct StoreConformanceTests {
    private static let keys: UInt64 = 300

    @Test(arguments: SystemCatalog.stores)
    func valuesReadBackAsTheyWereWrittenLast(_ name: String) throws {
        try withRunning(name, { $0.syncPolicy = .never }) { system, _ in
            var random = SeededRandom(seed: 1)
            var model = StoreModel()
            let (writer, reader) = (try system.makeClient(0), try system.makeClient(1))
            #expect(try model.differences(reader, keys: Self.keys) == [], "an empty store")
            for _ in 0..<3 {
                try model.write(400, keys: Self.keys, random: &random) { try writer.write(key: $0, value: $1) }
                #expect(try model.differences(writer, keys: Self.keys) == [])
                #expect(try model.differences(reader, keys: Self.keys) == [])
                try system.settle()
            }
            #expect(try model.differences(reader, keys: Self.keys) == [], "settled")
            try system.stop()
        }
    }

    @Test(arguments: SystemCatalog.stores)
    func writesInFlightAreReadOnceWaitedFor(_ name: String) throws {
        try withRunning(name, { $0.syncPolicy = .never }) { system, _ in
            var random = SeededRandom(seed: 2)
            var model = StoreModel()
            let (writer, reader) = (try system.makeClient(0), try system.makeClient(1))
            for size in [1, 7, 64, 500] {
                var last: UInt64 = 0
                try model.write(size, keys: Self.keys, random: &random) { last = try writer.submit(key: $0, value: $1) }
                #expect(try writer.wait(through: last) >= last)
                #expect(try model.differences(reader, keys: Self.keys) == [], "\(size) in flight")
                #expect(try model.differences(writer, keys: Self.keys) == [], "\(size) in flight")
            }
            try system.stop()
        }
    }

    @Test(arguments: SystemCatalog.stores)
    func scansRunInTheOrderOfKeys(_ name: String) throws {
        try withRunning(name, { $0.syncPolicy = .never }) { system, _ in
            var random = SeededRandom(seed: 3)
            let client = try system.makeClient(0)
            var model: [UInt64: [UInt8]] = [:]
            for round in 0..<2 {
                for _ in 0..<500 {
                    let key = random.next() >> random.below(60)
                    let value = withUnsafeBytes(of: random.next()) { Array($0) }
                    try client.write(key: key, value: value.span.bytes)
                    model[key] = value
                }
                // Part of the data in the main store, part in whatever stands before it.
                if round == 0 { try system.settle() }
            }
            let order = model.keys.sorted()
            for _ in 0..<200 {
                let start = random.below(8) == 0 ? order[random.below(order.count)] : random.next() >> random.below(64)
                let count = random.below(120)
                var found: [[UInt8]] = []
                let number = try client.scan(from: start, count: count) { found.append($0.copied) }
                let expected = order.drop { $0 < start }.prefix(count).compactMap { model[$0] }
                #expect(found == expected && number == expected.count, "from \(start), \(count)")
            }
            #expect(try client.scan(from: 0, count: .max) { _ in } == model.count)
            try system.stop()
        }
    }

    @Test(arguments: SystemCatalog.stores, [SyncPolicy.always, .never])
    func everythingIsThereAfterAStop(_ name: String, _ policy: SyncPolicy) throws {
        try withRunning(name, { $0.syncPolicy = policy }) { system, configuration in
            guard SystemCatalog.isPersistent(name) else {
                return skip("\(name) keeps nothing on disk")
            }
            var random = SeededRandom(seed: 4)
            var model = StoreModel()
            let client = try system.makeClient(0)
            try model.write(200, keys: Self.keys, random: &random) { try client.write(key: $0, value: $1) }
            try system.stop()
            try system.start()
            #expect(try model.differences(try system.makeClient(0), keys: Self.keys) == [], "the same system")
            try system.stop()
            let other = try SystemCatalog.make(name, configuration)
            try other.start()
            let next = try other.makeClient(0)
            try model.write(20, keys: Self.keys, random: &random) { try next.write(key: $0, value: $1) }
            #expect(try model.differences(next, keys: Self.keys) == [], "a new system")
            try other.stop()
        }
    }

    @Test(arguments: SystemCatalog.stores, [SyncPolicy.always, .never])
    func everythingAcknowledgedIsThereAfterAKill(_ name: String, _ policy: SyncPolicy) throws {
        try withRunning(name, { $0.syncPolicy = policy }) { system, _ in
            guard SystemCatalog.isPersistent(name) else {
                return skip("\(name) keeps nothing on disk")
            }
            var random = SeededRandom(seed: 5)
            var model = StoreModel()
            for life in 0..<3 {
                let client = try system.makeClient(0)
                try model.write(100, keys: Self.keys, random: &random) { try client.write(key: $0, value: $1) }
                if life == 1 { try system.settle() }
                try client.write(key: Self.keys, value: [UInt8(life)].span.bytes)
                system.kill()
                var newest: [UInt8] = []
                let timing = try system.recover(reading: Self.keys) { newest = $0.copied }
                #expect(newest == [UInt8(life)])
                #expect(timing.phases.last?.name == "first_read" && timing.phases.count >= 2)
                #expect(timing.total >= timing.phases[0].duration)
                #expect(try model.differences(try system.makeClient(0), keys: Self.keys) == [], "life \(life)")
            }
            #expect(throws: StorageError.self) {
                system.kill()
                _ = try system.recover(reading: Self.keys + 1) { _ in }
            }
            try system.stop()
        }
    }

    @Test(arguments: SystemCatalog.stores)
    func threadsWriteAndReadAtOnce(_ name: String) throws {
        try withRunning(name, { ($0.syncPolicy, $0.memoryBytes) = (.never, 8 << 20) }) { system, _ in
            let (threads, each) = (8, 200)
            let errors = Mutex<[String]>([])
            let running = try (0..<threads).map { thread in
                let seat = Seat(try system.makeClient(thread))
                return WorkerThread(name: "client \(thread)") {
                    do {
                        let client = seat.client
                        for number in 0..<each {
                            let key = UInt64(number * threads + thread)
                            let value = withUnsafeBytes(of: key) { Array($0) }
                            try client.write(key: key, value: value.span.bytes)
                            var found: [UInt8] = []
                            guard try client.read(key: key, { found = $0.copied }), found == value else {
                                return errors.withLock { $0.append("key \(key): read \(found)") }
                            }
                            _ = try client.scan(from: key, count: 5) { _ in }
                        }
                    } catch {
                        errors.withLock { $0.append("\(error)") }
                    }
                }
            }
            for thread in running { thread.join() }
            #expect(errors.withLock { $0 } == [])
            #expect(try system.makeClient(0).scan(from: 0, count: .max) { _ in } == threads * each)
            #expect(system.counters().batchedOperations == UInt64(threads * each))
            try system.stop()
        }
    }

    @Test(arguments: SystemCatalog.stores)
    func aDirectoryThatCannotBeMadeIsAnError(_ name: String) throws {
        try withTemporaryDirectory { directory in
            try directory.write([1], to: "file")
            let system = try SystemCatalog.make(name, SystemConfiguration(directory: directory.file("file") + "/data"))
            guard SystemCatalog.isPersistent(name) else { return skip("\(name) keeps nothing on disk") }
            #expect(throws: (any Error).self) { try system.start() }
        }
    }
}

/// A client on its way to the one thread that uses it.
private final class Seat: @unchecked Sendable {
    let client: any SystemClient
    init(_ client: any SystemClient) { self.client = client }
}

/// Copies that some stores make of themselves while they serve.
struct SnapshotConformanceTests {
    @Test(arguments: ["wal-tree", "kv"])
    func aSnapshotIsAStoreOfWhatWasAcknowledgedBefore(_ name: String) throws {
        try withRunning(name, { $0.syncPolicy = .never }) { system, configuration in
            let source = try #require(system as? any SnapshotSource)
            var random = SeededRandom(seed: 6)
            var model = StoreModel()
            let client = try system.makeClient(0)
            try model.write(300, keys: 100, random: &random) { try client.write(key: $0, value: $1) }
            try system.settle()
            try model.write(50, keys: 100, random: &random) { try client.write(key: $0, value: $1) }
            var copied = configuration
            copied.directory = configuration.directory + "-copy"
            #expect(try source.snapshot(to: copied.directory) { false } > 0)
            let snapshot = model
            try model.write(50, keys: 100, random: &random) { try client.write(key: $0, value: $1) }
            #expect(try model.differences(client, keys: 100) == [])
            try system.stop()

            let copy = try SystemCatalog.make(name, copied)
            try copy.start()
            #expect(try snapshot.differences(try copy.makeClient(0), keys: 100) == [])
            try copy.stop()
        }
    }

    @Test(arguments: ["wal-tree", "kv"])
    func aCancelledSnapshotEndsWithAThrow(_ name: String) throws {
        try withRunning(name, { $0.syncPolicy = .never }) { system, configuration in
            let source = try #require(system as? any SnapshotSource)
            let client = try system.makeClient(0)
            let value = [UInt8](repeating: 7, count: 1000)
            for key in 0..<UInt64(2000) { try client.write(key: key, value: value.span.bytes) }
            #expect(throws: CancellationError.self) {
                try source.snapshot(to: configuration.directory + "-copy") { true }
            }
            #expect(try client.read(key: 1999) { _ in })
            try system.stop()
        }
    }
}
