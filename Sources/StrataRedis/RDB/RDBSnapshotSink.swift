import StrataDisk
import StrataRESP
import Synchronization

/// Writes a snapshot of a keyspace as records of a dump.
package final class RDBSnapshotSink: SnapshotSink {
    /// Encoders that nobody uses at the moment: the snapshot's thread and the executor serialise at once.
    private let idle = Mutex<[Spare]>([])
    private struct Spare: @unchecked Sendable { let encoder: RDBEncoder }
    // The snapshot's thread alone writes; whoever made the writer waits for it.
    private let writer: Mutex<Writer>
    private struct Writer: @unchecked Sendable { var writer: RDBWriter? }
    private let compresses: Bool
    /// What is written of a key's use: nothing, idle time or frequency (`maxmemory-policy`).
    private let use: @Sendable (KeyEntry) -> (idleSeconds: UInt64?, frequency: UInt8?)

    /// `attach` before the snapshot runs: it begins on the executor, and the file is the thread's.
    package init(
        compresses: Bool,
        use: @escaping @Sendable (KeyEntry) -> (idleSeconds: UInt64?, frequency: UInt8?) = { _ in (nil, nil) }
    ) {
        writer = Mutex(Writer(writer: nil))
        self.use = use
        self.compresses = compresses
    }

    package convenience init(
        _ writer: RDBWriter,
        use: @escaping @Sendable (KeyEntry) -> (idleSeconds: UInt64?, frequency: UInt8?) = { _ in (nil, nil) }
    ) {
        self.init(compresses: writer.encoder.compresses, use: use)
        attach(writer)
    }

    /// Where the records go.
    package func attach(_ writer: RDBWriter) {
        let attached = Writer(writer: writer)
        self.writer.withLock { $0 = attached }
    }

    private var attached: RDBWriter {
        guard let writer = writer.withLock({ $0 }).writer else { preconditionFailure("a snapshot without a file") }
        return writer
    }

    package func serialise(_ entry: KeyEntry, database: Int, into output: inout [UInt8]) {
        let encoder = idle.withLock { $0.popLast() }?.encoder ?? RDBEncoder(compresses: compresses)
        let (idleSeconds, frequency) = use(entry)
        encoder.record(entry, idleSeconds: idleSeconds, frequency: frequency)
        output.append(contentsOf: encoder.bytes.buffer)
        encoder.buffer.removeAll()
        let spare = Spare(encoder: encoder)
        idle.withLock { $0.append(spare) }
    }

    package func begin(database: Int, keys: Int, volatile: Int) throws(StorageError) {
        let writer = attached
        writer.encoder.select(database, keys: keys, expiring: volatile)
        try writer.flushIfFull()
    }

    package func consume(_ records: [UInt8]) throws(StorageError) {
        let writer = attached
        try records.withLent { (lent) throws(StorageError) in try writer.records(lent) }
    }
}
