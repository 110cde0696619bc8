import StrataCodec
import StrataDisk
import StrataJournal
import Synchronization

/// The least that any log must do: each write goes to the end of a preallocated file and is synced as the policy says, with
/// no framing, checksum, index, queue or recovery. What the machine can do, against which engines are measured.
///
/// Writers take turns on one lock. An asynchronous client's writes are gathered until it waits, and then go out as one:
/// the best batch that its window allows. Of the policies it knows `.always`, `.never` and `.everyBytes`.
package final class BareSystem: MeasuredSystem {
    private let configuration: SystemConfiguration
    private let state = Mutex<Bare?>(nil)

    package init(_ configuration: SystemConfiguration) { self.configuration = configuration }

    package var description: SystemDescription {
        SystemDescription(name: "bare", version: "write and sync", settings: [:])
    }

    /// The file and what has been done to it. The file is begun again from its start when it is full, as a log that
    /// recycles its segments would: its blocks stay allocated.
    private final class Bare: @unchecked Sendable {
        let file: any File
        let policy: SyncPolicy
        let limit: UInt64
        /// Bytes are copied here so that they are aligned and padded as direct writes need it.
        let buffer = IOBuffer()
        var position: UInt64 = 0
        var unsynced = 0
        var newest: UInt64 = 0
        private var written: UInt64 = 0
        private var writes: UInt64 = 0
        private var syncs: UInt64 = 0
        private var operations: UInt64 = 0
        private var userBytes: UInt64 = 0

        /// Each write is a batch of its own.
        var counters: SystemCounters {
            var counters = SystemCounters()
            counters.userBytes = userBytes
            counters.bytesWritten = written
            counters.writes = writes
            counters.syncs = syncs
            counters.batches = writes
            counters.batchedOperations = operations
            counters.rawBytes = userBytes
            counters.storedBytes = userBytes
            return counters
        }

        init(_ file: any File, policy: SyncPolicy, limit: Int) {
            self.file = file
            self.policy = policy
            self.limit = UInt64(limit)
        }

        /// Writes what is in the buffer: `operations` values of `userBytes`.
        func flush(operations: Int, userBytes: Int) throws(StorageError) {
            let alignment = file.writeAlignment
            let rest = buffer.count % alignment
            if rest > 0 { buffer.append(zeros: alignment - rest) }
            if position + UInt64(buffer.count) > limit { position = 0 }
            let durably: Bool
            switch policy {
            case .always, .grouped: durably = true
            case .everyBytes(let bytes):
                unsynced += userBytes
                durably = unsynced >= bytes
            case .periodic, .never: durably = false
            }
            try buffer.withBytes { (bytes) throws(StorageError) in
                switch (durably, policy) {
                case (false, _): try file.write(bytes, at: position)
                case (true, .always): try file.writeAndSync(bytes, at: position)
                case (true, _):
                    try file.write(bytes, at: position)
                    try file.sync()
                }
            }
            if durably {
                unsynced = 0
                syncs += 1
            }
            position += UInt64(buffer.count)
            written += UInt64(buffer.count)
            writes += 1
            self.operations += UInt64(operations)
            self.userBytes += UInt64(userBytes)
            buffer.removeAll()
        }
    }

    package func start() throws {
        switch configuration.syncPolicy {
        case .always, .never, .everyBytes: break
        case .grouped, .periodic: throw SystemUnsupported(reason: "the bare loop has no background syncs or windows")
        }
        guard configuration.compression == .none else {
            throw SystemUnsupported(reason: "the bare loop does not compress")
        }
        do throws(StorageError) {
            let disk = try PosixDisk(path: configuration.directory)
            let file = try disk.open("bare", .create, method: configuration.syncMethod)
            try file.allocate(to: UInt64(configuration.segmentBytes), by: configuration.preallocation)
            try file.sync()
            try disk.syncDirectory()
            let bare = Bare(file, policy: configuration.syncPolicy, limit: configuration.segmentBytes)
            state.withLock { $0 = bare }
        } catch {
            throw error.asUnsupported
        }
    }

    package func makeClient(_ index: Int) throws -> any SystemClient {
        try withBare { _ in }
        return Client(self)
    }

    private final class Client: SystemClient {
        private let system: BareSystem
        private let gathered = IOBuffer()
        private var operations = 0
        private var lastTicket: UInt64 = 0

        init(_ system: BareSystem) { self.system = system }

        func write(key: UInt64, value: RawSpan) throws {
            try system.withBare { (bare) throws(StorageError) in
                bare.buffer.append(value)
                try bare.flush(operations: 1, userBytes: value.byteCount)
            }
        }

        func submit(key: UInt64, value: RawSpan) throws -> UInt64 {
            gathered.append(value)
            operations += 1
            lastTicket += 1
            return lastTicket
        }

        func wait(through ticket: UInt64) throws -> UInt64 {
            guard operations > 0 else { return lastTicket }
            try system.withBare { (bare) throws(StorageError) in
                gathered.withBytes { bare.buffer.append($0) }
                try bare.flush(operations: operations, userBytes: gathered.count)
            }
            gathered.removeAll()
            operations = 0
            return lastTicket
        }
    }

    private func withBare(_ body: (Bare) throws(StorageError) -> Void) throws(StorageError) {
        try state.withLock { (bare) throws(StorageError) in
            guard let bare else { throw StorageError(kind: .closed, file: configuration.directory) }
            try body(bare)
        }
    }

    package func counters() -> SystemCounters { state.withLock { $0?.counters } ?? SystemCounters() }

    package func stop() throws {
        try withBare { (bare) throws(StorageError) in try bare.file.sync() }
        state.withLock { $0 = nil }
    }

    package func kill() { state.withLock { $0 = nil } }

    package func recover() throws -> RecoveryTiming {
        throw SystemUnsupported(reason: "the bare loop keeps nothing that could be recovered")
    }
}
