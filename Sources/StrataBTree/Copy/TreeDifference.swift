import StrataDisk

/// Brings a copy of one commit up to a later commit of the same file.
///
/// Copying on write tells what changed: a page of the later tree that was written no later than the earlier commit is part of
/// both trees. So only pages that changed, and their neighbours, are read; between two pages that are in both trees the copy
/// holds too much where keys were removed.
struct TreeDifference {
    private let walk: PageWalk
    /// Pages up to this commit are in both trees.
    private let base: UInt64
    /// What the copy holds: it stands at the first entry that is not yet known to be in the later tree.
    private let cursor: TreeCursor
    private let writer: TreeWriter
    private(set) var changes: UInt64 = 0

    /// - Parameters:
    ///   - newer: pinned, as the commit `base` is by its own snapshot.
    ///   - copy: holds the entries of commit `base`.
    ///   - writer: of the same tree as `copy`.
    private init(from base: UInt64, to newer: TreeSnapshot, of copy: TreeSnapshot, _ writer: TreeWriter) {
        walk = PageWalk(newer.meta, of: newer.cache.file)
        self.base = base
        cursor = copy.makeCursor()
        self.writer = writer
    }

    /// Changes the copy by way of `writer`, which is not committed; returns the number of entries put and removed.
    static func apply(
        from base: UInt64, to newer: TreeSnapshot, of copy: TreeSnapshot, _ writer: TreeWriter
    ) throws(StorageError) -> UInt64 {
        var difference = TreeDifference(from: base, to: newer, of: copy, writer)
        try difference.cursor.seekFirst()
        if newer.depth > 0 { try difference.visit(newer.root, level: newer.depth - 1, newest: newer.commit.number) }
        while difference.cursor.isValid { try difference.removeNext() }
        return difference.changes
    }

    private mutating func visit(_ page: UInt32, level: Int, newest: UInt64) throws(StorageError) {
        let node = try walk.node(page, level: level, newest: newest)
        if node.commit <= base { return try skip(node) }
        guard level > 0 else {
            for index in 0..<node.count { try bring(index, of: node) }
            return
        }
        for index in 0..<node.count { try visit(node.child(index), level: level - 1, newest: node.commit) }
    }

    /// A subtree of both trees: what the copy holds before its first key is gone, and from there to its last key all is equal.
    private mutating func skip(_ node: Node) throws(StorageError) {
        let first = try edge(of: node) { _ in 0 }
        try removeBelow(first.leafKey(0))
        let last = try edge(of: node) { $0.count - 1 }
        let key = last.leafKey(last.count - 1)
        if try cursor.seek(key.buffer.bytes) { try cursor.next() }
    }

    /// The outermost leaf of a subtree.
    private func edge(of node: Node, _ child: (Node) -> Int) throws(StorageError) -> Node {
        var node = node
        while node.level > 0 {
            node = try walk.node(node.child(child(node)), level: node.level - 1, newest: node.commit)
        }
        return node
    }

    private mutating func bring(_ index: Int, of leaf: Node) throws(StorageError) {
        let key = leaf.leafKey(index)
        try removeBelow(key)
        let value = try walk.value(index, of: leaf)
        if cursor.isValid, cursor.keyBytes.order(key) == 0 {
            let isEqual = try cursor.valueBytes().order(value) == 0
            try cursor.next()
            if isEqual { return }
        }
        try writer.put(key.buffer.bytes, value.buffer.bytes)
        changes += 1
    }

    private mutating func removeBelow(_ key: Bytes) throws(StorageError) {
        while cursor.isValid, cursor.keyBytes.order(key) < 0 { try removeNext() }
    }

    private mutating func removeNext() throws(StorageError) {
        let removed = cursor.keyBytes
        try writer.remove(removed.buffer.bytes)
        changes += 1
        try cursor.next()
    }
}
