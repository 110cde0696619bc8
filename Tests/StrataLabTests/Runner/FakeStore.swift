import Foundation
import Glibc
import StrataDisk
import StrataLab
import StrataSystems
import Synchronization

/// A store with keys for tests: an ordered map, and a file to which every acknowledged write was appended before. Takes
/// snapshots and has watchers. What is submitted is gathered until it is waited for, as libraries do.
final class FakeStore: SnapshotSource, WatchSource {
    struct Behaviour: Sendable {
        /// Keeps nothing over its lives.
        var isForgetful = false
        /// Of so many reads one finds nothing; 0 none.
        var hidesEvery = 0
        /// Newest entries of the file that a recovery overlooks.
        var lostEntries = 0
        /// Of the events of one watcher, those never delivered.
        var droppedEvents = 0
        var failsAtStart: String?
        /// Refused with `SystemUnsupported`.
        var unsupportedPolicy: String?
        var failAt: UInt64?
        /// Told of every start.
        var starts: Counter?
    }

    private struct State {
        var values: [UInt64: [UInt8]] = [:]
        var file: Int32 = -1
        var writes: UInt64 = 0
        var bytes: UInt64 = 0
        var reads = 0
        var watchers: [FakeReceiver] = []
    }

    let behaviour: Behaviour
    let configuration: SystemConfiguration
    private let state = Mutex(State())

    init(_ behaviour: Behaviour, _ configuration: SystemConfiguration) {
        self.behaviour = behaviour
        self.configuration = configuration
    }

    static func factory(_ behaviour: Behaviour = .init()) -> SystemFactory {
        { _, configuration in FakeStore(behaviour, configuration) }
    }

    var description: SystemDescription { .init(name: "store", version: "1.0", settings: [:]) }
    private var path: String { configuration.directory + "/data" }

    func start() throws {
        _ = behaviour.starts?.next()
        if let reason = behaviour.failsAtStart { throw FakeSystem.Broken(reason: reason) }
        if configuration.syncPolicy.text == behaviour.unsupportedPolicy {
            throw SystemUnsupported(reason: "no such policy here")
        }
        _ = try load(dropping: 0)
    }

    private func load(dropping lost: Int) throws -> UInt64 {
        if behaviour.isForgetful { unlink(path) }
        let bytes = [UInt8](FileManager.default.contents(atPath: path) ?? Data())
        var entries: [(UInt64, [UInt8])] = []
        var place = 0
        while place + 12 <= bytes.count {
            let key = bytes[place..<place + 8].reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
            let count = bytes[place + 8..<place + 12].reversed().reduce(0) { $0 << 8 | Int($1) }
            guard place + 12 + count <= bytes.count else { break }
            entries.append((key, Array(bytes[place + 12..<place + 12 + count])))
            place += 12 + count
        }
        entries.removeLast(min(lost, entries.count))
        let file = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o644)
        // A torn entry would hide those behind it.
        if place < bytes.count { ftruncate(file, off_t(place)) }
        state.withLock { state in
            state.file = file
            for (key, value) in entries { state.values[key] = value }
        }
        return UInt64(entries.count)
    }

    func makeClient(_ index: Int) throws -> any SystemClient { FakeStoreClient(self) }

    func counters() -> SystemCounters {
        var counters = SystemCounters()
        state.withLock { state in
            counters.userBytes = state.bytes
            counters.batchedOperations = state.writes
        }
        return counters
    }

    func stop() throws { kill() }
    func kill() {
        state.withLock { state in
            close(state.file)
            state = State()
        }
    }

    func recover() throws -> RecoveryTiming {
        let clock = SystemClock()
        let began = clock.nanoseconds()
        let entries = try load(dropping: behaviour.lostEntries)
        let time = Duration.nanoseconds(Int64(clock.nanoseconds() - began))
        return RecoveryTiming(phases: [.init(name: "open", duration: time)], total: time, bytes: nil, entries: entries)
    }

    func write(_ batch: [(key: UInt64, value: [UInt8])]) throws {
        var bytes: [UInt8] = []
        for (key, value) in batch {
            withUnsafeBytes(of: key.littleEndian) { bytes.append(contentsOf: $0) }
            withUnsafeBytes(of: UInt32(value.count).littleEndian) { bytes.append(contentsOf: $0) }
            bytes.append(contentsOf: value)
        }
        try state.withLock { state in
            state.writes += UInt64(batch.count)
            if let failAt = behaviour.failAt, state.writes >= failAt {
                throw FakeSystem.Broken(reason: "the fake broke")
            }
            guard Glibc.write(state.file, bytes, bytes.count) == bytes.count else {
                throw StorageError(kind: .io(call: "write", errno: errno), file: path)
            }
            for (key, value) in batch {
                state.bytes += UInt64(value.count)
                state.values[key] = value
                for watcher in state.watchers { watcher.offer(key, value) }
            }
        }
    }

    func value(of key: UInt64) -> [UInt8]? {
        state.withLock { state in
            state.reads += 1
            let isHidden = behaviour.hidesEvery > 0 && state.reads % behaviour.hidesEvery == 0
            return isHidden ? nil : state.values[key]
        }
    }

    func values(from key: UInt64, count: Int) -> [[UInt8]] {
        state.withLock { state in
            state.values.keys.filter { $0 >= key }.sorted().prefix(count).compactMap { state.values[$0] }
        }
    }

    func snapshot(to directory: String, isCancelled: () -> Bool) throws -> UInt64 {
        if isCancelled() { throw CancellationError() }
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: false)
        try FileManager.default.copyItem(atPath: path, toPath: directory + "/data")
        return UInt64((try FileManager.default.attributesOfItem(atPath: directory + "/data")[.size] as? Int) ?? 0)
    }

    func watch(_ keys: [UInt64?]) throws -> any WatchReceiver {
        let receiver = FakeReceiver(keys, dropping: behaviour.droppedEvents)
        state.withLock { $0.watchers.append(receiver) }
        return receiver
    }
}

