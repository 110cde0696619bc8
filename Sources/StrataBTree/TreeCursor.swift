import StrataDisk
import Synchronization

/// Walks a snapshot in key order, both ways. For one thread at a time; keeps its snapshot.
///
/// It pins the leaf in which it stands, so that a step within a leaf costs next to nothing; branches are looked up
/// again when it leaves one. After a throw it stands nowhere.
package final class TreeCursor {
    private let snapshot: TreeSnapshot
    private let cache: PageCache
    /// Branches from the root on, with the child taken.
    @exclusivity(unchecked) private var path: [(page: UInt32, index: Int)] = []
    /// The pinned leaf; nil where the cursor stands nowhere.
    @exclusivity(unchecked) private var leaf: Node?
    @exclusivity(unchecked) private var index = 0
    @exclusivity(unchecked) private var count = 0
    /// The value of the entry it stands at, if that is in overflow pages and was asked for.
    private var overflow: IOBuffer?
    @exclusivity(unchecked) private var hasOverflow = false

    init(_ snapshot: TreeSnapshot) {
        self.snapshot = snapshot
        cache = snapshot.cache
        path.reserveCapacity(snapshot.depth)
    }

    deinit { leave() }

    /// Whether it stands at an entry.
    package var isValid: Bool { leaf != nil }

    // MARK: Places

    /// Goes to the first entry whose key is not less than `key`. False: there is none, and it stands nowhere.
    @discardableResult
    package func seek(_ key: RawSpan) throws(StorageError) -> Bool {
        try key.withUnsafeBytes { (buffer) throws(StorageError) -> Bool in
            let key = Bytes(buffer)
            guard try descend({ $0.childIndex(key) }, { $0.lowerBound(key, isLeaf: true).index }) else { return false }
            return index < count ? true : try step(forward: true)
        }
    }

    /// Goes to the last entry whose key is less than `key`. False: there is none, and it stands nowhere.
    @discardableResult
    package func seekBack(_ key: RawSpan) throws(StorageError) -> Bool {
        try key.withUnsafeBytes { (buffer) throws(StorageError) -> Bool in
            let key = Bytes(buffer)
            guard try descend({ $0.childIndex(key) }, { $0.lowerBound(key, isLeaf: true).index - 1 }) else {
                return false
            }
            return index >= 0 ? true : try step(forward: false)
        }
    }

    @discardableResult
    package func seekFirst() throws(StorageError) -> Bool { try descend({ _ in 0 }, { _ in 0 }) }

    @discardableResult
    package func seekLast() throws(StorageError) -> Bool { try descend({ $0.count - 1 }, { $0.count - 1 }) }

    /// Goes to the entry after the one at which it stands. False: that was the last one, and it stands nowhere.
    @discardableResult
    package func next() throws(StorageError) -> Bool {
        precondition(leaf != nil, "a cursor that stands nowhere has no next entry")
        index += 1
        hasOverflow = false
        return index < count ? true : try step(forward: true)
    }

    /// Goes to the entry before the one at which it stands. False: that was the first one, and it stands nowhere.
    @discardableResult
    package func previous() throws(StorageError) -> Bool {
        precondition(leaf != nil, "a cursor that stands nowhere has no previous entry")
        index -= 1
        hasOverflow = false
        return index >= 0 ? true : try step(forward: false)
    }

    // MARK: Bytes

    /// Lends the key of the entry at which it stands.
    @inline(__always)
    package func withKey<R>(_ body: (RawSpan) -> R) -> R { body(keyBytes.buffer.bytes) }

    var keyBytes: Bytes {
        guard let leaf else { preconditionFailure("a cursor that stands nowhere has no key") }
        return leaf.leafKey(index)
    }

    /// Lends the value of the entry at which it stands.
    @inline(__always)
    package func withValue<R>(_ body: (RawSpan) throws(StorageError) -> R) throws(StorageError) -> R {
        try body(valueBytes().buffer.bytes)
    }

    /// Good until the cursor moves.
    func valueBytes() throws(StorageError) -> Bytes {
        guard let leaf else { preconditionFailure("a cursor that stands nowhere has no value") }
        if let value = leaf.inlineValue(index) { return value }
        let buffer = overflow ?? IOBuffer()
        overflow = buffer
        if !hasOverflow, let run = leaf.overflow(index) {
            try cache.read(run, newest: snapshot.commit.number, into: buffer)
            hasOverflow = true
        }
        return Bytes(buffer.base + PageFormat.headerSize, buffer.count - PageFormat.headerSize)
    }

    // MARK: Moves

    private func leave() {
        hasOverflow = false
        guard let leaf else { return }
        PageFrame(leaf.base).pins.pointee.subtract(1, ordering: .releasing)
        self.leaf = nil
    }

    private func enter(_ node: Node) {
        PageFrame(node.base).pins.pointee.add(1, ordering: .relaxed)
        leaf = node
        count = node.count
    }

    /// From the root to a leaf; `index` may then be outside of it by one.
    private func descend(
        _ child: (Node) -> Int, _ entry: (Node) -> Int
    ) throws(StorageError) -> Bool {
        leave()
        path.removeAll(keepingCapacity: true)
        guard snapshot.depth > 0 else { return false }
        var pass = cache.enter()
        defer { pass.leave() }
        try descend(from: snapshot.root, child, entry, &pass)
        return true
    }

    private func descend(
        from start: UInt32, _ child: (Node) -> Int, _ entry: (Node) -> Int, _ pass: inout CachePass
    ) throws(StorageError) {
        var page = start
        while path.count < snapshot.depth - 1 {
            let node = try pass.node(page, level: snapshot.depth - 1 - path.count, newest: snapshot.commit.number)
            let index = child(node)
            path.append((page, index))
            page = node.child(index)
        }
        let node = try pass.node(page, level: 0, newest: snapshot.commit.number)
        index = entry(node)
        enter(node)
    }

    /// To the neighbouring leaf.
    @inline(never)
    private func step(forward: Bool) throws(StorageError) -> Bool {
        leave()
        var pass = cache.enter()
        defer { pass.leave() }
        while let (page, index) = path.popLast() {
            let level = snapshot.depth - 1 - path.count
            let node = try pass.node(page, level: level, newest: snapshot.commit.number)
            let next = forward ? index + 1 : index - 1
            guard next >= 0, next < node.count else { continue }
            path.append((page, next))
            let child = node.child(next)
            try descend(
                from: child, { forward ? 0 : $0.count - 1 }, { forward ? 0 : $0.count - 1 }, &pass)
            return true
        }
        return false
    }
}
