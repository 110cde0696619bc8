/// One commit of a tree.
package struct TreeCommit: Sendable, Hashable {
    /// From 1, one more for each.
    package let number: UInt64
    /// The newest log entry whose effects it holds, as the committer said.
    package let appliedIndex: UInt64
    /// Keys.
    package let entries: UInt64
    /// Pages of the file in use or on the free list.
    package let pages: UInt64
    /// Pages of the free list's extents.
    package let freePages: UInt64
    /// Levels of pages; 0 is the empty tree.
    package let depth: Int
    /// Whether it survives a power cut: synced, and by a method that is durable.
    package let isDurable: Bool
}
