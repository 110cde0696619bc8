import StrataDisk

/// One thing that is wrong with a tree file.
package struct TreeProblem: Sendable, Hashable, CustomStringConvertible {
    package enum Kind: String, Sendable, CaseIterable {
        /// A meta page that is torn, rotten or contradicts its twin.
        case meta
        /// The free list cannot be read, or does not hold what it should.
        case freeList = "free_list"
        /// The device gave no bytes.
        case unreadable
        /// A leaf or branch whose checksum, identity or structure is wrong.
        case page
        /// A leaf or branch at another level than its parent says, or of a commit that its parent cannot refer to.
        case misplaced
        /// Keys that do not rise within a page, or whose prefix or heads lie.
        case order
        /// A key outside of what the branches above leave for its page.
        case separator
        /// A value in overflow pages that cannot be read.
        case overflow
        /// A page that more than one reference leads to.
        case usedTwice = "used_twice"
        /// A page in use that is on the free list.
        case usedAndFree = "used_and_free"
        /// Pages that are neither in use nor free: room is lost, and nothing else.
        case unaccounted
        /// Another number of entries than the meta page says.
        case count
    }

    package let kind: Kind
    /// The page it is about, or the first of several.
    package let page: UInt32
    /// Bytes from the start of the file.
    package let offset: UInt64
    /// What was expected and found, with file and offset.
    package let description: String

    init(_ kind: Kind, page: UInt32, _ error: StorageError) {
        self.kind = kind
        self.page = page
        offset = error.offset
        description = error.description
    }
}
