import StrataRESP

extension RankedTree {
    /// Where an entry stands. Valid until the next change of the tree.
    package struct Position {
        fileprivate var leaf: RankedNode
        fileprivate var index: Int

        @inline(__always)
        package var blob: Blob { leaf.blobs[index] }
        @inline(__always)
        package var score: Double { leaf.scores[index] }

        /// The next higher entry, which exists.
        @inline(__always)
        package mutating func advance() {
            index += 1
            if index == leaf.count, let next = leaf.next {
                leaf = next
                index = 0
            }
        }

        /// The next lower entry, which exists.
        @inline(__always)
        package mutating func retreat() {
            if index == 0, let previous = leaf.previous {
                leaf = previous
                index = previous.count - 1
            } else {
                index -= 1
            }
        }
    }

    /// The entry of a rank, counted from 0 at the lowest score.
    package func position(ofRank rank: Int) -> Position {
        precondition(rank >= 0 && rank < count, "a rank outside of the order")
        var node = root
        var rest = rank
        while !node.isLeaf {
            var index = 0
            while rest >= node.sizes[index] {
                rest -= node.sizes[index]
                index += 1
            }
            node = node.children[index]
        }
        return Position(leaf: node, index: rest)
    }

    /// How many entries come before the first for which `isReached` holds. It must not hold for an entry after one
    /// for which it does.
    @inline(__always)
    package func rank(whereReached isReached: (_ score: Double, _ blob: Blob) -> Bool) -> Int {
        var node = root
        var before = 0
        while !node.isLeaf {
            var low = 1
            var high = node.count
            while low < high {
                let middle = (low + high) >> 1
                if isReached(node.scores[middle], node.blobs[middle]) { high = middle } else { low = middle + 1 }
            }
            for index in 0..<(low - 1) { before += node.sizes[index] }
            node = node.children[low - 1]
        }
        var low = 0
        var high = node.count
        while low < high {
            let middle = (low + high) >> 1
            if isReached(node.scores[middle], node.blobs[middle]) { high = middle } else { low = middle + 1 }
        }
        return before + low
    }

    /// The rank of an entry, or the one that it would have.
    package func rank(of member: Bytes, score: Double) -> Int {
        rank { own, blob in
            if own != score { return own > score }
            return RankedBlob.member(of: blob).compare(member) >= 0
        }
    }

    /// Walks the whole tree. For tests: a broken rule traps with its name.
    package func checkInvariants() {
        var leaves: [RankedNode] = []
        let total = check(root, &leaves)
        precondition(total == count, "the tree's count is off")
        var previous: RankedNode?
        for leaf in leaves {
            precondition(leaf.previous == previous, "a leaf's link to the left is wrong")
            if let previous { precondition(previous.next == leaf, "a leaf's link to the right is wrong") }
            previous = leaf
        }
        precondition(previous?.next == nil, "the last leaf has a successor")
        var last: (score: Double, blob: Blob)?
        for leaf in leaves {
            for index in 0..<leaf.count {
                let score = leaf.scores[index]
                let blob = leaf.blobs[index]
                precondition(score == RankedBlob.score(of: blob), "a leaf's score differs from its blob's")
                if let last {
                    let order = RankedBlob.member(of: last.blob).compare(RankedBlob.member(of: blob))
                    precondition(last.score < score || last.score == score && order < 0, "entries out of order")
                }
                last = (score, blob)
            }
        }
    }

    private func check(_ node: RankedNode, _ leaves: inout [RankedNode]) -> Int {
        precondition(node.count <= node.capacity, "a node holds more than it can")
        if node.isLeaf {
            precondition(node.count > 0 || node == root, "an empty leaf")
            leaves.append(node)
            return node.count
        }
        precondition(node.count > 0, "an empty inner node")
        for index in 0..<node.count {
            let child = node.children[index]
            precondition(child.level == node.level - 1, "a child of the wrong level")
            precondition(check(child, &leaves) == node.sizes[index], "a child's size is off")
            precondition(child.blobs[0] == node.blobs[index], "a child's first entry is not its parent's")
        }
        return node.total
    }
}
