package struct KVStoreOptions: Sendable {
    /// A checkpoint is wanted once so many bytes of changes are buffered.
    package var bufferBytes = 64 << 20
    /// Events that one step of compaction goes through, so that a checkpoint removes about twice as many entries at most: with
    /// every one on a leaf of its own, 40,000 dirty pages, 160 MiB.
    package var compactionEvents = 20_000

    package init() {}
}
