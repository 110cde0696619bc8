import StrataDisk
import StrataJournal
import StrataSystems
import StrataTesting
import Testing

/// What only the store with versions can do.
struct KVSystemTests {
    private func number(_ value: RawSpan) -> UInt64 {
        value.byteCount == 8 ? value.unsafeLoad(fromByteOffset: 0, as: UInt64.self) : .max
    }

    @Test func readingThePastCountsChangesOfTheWholeStore() throws {
        try withRunning("kv", { $0.syncPolicy = .never }) { system, _ in
            let client = try system.makeClient(0)
            // Change n writes n to key n % 10.
            for change in 0..<UInt64(1000) {
                try withUnsafeBytes(of: change) { try client.write(key: change % 10, value: $0.bytes) }
                if change == 500 { try system.settle() }
            }
            var random = SeededRandom(seed: 7)
            for _ in 0..<500 {
                let (key, depth) = (random.below(UInt64(10)), random.below(UInt64(1100)))
                var found: UInt64?
                let isThere = try client.readPast(key: key, depth: depth) { found = number($0) }
                // The newest change that had been made then, and among those the newest of this key.
                let expected = (0..<UInt64(1000)).last { $0 % 10 == key && $0 + depth < 1000 }
                #expect(found == expected && isThere == (expected != nil), "key \(key), \(depth) changes ago")
            }
            try system.stop()
        }
    }

    @Test(arguments: SystemCatalog.names.filter { $0 != "kv" })
    func whoKeepsNoHistorySaysSo(_ name: String) throws {
        try withRunning(name) { system, _ in
            let client = try system.makeClient(0)
            #expect(throws: SystemUnsupported.self) { try client.readPast(key: 1, depth: 1) { _ in } }
            try system.stop()
        }
    }

    @Test func watchersAreToldOfWhatTheyWatch() throws {
        try withRunning("kv", { $0.syncPolicy = .never }) { system, _ in
            let receiver = try #require(system as? any WatchSource).watch([3, 3, nil])
            let client = try system.makeClient(0)
            for change in 0..<UInt64(20) {
                try withUnsafeBytes(of: change) { try client.write(key: change % 4, value: $0.bytes) }
            }
            var told: [UInt64: Int] = [:]
            var events = 0
            while events < 30 {
                let count = try receiver.receive(atMost: 10_000_000_000) { told[number($0), default: 0] += 1 }
                try #require(count > 0, "\(events) of 30 events came")
                events += count
            }
            // Twice by the watchers of the key, once by the one of all.
            for change in 0..<UInt64(20) { #expect(told[change] == (change % 4 == 3 ? 3 : 1)) }
            #expect(receiver.lagged == 0)
            #expect(try receiver.receive(atMost: 1) { _ in } == 0)
            receiver.close()
            #expect(throws: StorageError.self) { try receiver.receive(atMost: 1) { _ in } }
            try system.stop()
        }
    }
}