final class FakeReceiver: WatchReceiver, Sendable {
    private let keys: [UInt64?]
    private let queue: Mutex<[[UInt8]]>
    private let toDrop: Atomic<Int>

    init(_ keys: [UInt64?], dropping dropped: Int) {
        self.keys = keys
        queue = Mutex([])
        toDrop = Atomic(dropped)
    }

    func offer(_ key: UInt64, _ value: [UInt8]) {
        for watched in keys where watched == nil || watched == key {
            if toDrop.load(ordering: .relaxed) > 0 {
                toDrop.subtract(1, ordering: .relaxed)
            } else {
                queue.withLock { $0.append(value) }
            }
        }
    }

    func receive(atMost nanoseconds: Int64, _ body: (RawSpan) -> Void) throws -> Int {
        let events = queue.withLock { queue in
            defer { queue = [] }
            return queue
        }
        for event in events { body(event.span.bytes) }
        if events.isEmpty { usleep(1000) }
        return events.count
    }

    var lagged: Int { 0 }
    func close() {}
}

final class FakeStoreClient: SystemClient {
    private let store: FakeStore
    private var gathered: [(key: UInt64, value: [UInt8])] = []
    private var ticket: UInt64 = 0

    init(_ store: FakeStore) { self.store = store }

    private func copy(_ value: RawSpan) -> [UInt8] { value.withUnsafeBytes { [UInt8]($0) } }

    func write(key: UInt64, value: RawSpan) throws { try store.write([(key, copy(value))]) }

    func submit(key: UInt64, value: RawSpan) throws -> UInt64 {
        gathered.append((key, copy(value)))
        ticket += 1
        return ticket
    }

    func wait(through ticket: UInt64) throws -> UInt64 {
        try store.write(gathered)
        gathered.removeAll(keepingCapacity: true)
        return self.ticket
    }

    func read(key: UInt64, _ body: (RawSpan) -> Void) throws -> Bool {
        guard let value = store.value(of: key) else { return false }
        body(value.span.bytes)
        return true
    }

    func scan(from key: UInt64, count: Int, _ body: (RawSpan) -> Void) throws -> Int {
        let values = store.values(from: key, count: count)
        for value in values { body(value.span.bytes) }
        return values.count
    }
}
