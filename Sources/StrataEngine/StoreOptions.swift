import StrataBTree
import StrataDisk
import StrataJournal
import StrataWAL

/// How a store works that is a log and a tree, whatever its data model.
package struct StoreOptions: Sendable {
    package var log = LogChoice.wal(Self.walOptions())
    package var tree = BTreeOptions()
    /// Changes are kept in memory up to this size before they are merged into the tree, while as many gather again. 64 MiB: a
    /// tail of that size took two seconds to replay (experiment kv-recovery, 10^6 keys).
    package var bufferBytes = 64 << 20
    /// A checkpoint is made at least so often while there are changes; nil: when `bufferBytes` are reached. Bounds the replay after
    /// a crash.
    package var checkpointInterval: Duration? = .seconds(60)
    /// Whether an orderly close makes a checkpoint, so that the next start has nothing to replay. Without a log it always does.
    package var checkpointsAtClose = true
    package var threading = EngineThreading.threads

    package init() {}

    /// Segments of 16 MiB: whole ones are given up after a checkpoint, and what is left of the last is read at the next start.
    package static func walOptions(_ policy: SyncPolicy = .always) -> WALOptions {
        var options = WALOptions()
        options.policy = policy
        options.segmentBytes = 16 << 20
        return options
    }

    /// Throws `.invalid` naming the option that is out of bounds.
    func validate(path: String) throws(StorageError) {
        guard (4096...1 << 40).contains(bufferBytes) else {
            throw .init(kind: .invalid("a buffer of \(bufferBytes) bytes is not in 4 KiB to 1 TiB"), file: path)
        }
        if let checkpointInterval, checkpointInterval <= .zero {
            throw .init(kind: .invalid("a positive interval between checkpoints is needed"), file: path)
        }
    }
}
