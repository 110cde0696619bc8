import Foundation
import StrataBTree
import StrataDisk
import StrataEngine
import StrataJournal
import StrataKV
import StrataReplica
import StrataSim
import StrataWAL
import Synchronization
import Testing

func bytes(_ span: RawSpan) -> [UInt8] { span.withUnsafeBytes { Array($0) } }
func text(_ string: String) -> [UInt8] { Array(string.utf8) }

extension KVEngineOptions {
    /// Small everything, no threads, and the same bytes each time.
    static func small(_ policy: SyncPolicy = .always) -> KVEngineOptions {
        var options = KVEngineOptions()
        options.store = .small(policy)
        return options
    }
}

extension StoreOptions {
    static func small(_ policy: SyncPolicy = .always) -> StoreOptions {
        var options = StoreOptions()
        var wal = WALOptions()
        wal.policy = policy
        wal.segmentBytes = 4096
        wal.blockBytes = 128
        wal.seed = 1
        options.log = .wal(wal)
        options.tree.growthBytes = 1 << 16
        options.tree.cacheBytes = 1 << 20
        options.tree.seed = 1
        options.bufferBytes = 1 << 20
        options.checkpointInterval = nil
        options.threading = .inline
        return options
    }
}

extension KVEngine {
    @discardableResult
    func put(_ key: String, _ value: String, lease: Int64 = 0) throws -> Int64 {
        let (key, value) = (text(key), text(value))
        return try put(key.span.bytes, value.span.bytes, lease: lease)
    }

    func get(_ key: String, at revision: Int64 = 0) throws -> String? {
        let key = text(key)
        return try get(key.span.bytes, at: revision) { (_, value) in String(decoding: bytes(value), as: UTF8.self) }
    }

    /// Every key and value as of now.
    func contents() throws -> [[UInt8]: [UInt8]] {
        var found: [[UInt8]: [UInt8]] = [:]
        try scan(.everything) { (key, _, value) in
            found[bytes(key)] = bytes(value)
            return true
        }
        return found
    }
}

/// A wall clock that stands still: what a run leaves does not depend on when it ran.
struct StillWallClock: WallClock {
    func milliseconds() -> UInt64 { 1_700_000_000_000 }
}

func open(
    _ disk: any Disk, _ options: KVEngineOptions = .small(), clock: any MonotonicClock = SimulatedClock()
) throws(StorageError) -> KVEngine {
    try KVEngine(on: disk, options: options, clock: clock, wallClock: StillWallClock())
}

/// The storage error that `body` throws; nil where it throws none.
func storageFailure(_ body: () throws -> Void) -> StorageError? {
    do {
        try body()
        return nil
    } catch {
        return error as? StorageError
    }
}

/// What threads of a test found wrong.
final class Problems: Sendable {
    private let found = Mutex<[String]>([])
    func add(_ problem: String) { found.withLock { if $0.count < 10 { $0.append(problem) } } }
    var all: [String] { found.withLock { $0 } }
}

enum Environment {
    /// Sweeps visit everything with STRATA_SWEEP=full, samples otherwise.
    static let sweepsAll = ProcessInfo.processInfo.environment["STRATA_SWEEP"] == "full"
}
