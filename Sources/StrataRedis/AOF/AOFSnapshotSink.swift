import StrataDisk
import StrataRESP
import Synchronization

/// Writes a snapshot of a keyspace as commands. Keys are serialised as records of a dump, which are small and quick to make, and become commands on the
/// snapshot's thread.
package final class AOFSnapshotSink: SnapshotSink {
    private let idle = Mutex<[Spare]>([])
    private struct Spare: @unchecked Sendable { let encoder: RDBEncoder }
    // The snapshot's thread alone uses it.
    private let visitor: Mutex<Visitor>
    private struct Visitor: @unchecked Sendable { var visitor: AOFCommandVisitor? }
    private let database = Mutex(0)

    /// `attach` before the snapshot runs: it begins on the executor, and the file is the thread's.
    package init() { visitor = Mutex(Visitor(visitor: nil)) }

    package convenience init(_ file: AOFCommandFile) {
        self.init()
        attach(file)
    }

    /// Where the commands go.
    package func attach(_ file: AOFCommandFile) {
        let attached = Visitor(visitor: AOFCommandVisitor(file))
        visitor.withLock { $0 = attached }
    }

    package func serialise(_ entry: KeyEntry, database: Int, into output: inout [UInt8]) {
        // Not compressed: it is unpacked again at once.
        let encoder = idle.withLock { $0.popLast() }?.encoder ?? RDBEncoder(compresses: false)
        encoder.record(entry)
        output.append(contentsOf: encoder.bytes.buffer)
        encoder.buffer.removeAll()
        let spare = Spare(encoder: encoder)
        idle.withLock { $0.append(spare) }
    }

    package func begin(database: Int, keys: Int, volatile: Int) throws(StorageError) {
        self.database.withLock { $0 = database }
    }

    package func consume(_ records: [UInt8]) throws(StorageError) {
        let number = database.withLock { $0 }
        guard let visitor = visitor.withLock({ $0 }).visitor else { preconditionFailure("a snapshot without a file") }
        try records.withLent { (lent) throws(StorageError) in
            let reader = RDBReader(RDBInput(lent, name: "snapshot"))
            try reader.records(of: number, into: visitor)
        }
    }
}
