import Foundation
import StrataCodec
import StrataDisk
import StrataJournal
import StrataWAL

/// An entry as a test compares it.
struct Entry: Equatable, CustomStringConvertible {
    var index: UInt64
    var kind: UInt8 = 0
    var payload: [UInt8]

    var description: String { "\(index):\(kind):\(payload.count)B:\(CRC32C.checksum(payload.span.bytes))" }
}

extension EntryLog {
    @discardableResult
    func append(_ payload: [UInt8], kind: UInt8 = 0) throws(StorageError) -> UInt64 {
        try append(kind: kind, payload.span.bytes)
    }

    @discardableResult
    func submit(_ payload: [UInt8], kind: UInt8 = 0) throws(StorageError) -> UInt64 {
        try submit(kind: kind, payload.span.bytes)
    }

    func entries(from index: UInt64? = nil, limit: Int = .max) throws(StorageError) -> [Entry] {
        var found: [Entry] = []
        try read(from: index ?? firstIndex) { (index, kind, payload) throws(StorageError) in
            found.append(Entry(index: index, kind: kind, payload: copy(payload)))
            return found.count < limit
        }
        return found
    }
}

func copy(_ bytes: RawSpan) -> [UInt8] { bytes.withUnsafeBytes { Array($0) } }

/// `size` bytes that tell which entry they are of; half of them compress.
func payload(_ number: Int, size: Int) -> [UInt8] {
    var random = SeededRandom(seed: UInt64(number) &* 7919 &+ UInt64(size))
    return (0..<size).map { $0 % 16 < 8 ? UInt8(truncatingIfNeeded: number) : UInt8(truncatingIfNeeded: random.next()) }
}

extension WALOptions {
    /// Small segments and blocks, no threads, and the same salts each time.
    static func small(_ policy: SyncPolicy = .always, blocks: Int = 64) -> WALOptions {
        var options = WALOptions()
        options.policy = policy
        options.segmentBytes = 4096
        options.blockBytes = blocks
        options.threading = .inline
        options.recoveryThreads = 1
        options.seed = 1
        return options
    }
}

/// What opening `disk` replays, with the report.
func recovered(
    _ disk: any Disk, _ options: WALOptions, from: UInt64 = 1
) throws(StorageError) -> (entries: [Entry], report: RecoveryReport) {
    var found: [Entry] = []
    let log = try WriteAheadLog(on: disk, options: options, replayFrom: from) {
        (index, kind, payload) throws(StorageError) in
        found.append(Entry(index: index, kind: kind, payload: copy(payload)))
        return true
    }
    defer { log.abandon() }
    return (found, log.recovery)
}

/// The error that `body` throws; nil where it throws none.
func failure(_ body: () throws(StorageError) -> Void) -> StorageError? {
    do {
        try body()
        return nil
    } catch {
        return error
    }
}

enum Environment {
    /// Sweeps visit everything with STRATA_SWEEP=full, samples otherwise.
    static let sweepsAll = ProcessInfo.processInfo.environment["STRATA_SWEEP"] == "full"
}
