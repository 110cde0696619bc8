import StrataDisk

/// The tree as of one commit, for any number of threads. Reading takes no lock and never waits for the writer.
package final class TreeSnapshot: @unchecked Sendable {
    // Unchecked for the page cache, whose readers need no lock.
    package let commit: TreeCommit
    let tree: BTree
    let meta: TreeMeta
    let cache: PageCache
    let root: UInt32
    let depth: Int

    init(_ tree: BTree, _ cache: PageCache, _ meta: TreeMeta, isDurable: Bool) {
        self.tree = tree
        self.cache = cache
        self.meta = meta
        root = meta.root
        depth = meta.depth
        commit = TreeCommit(meta, isDurable: isDurable)
    }

    deinit { tree.release(snapshot: commit.number, of: cache) }

    /// Lends the value of `key` to `body`, or returns nil if there is none. The bytes are the cache's own: `body` is to
    /// be short and must not keep them.
    @inlinable
    package func get<R>(
        _ key: RawSpan, _ body: (RawSpan) throws(StorageError) -> R
    ) throws(StorageError) -> R? {
        var result: R?
        try lookUp(key) { (value) throws(StorageError) in result = try body(value) }
        return result
    }

    @usableFromInline
    package func lookUp(
        _ key: RawSpan, _ body: (RawSpan) throws(StorageError) -> Void
    ) throws(StorageError) {
        try withLeaf(of: key) { (leaf, key) throws(StorageError) in
            let (index, isEqual) = leaf.lowerBound(key, isLeaf: true)
            guard isEqual else { return }
            if let value = leaf.inlineValue(index) { return try body(value.buffer.bytes) }
            guard let run = leaf.overflow(index) else { return }
            try cache.withOverflow(run, newest: commit.number, body)
        }
    }

    /// Lends the leaf in which `key` belongs, for the time of the call; none where the tree is empty.
    @inline(__always)
    func withLeaf(
        of key: RawSpan, _ body: (Node, Bytes) throws(StorageError) -> Void
    ) throws(StorageError) {
        guard depth > 0 else { return }
        try key.withUnsafeBytes { (buffer) throws(StorageError) in
            let key = Bytes(buffer)
            var pass = cache.enter()
            defer { pass.leave() }
            var page = root
            var level = depth - 1
            while level > 0 {
                let node = try pass.node(page, level: level, newest: commit.number)
                page = node.child(node.childIndex(key))
                level -= 1
            }
            try body(try pass.node(page, level: 0, newest: commit.number), key)
        }
    }

    /// A cursor for one thread, standing nowhere yet.
    package func makeCursor() -> TreeCursor { TreeCursor(self) }
}
