/// Counts since the tree was opened, and its state.
package struct TreeStatistics: Sendable {
    package var commits: UInt64 = 0
    package var pagesWritten: UInt64 = 0
    package var bytesWritten: UInt64 = 0
    package var syncs: UInt64 = 0
    package var cacheMisses: UInt64 = 0
    package var cacheEvictions: UInt64 = 0
    /// Memory that cached pages take.
    package var cacheBytes = 0
    package var fileBytes: UInt64 = 0
    /// Pages on the free list of the newest commit, those that wait for older snapshots among them.
    package var freePages = 0
    /// Free pages that older snapshots may still read.
    package var pinnedPages = 0
    package var snapshots = 0
}
