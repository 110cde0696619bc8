import StrataDisk
import StrataJournal
import Synchronization

/// Where the journal's batches go: the last increment, as plain bytes.
final class AOFSink: JournalSink {
    private struct State {
        var end: AppendFile
        var earlier = WriteCounters()
    }
    private let state: Mutex<State>

    init(_ file: any File, at position: UInt64) {
        state = Mutex(State(end: AppendFile(file, position: position)))
    }

    private var end: AppendFile { state.withLock { $0.end } }

    /// Bytes in the current file.
    var position: UInt64 { end.position }

    func write(_ batch: JournalBatch, durably: Bool) throws(StorageError) {
        let end = end
        try batch.buffer.withBytes { (bytes) throws(StorageError) in try end.append(bytes, durably: durably) }
    }

    func sync() throws(StorageError) { try end.sync() }

    /// Batches go to `file` from now on. What the file before it holds is durable first: a loader takes a short tail of the last file only.
    /// Inside `Journal.exclusively`.
    func rotate(to file: any File) throws(StorageError) {
        let old = end
        try old.sync()
        state.withLock { state in
            state.earlier = Self.sum(state.earlier, old.counters)
            state.end = AppendFile(file)
        }
        try old.file.close()
    }

    /// Syncs nothing.
    func close() throws(StorageError) { try end.file.close() }

    var written: WriteCounters { state.withLock { Self.sum($0.earlier, $0.end.counters) } }

    private static func sum(_ one: WriteCounters, _ other: WriteCounters) -> WriteCounters {
        var sum = one
        sum.bytes += other.bytes
        sum.writes += other.writes
        sum.syncs += other.syncs
        return sum
    }
}
