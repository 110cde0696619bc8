import Glibc
import StrataDisk
import StrataJournal
import Synchronization

/// A sink that keeps what it is given, can be held back, and fails when told to.
final class StubSink: JournalSink {
    struct State {
        var batches: [(first: UInt64, appends: Int, bytes: [UInt8], durably: Bool)] = []
        var syncs = 0
        var failWrite: Int?
        var failSync: Int?
        /// How many are inside `write` now, and the most there ever were.
        var writers = 0
        var mostWriters = 0
        var counters = WriteCounters()
    }
    let state = Mutex(State())
    /// While true, `write` does not return.
    let isHeld = Atomic<Bool>(false)
    let isHoldingSync = Atomic<Bool>(false)
    /// What each `write` takes at least.
    let writeMicroseconds = Atomic<UInt32>(0)

    static func broken(_ call: String) -> StorageError { StorageError(kind: .io(call: call, errno: 5), file: "stub") }

    func write(_ batch: JournalBatch, durably: Bool) throws(StorageError) {
        state.withLock { state in
            state.writers += 1
            state.mostWriters = max(state.mostWriters, state.writers)
        }
        defer { state.withLock { $0.writers -= 1 } }
        while isHeld.load(ordering: .acquiring) { rest() }
        usleep(writeMicroseconds.load(ordering: .relaxed))
        let bytes = batch.buffer.withBytes { span in span.withUnsafeBytes { Array($0) } }
        try state.withLock { (state) throws(StorageError) in
            if state.batches.count == state.failWrite { throw Self.broken("pwrite") }
            state.batches.append((batch.firstTicket, batch.appendCount, bytes, durably))
            state.counters.bytes += UInt64(bytes.count)
            state.counters.writes += 1
            if durably { state.counters.syncs += 1 }
        }
    }

    func sync() throws(StorageError) {
        while isHoldingSync.load(ordering: .acquiring) { rest() }
        try state.withLock { (state) throws(StorageError) in
            if state.syncs == state.failSync { throw Self.broken("fdatasync") }
            state.syncs += 1
        }
    }

    var written: WriteCounters { state.withLock { $0.counters } }
    var appends: [Int] { state.withLock { $0.batches.map(\.appends) } }
    var stored: [UInt8] { state.withLock { $0.batches.flatMap(\.bytes) } }
}
