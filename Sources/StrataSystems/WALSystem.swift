import StrataCodec
import StrataDisk
import StrataJournal
import StrataWAL
import Synchronization

/// Strata's write-ahead log, in process. Keys play no part: a write is an entry.
package final class WALSystem: MeasuredSystem {
    private let configuration: SystemConfiguration
    private let log = Mutex<WriteAheadLog?>(nil)

    package init(_ configuration: SystemConfiguration) { self.configuration = configuration }

    private var options: WALOptions { configuration.walOptions }

    package var description: SystemDescription {
        SystemDescription(
            name: "wal", version: "strata format \(SegmentFormat.version)",
            settings: ["recycled_segments": "\(options.recycledSegments)"])
    }

    package func start() throws {
        do throws(StorageError) {
            let opened = try WriteAheadLog(on: try PosixDisk(path: configuration.directory), options: options)
            log.withLock { $0 = opened }
        } catch {
            throw error.asUnsupported
        }
    }

    private var running: WriteAheadLog {
        get throws {
            guard let log = log.withLock({ $0 }) else {
                throw StorageError(kind: .closed, file: configuration.directory)
            }
            return log
        }
    }

    package func makeClient(_ index: Int) throws -> any SystemClient { Client(try running) }

    private final class Client: SystemClient {
        private let log: WriteAheadLog
        init(_ log: WriteAheadLog) { self.log = log }

        func write(key: UInt64, value: RawSpan) throws { _ = try log.append(kind: 0, value) }
        func submit(key: UInt64, value: RawSpan) throws -> UInt64 { try log.submit(kind: 0, value) }
        func wait(through ticket: UInt64) throws -> UInt64 { try log.wait(through: ticket) }
    }

    package func counters() -> SystemCounters {
        log.withLock { $0 }.map { SystemCounters(of: $0) } ?? SystemCounters()
    }

    package func stop() throws {
        let closing = log.withLock { log -> WriteAheadLog? in
            defer { log = nil }
            return log
        }
        try closing?.close()
    }

    package func kill() {
        let killed = log.withLock { log -> WriteAheadLog? in
            defer { log = nil }
            return log
        }
        killed?.abandon()
    }

    package func recover() throws -> RecoveryTiming {
        let clock = SystemClock()
        let began = clock.nanoseconds()
        var newest: UInt64 = 0
        var read: UInt64 = 0
        let opened = try WriteAheadLog(on: try PosixDisk(path: configuration.directory), options: options) {
            (index, _, payload) throws(StorageError) in
            // The cheapest consumer that there can be: what is timed is the log, not what is done with it.
            newest = index
            read &+= UInt64(payload.byteCount)
            return true
        }
        let total = Duration.nanoseconds(clock.nanoseconds() - began)
        log.withLock { $0 = opened }
        let report = opened.recovery
        guard newest == report.lastIndex else {
            throw StorageError(
                kind: .invalid("delivered entries up to \(newest), recovered \(report.lastIndex)"),
                file: configuration.directory)
        }
        return RecoveryTiming(
            phases: [
                .init(name: "list", duration: report.listing), .init(name: "scan", duration: report.scanning),
                .init(name: "rewrite", duration: report.rewriting), .init(name: "read", duration: report.reading),
                .init(name: "decompress", duration: report.decompressing),
                .init(name: "deliver", duration: report.delivering),
            ], total: total, bytes: report.bytesRead, entries: report.entries)
    }
}

extension SystemCounters {
    init(of log: WriteAheadLog) {
        let counters = log.counters
        userBytes = counters.payloadBytes
        bytesWritten = counters.written.bytes
        writes = counters.written.writes
        syncs = counters.written.syncs
        batches = counters.batches
        batchedOperations = counters.appends
        queueWaitNanoseconds = counters.queueWaitNanoseconds
        commitNanoseconds = counters.commitNanoseconds
        rawBytes = counters.written.rawBytes
        storedBytes = counters.written.storedBytes
    }
}

extension StorageError {
    /// What the machine does not offer is a result, what fails is an error.
    var asUnsupported: any Error {
        if case .unsupported = kind { SystemUnsupported(reason: description) } else { self }
    }
}
