import StrataBTree
import StrataDisk
import StrataReplica
import StrataWAL

/// An ordered map of keys to values on log and tree, without versions, watches or leases: the key-value engine's foundation alone, for
/// those who need no more, and for measuring what the rest costs.
///
/// Any number of threads. Writes are in one order; each call returns once the log has acknowledged it under its `SyncPolicy`. Readers
/// see a write as soon as it is ordered. Failures are as those of `KVEngine`.
package final class PlainEngine: @unchecked Sendable {
    /// What opening found and did.
    package var recovery: EngineRecovery { core.recovery }
    /// Bytes of the longest key.
    package var maximumKeySize: Int { core.tree.maximumKeySize }
    /// 128 MiB: half of what an entry of the log may be.
    package static let maximumValueSize = 128 << 20
    private let core: StoreCore<PlainStore>

    /// Opens the store in `disk`, making it where there is none, and recovers it.
    package init(
        on disk: any Disk, options: StoreOptions = StoreOptions(), clock: any MonotonicClock = SystemClock()
    ) throws(StorageError) {
        core = try StoreCore(on: disk, options: options, clock: clock, wallClock: SystemWallClock()) {
            PlainStore($0, bufferBytes: options.bufferBytes)
        }
    }

    deinit { core.abandon() }

    // MARK: Writing

    /// Sets `key` to `value`. Takes nothing from the heap.
    package func put(_ key: RawSpan, _ value: RawSpan) throws(StorageError) {
        try check(key, value.byteCount)
        try core.local.execute { PlainFormat.encodePut(key, value, into: $0) }
    }

    package func remove(_ key: RawSpan) throws(StorageError) {
        try check(key, 0)
        try core.local.execute { PlainFormat.encodeRemove(key, into: $0) }
    }

    /// As `put`, at once; acknowledged when `wait(through:)` returns for the index.
    package func submitPut(_ key: RawSpan, _ value: RawSpan) throws(StorageError) -> UInt64 {
        try check(key, value.byteCount)
        return try core.local.submit { PlainFormat.encodePut(key, value, into: $0) }.index
    }

    package func submitRemove(_ key: RawSpan) throws(StorageError) -> UInt64 {
        try check(key, 0)
        return try core.local.submit { PlainFormat.encodeRemove(key, into: $0) }.index
    }

    /// Returns once the command of `index` is acknowledged, with the newest index that is.
    @discardableResult
    package func wait(through index: UInt64) throws(StorageError) -> UInt64 { try core.local.wait(through: index) }

    @inline(__always)
    private func check(_ key: RawSpan, _ valueSize: Int) throws(StorageError) {
        guard key.byteCount <= maximumKeySize else {
            throw .init(
                kind: .invalid("a key of \(key.byteCount) bytes is longer than \(maximumKeySize)"), file: core.disk.path
            )
        }
        guard valueSize <= Self.maximumValueSize else {
            throw .init(
                kind: .invalid("a value of \(valueSize) bytes is larger than \(Self.maximumValueSize)"),
                file: core.disk.path)
        }
    }

    // MARK: Reading

    /// Lends the value of `key`; nil where there is none.
    package func get<R>(
        _ key: RawSpan, _ body: (RawSpan) throws(StorageError) -> R
    ) throws(StorageError) -> R? {
        try core.machine.tree.view().get(key, body)
    }

    /// All keys in order, as they are now and change until the cursor is let go of.
    package func makeCursor() -> MergedCursor { core.machine.tree.view().makeCursor() }

    // MARK: Keeping

    package func checkpoint() throws(StorageError) { try core.settle() }
    /// Makes every command so far durable, whatever the policy.
    package func sync() throws(StorageError) { try core.sync() }
    /// As those of `KVEngine`.
    @discardableResult
    package func snapshot(
        to disk: any Disk, name: String, progress: (TreeCopyProgress) -> Bool = { _ in true }
    ) throws(StorageError) -> SnapshotInfo? {
        try core.snapshot(to: disk, name: name, progress: progress) { _ in 0 }
    }
    @discardableResult
    package static func restore(
        from source: any Disk, name: String, to target: any Disk
    ) throws(StorageError) -> SnapshotInfo {
        try SnapshotRestore(source: source, name: name, target: target).run()
    }
    @discardableResult
    package func compactFile(
        progress: (TreeCopyProgress) -> Bool = { _ in true }
    ) throws(StorageError) -> (before: UInt64, after: UInt64)? {
        try core.compactFile(progress: progress)
    }
    package func tick() throws(StorageError) { try core.tick() }
    package var statistics: EngineStatistics { core.statistics }
    package var failure: StorageError? { core.local.failure }

    /// Makes a checkpoint where the options say so, and closes. Idempotent.
    package func close() throws(StorageError) { try core.close() }
    /// Ends as a killed process would: nothing gathered is written, nothing is synced.
    package func abandon() { core.abandon() }
}
