import Glibc
import StrataDisk
import StrataLab
import StrataSystems
import StrataWorkload
import Synchronization

/// A system in memory that does what a test tells it to.
final class FakeSystem: MeasuredSystem {
    struct Behaviour: Sendable {
        /// Time of one write.
        var serviceNanoseconds: UInt64 = 20_000
        /// The write with this number takes `stallNanoseconds`.
        var stallAt: UInt64?
        var stallNanoseconds: UInt64 = 0
        /// Writes that the counters leave out.
        var forgotten: UInt64 = 0
        var failAt: UInt64?
        var unsupported: String?
        /// Entries that recovery does not bring back.
        var lostEntries: UInt64 = 0
    }

    struct Broken: Error, CustomStringConvertible {
        var reason = "the fake broke"
        var description: String { reason }
    }

    let behaviour: Behaviour
    let configuration: SystemConfiguration
    private let operations = Atomic<UInt64>(0)
    private let bytes = Atomic<UInt64>(0)
    private let isRunning = Atomic<Bool>(false)

    init(_ behaviour: Behaviour, _ configuration: SystemConfiguration) {
        self.behaviour = behaviour
        self.configuration = configuration
    }

    static func factory(_ behaviour: Behaviour = .init()) -> SystemFactory {
        { _, configuration in FakeSystem(behaviour, configuration) }
    }

    var description: SystemDescription {
        .init(name: "fake", version: "1.0", settings: ["policy": configuration.syncPolicy.text])
    }

    func start() throws {
        if let reason = behaviour.unsupported { throw SystemUnsupported(reason: reason) }
        isRunning.store(true, ordering: .relaxed)
    }

    func makeClient(_ index: Int) throws -> any SystemClient { FakeClient(self) }

    func counters() -> SystemCounters {
        var counters = SystemCounters()
        let done = operations.load(ordering: .relaxed)
        counters.batchedOperations = done > behaviour.forgotten ? done - behaviour.forgotten : 0
        counters.batches = counters.batchedOperations
        counters.syncs = counters.batchedOperations
        counters.writes = counters.batchedOperations
        counters.userBytes = bytes.load(ordering: .relaxed)
        counters.bytesWritten = counters.userBytes * 2
        counters.rawBytes = counters.userBytes
        counters.storedBytes = counters.userBytes
        return counters
    }

    func stop() throws { isRunning.store(false, ordering: .relaxed) }
    func kill() { isRunning.store(false, ordering: .relaxed) }

    func recover() throws -> RecoveryTiming {
        let entries = operations.load(ordering: .relaxed) - behaviour.lostEntries
        return RecoveryTiming(
            phases: [
                .init(name: "scan", duration: .milliseconds(3)), .init(name: "index", duration: .milliseconds(1)),
            ],
            total: .milliseconds(4), bytes: bytes.load(ordering: .relaxed), entries: entries)
    }

    func write(_ value: RawSpan) throws -> UInt64 {
        let number = operations.add(1, ordering: .relaxed).newValue
        if number == behaviour.failAt { throw Broken() }
        let time = number == behaviour.stallAt ? behaviour.stallNanoseconds : behaviour.serviceNanoseconds
        var rest = timespec(tv_sec: Int(time / 1_000_000_000), tv_nsec: Int(time % 1_000_000_000))
        if time > 0 { nanosleep(&rest, nil) }
        bytes.add(UInt64(value.byteCount), ordering: .relaxed)
        return number
    }
}

final class FakeClient: SystemClient {
    private let system: FakeSystem
    private var newest: UInt64 = 0

    init(_ system: FakeSystem) { self.system = system }

    func write(key: UInt64, value: RawSpan) throws { _ = try system.write(value) }

    func submit(key: UInt64, value: RawSpan) throws -> UInt64 {
        newest = try system.write(value)
        return newest
    }

    func wait(through ticket: UInt64) throws -> UInt64 { newest }
}
