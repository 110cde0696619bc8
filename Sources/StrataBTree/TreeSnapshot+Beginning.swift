import StrataDisk

/// What keys begin with: an estimate from a few pages, in as many descents.
extension TreeSnapshot {
    /// The bytes with which about three quarters or more of the keys of a space begin; keys of a space begin with the byte `space`,
    /// nil is the whole tree. Empty where there are none.
    package func beginning(ofKeysIn space: UInt8?) throws(StorageError) -> [UInt8] {
        var (low, high) = (0.0, 1.0)
        if let space {
            low = try rank(of: [space])
            if space < .max { high = try rank(of: [space + 1]) }
        }
        // A few keys at either end may be of another kind: they are left aside.
        let margin = (high - low) / 8
        guard let first = try key(atRank: low + margin), let last = try key(atRank: high - margin) else { return [] }
        if let space, first.first != space || last.first != space { return [] }
        return Array(zip(first, last).prefix { $0 == $1 }.map(\.0))
    }

    /// Where `key` stands among all keys, from 0 to 1, if every page below a branch held as many as any other.
    private func rank(of key: [UInt8]) throws(StorageError) -> Double {
        var rank = 0.0
        var share = 1.0
        try descend { node in
            share /= Double(node.count)
            let index = key.withUnsafeBytes { key in
                node.isLeaf ? node.lowerBound(Bytes(key), isLeaf: true).index : node.childIndex(Bytes(key))
            }
            rank += share * Double(index)
            return index
        }
        return rank
    }

    /// The key there; nil in an empty tree.
    private func key(atRank rank: Double) throws(StorageError) -> [UInt8]? {
        var rest = min(max(rank, 0), 1)
        var key: [UInt8]?
        try descend { node in
            let place = rest * Double(node.count)
            let index = min(Int(place), node.count - 1)
            rest = min(place - Double(index), 1)
            if node.isLeaf { key = Array(node.leafKey(index).buffer) }
            return index
        }
        return key
    }

    /// From the root to a leaf, through the children that `choose` says.
    private func descend(_ choose: (Node) -> Int) throws(StorageError) {
        guard depth > 0 else { return }
        var pass = cache.enter()
        defer { pass.leave() }
        var page = root
        for level in stride(from: depth - 1, through: 0, by: -1) {
            let node = try pass.node(page, level: level, newest: commit.number)
            let index = choose(node)
            if level > 0 { page = node.child(index) }
        }
    }
}
