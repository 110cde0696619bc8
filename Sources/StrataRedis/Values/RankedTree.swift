import StrataRESP

/// Order of a large sorted set: a counted B+tree over (score, member), so that insertion, deletion, the rank of an
/// entry and the entry of a rank take O(log n). Entries are pointers to `RankedBlob`s, which the owner allocates and
/// frees; scores lie in the leaves too, so that a search touches members only where scores are equal. (Counting the
/// entries below each child: Knuth, TAOCP 3, 6.2.3.) One entry takes 16 bytes at full leaves, about 23 after random
/// insertions.
///
/// Not for two threads at once.
package final class RankedTree {
    package typealias Blob = UnsafeMutableRawPointer

    private(set) var root: RankedNode
    package private(set) var count = 0
    private var leafCount = 1
    private var innerCount = 0

    package init() { root = .makeLeaf() }

    deinit { Self.free(root) }

    private static func free(_ node: RankedNode) {
        if !node.isLeaf { for index in 0..<node.count { free(node.children[index]) } }
        node.free()
    }

    /// Bytes of the nodes, without the blobs.
    package var memoryBytes: Int { leafCount * (RankedNode.leafBytes + 8) + innerCount * (RankedNode.innerBytes + 8) }

    // MARK: Order

    /// Below zero where entry `index` of the node sorts before (score, member), zero where it is that entry.
    @inline(__always)
    private func compare(_ node: RankedNode, _ index: Int, _ score: Double, _ member: Bytes) -> Int {
        let own = node.scores[index]
        if own != score { return own < score ? -1 : 1 }
        return RankedBlob.member(of: node.blobs[index]).compare(member)
    }

    /// The first entry that does not sort before (score, member).
    @inline(__always)
    private func lowerBound(_ node: RankedNode, _ score: Double, _ member: Bytes) -> Int {
        var low = 0
        var high = node.count
        while low < high {
            let middle = (low + high) >> 1
            if compare(node, middle, score, member) < 0 { low = middle + 1 } else { high = middle }
        }
        return low
    }

    /// The child below which (score, member) belongs.
    @inline(__always)
    private func childIndex(_ node: RankedNode, _ score: Double, _ member: Bytes) -> Int {
        var low = 1
        var high = node.count
        while low < high {
            let middle = (low + high) >> 1
            if compare(node, middle, score, member) <= 0 { low = middle + 1 } else { high = middle }
        }
        return low - 1
    }

    // MARK: Changes

    /// Adds an entry that is not there yet. The tree keeps the pointer and takes the score from the blob.
    package func insert(_ blob: Blob) {
        let score = RankedBlob.score(of: blob)
        precondition(!score.isNaN, "no order has a place for NaN")
        if let right = insert(blob, score, RankedBlob.member(of: blob), below: root, isLast: true) {
            let left = root
            root = .makeInner(level: left.level + 1)
            innerCount += 1
            root.count = 2
            setChild(left, of: root, at: 0)
            setChild(right, of: root, at: 1)
        }
        count += 1
    }

    private func setChild(_ child: RankedNode, of node: RankedNode, at index: Int) {
        node.children[index] = child
        node.sizes[index] = child.total
        refreshFirst(of: node, at: index)
    }

    @inline(__always)
    private func refreshFirst(of node: RankedNode, at index: Int) {
        let child = node.children[index]
        node.scores[index] = child.scores[0]
        node.blobs[index] = child.blobs[0]
    }

    /// - Parameter isLast: no node of this level follows.
    /// - Returns: a new node to the right, if this one had to be split.
    private func insert(
        _ blob: Blob, _ score: Double, _ member: Bytes, below node: RankedNode, isLast: Bool
    ) -> RankedNode? {
        if node.isLeaf {
            let index = lowerBound(node, score, member)
            let (target, at, right) = place(in: node, at: index, isLast: isLast)
            target.scores[at] = score
            target.blobs[at] = blob
            return right
        }
        let index = childIndex(node, score, member)
        let split = insert(
            blob, score, member, below: node.children[index], isLast: isLast && index == node.count - 1)
        guard let split else {
            node.sizes[index] += 1
            refreshFirst(of: node, at: index)
            return nil
        }
        setChild(node.children[index], of: node, at: index)
        let (target, at, right) = place(in: node, at: index + 1, isLast: isLast)
        setChild(split, of: target, at: at)
        return right
    }

    /// Opens a place at `index`, splitting a full node: in halves, or, behind the last entry of all, leaving the left
    /// one full, because scores that only grow (times, counters) would otherwise leave every node half empty.
    private func place(
        in node: RankedNode, at index: Int, isLast: Bool
    ) -> (target: RankedNode, at: Int, right: RankedNode?) {
        if node.count < node.capacity {
            node.open(at: index)
            return (node, index, nil)
        }
        let right: RankedNode = node.isLeaf ? .makeLeaf() : .makeInner(level: node.level)
        if node.isLeaf {
            leafCount += 1
            right.previous = node
            right.next = node.next
            node.next?.previous = right
            node.next = right
        } else {
            innerCount += 1
        }
        if isLast && index == node.count {
            right.count = 1
            return (right, 0, right)
        }
        node.give(node.count / 2, toNext: right)
        if index <= node.count {
            node.open(at: index)
            return (node, index, right)
        }
        right.open(at: index - node.count)
        return (right, index - node.count, right)
    }

    /// Takes out the entry of `score` and `member`; the caller frees its blob.
    package func remove(_ member: Bytes, score: Double) -> Blob? {
        let blob = remove(score, member, below: root)
        if blob != nil { count -= 1 }
        while !root.isLeaf && root.count <= 1 {
            let old = root
            if old.count == 0 {
                root = .makeLeaf()
                leafCount += 1
            } else {
                root = old.children[0]
            }
            old.free()
            innerCount -= 1
        }
        return blob
    }

    private func remove(_ score: Double, _ member: Bytes, below node: RankedNode) -> Blob? {
        if node.isLeaf {
            let index = lowerBound(node, score, member)
            guard index < node.count, compare(node, index, score, member) == 0 else { return nil }
            let blob = node.blobs[index]
            node.close(at: index)
            return blob
        }
        guard node.count > 0 else { return nil }
        let index = childIndex(node, score, member)
        let child = node.children[index]
        guard let blob = remove(score, member, below: child) else { return nil }
        node.sizes[index] -= 1
        if child.count == 0 {
            discard(child)
            node.close(at: index)
        } else {
            refreshFirst(of: node, at: index)
            if child.count < child.capacity / 4 { balance(node, index) }
        }
        return blob
    }

    private func discard(_ node: RankedNode) {
        if node.isLeaf {
            node.previous?.next = node.next
            node.next?.previous = node.previous
            leafCount -= 1
        } else {
            innerCount -= 1
        }
        node.free()
    }

    /// Child `index` has few entries: joins it with a neighbour, or takes some from it.
    private func balance(_ node: RankedNode, _ index: Int) {
        guard node.count > 1 else { return }
        let leftIndex = index + 1 < node.count ? index : index - 1
        let left = node.children[leftIndex]
        let right = node.children[leftIndex + 1]
        if left.count + right.count <= left.capacity {
            left.takeFirst(right.count, ofNext: right)
            discard(right)
            node.close(at: leftIndex + 1)
        } else {
            if left.count < right.count {
                left.takeFirst((right.count - left.count) / 2, ofNext: right)
            } else {
                left.give((left.count - right.count) / 2, toNext: right)
            }
            setChild(right, of: node, at: leftIndex + 1)
        }
        setChild(left, of: node, at: leftIndex)
    }
}
