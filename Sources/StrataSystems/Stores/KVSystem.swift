import StrataBTree
import StrataDisk
import StrataEngine
import StrataJournal
import StrataKV
import Synchronization

/// Strata's embedded key-value store with etcd's data model: every change has a revision, and old ones stay readable. Nothing is
/// compacted away by itself.
package final class KVSystem: MeasuredSystem {
    private let configuration: SystemConfiguration
    private let engine = Mutex<KVEngine?>(nil)
    private let tallies = WriteTallies()

    package init(_ configuration: SystemConfiguration) { self.configuration = configuration }

    package var description: SystemDescription {
        SystemDescription(
            name: "kv", version: "strata format \(PageFormat.version)",
            settings: configuration.storeSettings(hasLog: true))
    }

    package func start() throws { _ = try open() }

    private func open() throws -> KVEngine {
        do throws(StorageError) {
            var options = KVEngineOptions()
            options.store = configuration.storeOptions(hasLog: true)
            let opened = try KVEngine(on: try PosixDisk(path: configuration.directory), options: options)
            engine.withLock { $0 = opened }
            return opened
        } catch {
            throw error.asUnsupported
        }
    }

    func running() throws -> KVEngine {
        guard let engine = engine.withLock({ $0 }) else {
            throw StorageError(kind: .closed, file: configuration.directory)
        }
        return engine
    }

    package func makeClient(_ index: Int) throws -> any SystemClient { Client(try running(), tallies.make()) }

    private final class Client: SystemClient {
        private let engine: KVEngine
        private let tally: WriteTally

        init(_ engine: KVEngine, _ tally: WriteTally) {
            self.engine = engine
            self.tally = tally
        }

        func write(key: UInt64, value: RawSpan) throws {
            try KeyName.withBytes(of: key) { name throws in _ = try engine.put(name, value) }
            tally.add(operations: 1, bytes: value.byteCount)
        }

        func submit(key: UInt64, value: RawSpan) throws -> UInt64 {
            let ticket = try KeyName.withBytes(of: key) { name throws in try engine.submitPut(name, value).index }
            tally.add(operations: 1, bytes: value.byteCount)
            return ticket
        }

        func wait(through ticket: UInt64) throws -> UInt64 { try engine.wait(through: ticket) }

        func read(key: UInt64, _ body: (RawSpan) -> Void) throws -> Bool {
            try KeyName.withBytes(of: key) { name throws in
                try engine.get(name) { _, value in body(value) } != nil
            }
        }

        func scan(from key: UInt64, count: Int, _ body: (RawSpan) -> Void) throws -> Int {
            guard count > 0 else { return 0 }
            let start = KeyName.withBytes(of: key) { name in name.withUnsafeBytes { Array($0) } }
            var found = 0
            try engine.scan(KeyRange(start: start, end: .unbounded)) { _, _, value in
                body(value)
                found += 1
                return found < count
            }
            return found
        }

        func readPast(key: UInt64, depth: UInt64, _ body: (RawSpan) -> Void) throws -> Bool {
            // A change of the store is a revision; an empty store is at 1, which 0 would not mean.
            let revision = engine.revision - Int64(clamping: depth)
            guard revision > 0 else { return false }
            return try KeyName.withBytes(of: key) { name throws in
                try engine.get(name, at: revision) { _, value in body(value) } != nil
            }
        }
    }

    package func counters() -> SystemCounters {
        var counters = tallies.counters
        if let statistics = engine.withLock({ $0 })?.statistics { counters.add(statistics, hasLog: true) }
        return counters
    }

    package func settle() throws { try running().checkpoint() }

    package func stop() throws {
        let closing = try running()
        forget()
        try closing.close()
    }

    package func kill() {
        engine.withLock { $0 }?.abandon()
        forget()
    }

    private func forget() {
        engine.withLock { $0 = nil }
        tallies.removeAll()
    }

    package func recover() throws -> RecoveryTiming { RecoveryTiming(try open().recovery) }
}
