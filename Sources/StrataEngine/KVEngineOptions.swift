import StrataKV

/// How a `KVEngine` works.
package struct KVEngineOptions: Sendable {
    /// Log, tree, buffers, threads.
    package var store = StoreOptions()
    /// Events that one checkpoint goes through for a compaction: see `KVStoreOptions`.
    package var compactionEvents = KVStoreOptions().compactionEvents
    package var watch = WatchOptions()
    package var leases = LessorOptions()
    /// How often expired leases are looked for.
    package var leaseInterval = Duration.milliseconds(500)

    package init() {}
}
