import StrataBTree
import StrataCodec
import StrataDisk
import StrataEngine
import StrataJournal
import Synchronization

/// Strata's map without versions: changes go through the log ("wal-tree"), or through none ("memory"), into a buffer in memory,
/// and from there to the tree in the background.
///
/// "memory" walks the same path of code as its neighbours and promises nothing, so that its policy is `.never`: what a
/// killed process had not merged into the tree is gone.
package final class PlainSystem: MeasuredSystem {
    private let configuration: SystemConfiguration
    private let hasLog: Bool
    private let engine = Mutex<PlainEngine?>(nil)
    private let tallies = WriteTallies()

    package init(_ configuration: SystemConfiguration, hasLog: Bool) {
        self.configuration = configuration
        self.hasLog = hasLog
    }

    package var description: SystemDescription {
        SystemDescription(
            name: hasLog ? "wal-tree" : "memory", version: "strata format \(PageFormat.version)",
            settings: configuration.storeSettings(hasLog: hasLog))
    }

    package func start() throws { _ = try open() }

    private func open() throws -> PlainEngine {
        if !hasLog {
            guard configuration.syncPolicy == .never else {
                throw SystemUnsupported(reason: "without a log nothing is durable when it is acknowledged")
            }
            guard configuration.compression == .none else {
                throw SystemUnsupported(reason: "there is no log to compress")
            }
        }
        do throws(StorageError) {
            let opened = try PlainEngine(
                on: try PosixDisk(path: configuration.directory),
                options: configuration.storeOptions(hasLog: hasLog))
            engine.withLock { $0 = opened }
            return opened
        } catch {
            throw error.asUnsupported
        }
    }

    func running() throws -> PlainEngine {
        guard let engine = engine.withLock({ $0 }) else {
            throw StorageError(kind: .closed, file: configuration.directory)
        }
        return engine
    }

    package func makeClient(_ index: Int) throws -> any SystemClient { Client(try running(), tallies.make()) }

    private final class Client: SystemClient {
        private let engine: PlainEngine
        private let tally: WriteTally

        init(_ engine: PlainEngine, _ tally: WriteTally) {
            self.engine = engine
            self.tally = tally
        }

        func write(key: UInt64, value: RawSpan) throws {
            try KeyName.withBytes(of: key) { (name) throws(StorageError) in try engine.put(name, value) }
            tally.add(operations: 1, bytes: value.byteCount)
        }

        func submit(key: UInt64, value: RawSpan) throws -> UInt64 {
            let ticket = try KeyName.withBytes(of: key) { (name) throws(StorageError) in
                try engine.submitPut(name, value)
            }
            tally.add(operations: 1, bytes: value.byteCount)
            return ticket
        }

        func wait(through ticket: UInt64) throws -> UInt64 { try engine.wait(through: ticket) }

        func read(key: UInt64, _ body: (RawSpan) -> Void) throws -> Bool {
            try KeyName.withBytes(of: key) { (name) throws(StorageError) in
                try engine.get(name) { (value) throws(StorageError) in body(value) } != nil
            }
        }

        func scan(from key: UInt64, count: Int, _ body: (RawSpan) -> Void) throws -> Int {
            guard count > 0 else { return 0 }
            let cursor = engine.makeCursor()
            var isThere = try KeyName.withBytes(of: key) { (name) throws(StorageError) in try cursor.seek(name) }
            var found = 0
            while isThere {
                try cursor.withValue { (value) throws(StorageError) in body(value) }
                found += 1
                guard found < count else { break }
                isThere = try cursor.next()
            }
            return found
        }
    }

    package func counters() -> SystemCounters {
        var counters = tallies.counters
        if let statistics = engine.withLock({ $0 })?.statistics { counters.add(statistics, hasLog: hasLog) }
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
