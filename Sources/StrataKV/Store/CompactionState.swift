/// How far the removal of compacted history has come.
struct CompactionState {
    /// Where the walk over the event log goes on.
    var next: [UInt8] = VersionFormat.eventKey(0, 0)
    /// What events up to this revision supersede is on its way out, with the next checkpoint that begins.
    var queuedThrough: Int64 = 0
    /// ... with the checkpoint that is under way.
    var frozenThrough: Int64 = 0
    /// ... gone from the tree.
    var removedThrough: Int64 = 0
    /// The store's revision in the checkpoint under way, and in the last finished one.
    var frozenRevision: Int64 = 0
    var storedRevision: Int64
}
