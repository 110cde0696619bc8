/// What one commit of a tree file holds, page by page, and all that is wrong with it.
package struct TreeSurvey: Sendable {
    /// The pages of one level.
    package struct Level: Sendable, Hashable {
        /// 0 is the leaves.
        package let level: Int
        package var pages: UInt64 = 0
        package var entries: UInt64 = 0
        /// Of the page that has fewest; `Int.max` where no page of the level could be read.
        package var fewestEntries = Int.max
        /// Headers, slots and entries.
        package var usedBytes: UInt64 = 0

        /// Used bytes of all bytes, 0 to 1.
        package func fill(pageBytes: Int) -> Double {
            pages == 0 ? 0 : Double(usedBytes) / (Double(pages) * Double(pageBytes))
        }
    }

    package struct LargeValue: Sendable, Hashable {
        package let key: [UInt8]
        /// Bytes.
        package let size: Int
        /// The leaf that holds or refers to it.
        package let page: UInt32
        package let isInOverflow: Bool
    }

    package let meta: TreeMeta
    package let fileBytes: UInt64
    /// Leaves first; as deep as the tree.
    package internal(set) var levels: [Level]
    package internal(set) var overflowRuns: UInt64 = 0
    package internal(set) var overflowPages: UInt64 = 0
    /// Of the values in overflow pages.
    package internal(set) var overflowBytes: UInt64 = 0
    package internal(set) var freeListPages: UInt64 = 0
    /// In rising order.
    package internal(set) var freeExtents: [PageExtent] = []
    /// Neither in use nor free. Unknown, and 0, where damage hides a part of the tree.
    package internal(set) var unaccountedPages: UInt64 = 0
    package internal(set) var entries: UInt64 = 0
    package internal(set) var keyBytes: UInt64 = 0
    package internal(set) var valueBytes: UInt64 = 0
    package internal(set) var longestKey = 0
    /// The largest first.
    package internal(set) var largestValues: [LargeValue] = []
    /// In the order they were met, up to the limit that the caller gave.
    package internal(set) var problems: [TreeProblem] = []
    /// All of them.
    package internal(set) var problemCount = 0
    /// Whether every page could be reached. If not, `entries` and all other sums are of what could.
    package internal(set) var isComplete = true
    package internal(set) var nanoseconds: UInt64 = 0

    init(_ meta: TreeMeta, fileBytes: UInt64) {
        self.meta = meta
        self.fileBytes = fileBytes
        levels = (0..<meta.depth).map { Level(level: $0) }
    }

    package var isClean: Bool { problemCount == 0 }
    package var freePages: UInt64 { freeExtents.reduce(0) { $0 + UInt64($1.count) } }
    /// Pages of the file behind those that the commit knows: room for growth.
    package var reservedPages: UInt64 { fileBytes / UInt64(meta.pageBytes) - UInt64(meta.pages) }

    /// Free pages as a share of all that the commit knows, 0 to 1: what a compaction would win.
    package var freeShare: Double { Double(freePages + unaccountedPages) / Double(meta.pages) }
}
