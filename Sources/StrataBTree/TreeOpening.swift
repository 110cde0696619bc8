import StrataDisk

/// What was found when a tree was opened.
package struct TreeOpening: Sendable {
    /// The tree was made.
    package let isNew: Bool
    /// The commit that was opened.
    package let commit: TreeCommit
    /// The commit of the other meta page, nil where that is damaged.
    package let olderCommit: UInt64?
    /// A meta page or free list that is torn or rotten, and was done without.
    package let damage: [StorageError]
    /// The free list could not be read: until the tree is copied to a new file, its free pages stay unused.
    package let isFreeListLost: Bool
    package let nanoseconds: UInt64
}
