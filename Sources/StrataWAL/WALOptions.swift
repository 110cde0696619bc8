import StrataCodec
import StrataDisk
import StrataJournal

/// How a log is written. Any of it may differ from one opening to the next: what is stored says how it is to be read.
package struct WALOptions: Sendable {
    package var policy: SyncPolicy = .always
    package var method: SyncMethod = .fdatasync
    package var compression: Compression = .none
    /// Bytes of entries gathered into one block: 4 KiB to 16 MiB. 64 KiB: LZ4 and zstd reach nine tenths of their best
    /// ratio, and a reader of one entry decompresses no more than that.
    package var blockBytes = 64 << 10
    /// 64 MiB: with 256-byte records one rotation (three syncs) in 200,000 appends.
    package var segmentBytes = 64 << 20
    /// nil: zeros written ahead where acknowledgements wait for syncs (no extent has to be converted under them),
    /// else fallocate.
    package var preallocation: Preallocation?
    /// Whole segments are given up, oldest first, once the log is larger than this; nil keeps everything until
    /// `truncateFront`.
    package var retainedBytes: Int?
    /// Retired segments kept for reuse, their blocks already allocated.
    package var recycledSegments = 2
    /// 1: on two cores, handing segments from thread to thread cost more than it gained, up to 256 MiB of log and with every
    /// codec (experiment wal-recovery).
    package var recoveryThreads = 1
    package var threading: JournalOptions.Threading = .threads
    /// For salts and the log's number; nil draws from the system. A simulation passes its own.
    package var seed: UInt64?

    package init() {}

    package var effectivePreallocation: Preallocation {
        preallocation ?? (policy.acknowledgesDurably ? .zeroFill : .fallocate)
    }

    /// Throws `.invalid` naming the option that is out of bounds.
    package func validate(path: String) throws(StorageError) {
        func refuse(_ reason: String) -> StorageError { .init(kind: .invalid(reason), file: path) }
        guard (64...16 << 20).contains(blockBytes) else {
            throw refuse("block size \(blockBytes) is not in 64 B to 16 MiB")
        }
        guard (4096...1 << 40).contains(segmentBytes), segmentBytes % 4096 == 0 else {
            throw refuse("segment size \(segmentBytes) is not a multiple of 4,096 in 4 KiB to 1 TiB")
        }
        if let retainedBytes, retainedBytes < segmentBytes {
            throw refuse("\(retainedBytes) retained bytes are less than a segment")
        }
        guard (1...256).contains(recoveryThreads) else {
            throw refuse("\(recoveryThreads) recovery threads: not in 1 to 256")
        }
        guard (0...1024).contains(recycledSegments) else {
            throw refuse("\(recycledSegments) recycled segments: not in 0 to 1,024")
        }
        switch compression {
        case .zstd(let level), .zstdDictionary(let level, _):
            guard (1...19).contains(level) else { throw refuse("zstd level \(level) is not in 1 to 19") }
        case .none, .lz4: break
        }
        switch policy {
        case .grouped(let window, let maxBytes):
            guard window.nanoseconds <= 10_000_000_000, maxBytes > 0 else {
                throw refuse("grouped: a window of at most 10 s and a positive size are needed")
            }
        case .periodic(let interval):
            guard interval.nanoseconds > 0 else { throw refuse("periodic: a positive interval is needed") }
        case .everyBytes(let bytes): guard bytes > 0 else { throw refuse("every: a positive size is needed") }
        case .always, .never: break
        }
    }
}
