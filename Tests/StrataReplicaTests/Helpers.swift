import StrataDisk
import StrataJournal
import StrataReplica
import StrataWAL
import Synchronization
import Testing

func bytes(_ span: RawSpan) -> [UInt8] { span.withUnsafeBytes { Array($0) } }

/// A wall clock that says what it is told.
final class SetWallClock: WallClock {
    let now: Atomic<UInt64>
    init(_ milliseconds: UInt64 = 1_000_000) { now = Atomic(milliseconds) }
    func milliseconds() -> UInt64 { now.load(ordering: .relaxed) }
    func set(_ milliseconds: UInt64) { now.store(milliseconds, ordering: .relaxed) }
}

extension WALOptions {
    /// Small segments, no threads, and the same salts each time.
    static func small(_ policy: SyncPolicy = .always) -> WALOptions {
        var options = WALOptions()
        options.policy = policy
        options.segmentBytes = 4096
        options.blockBytes = 128
        options.threading = .inline
        options.seed = 1
        return options
    }
}

/// The error that `body` throws; nil where it throws none.
func failure(_ body: () throws(StorageError) -> Void) -> StorageError? {
    do throws(StorageError) {
        try body()
        return nil
    } catch {
        return error
    }
}
