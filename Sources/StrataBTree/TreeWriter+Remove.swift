import Glibc
import StrataDisk

extension TreeWriter {
    /// Removes `key`. False: it was not there, and nothing has changed.
    @discardableResult
    package func remove(_ key: RawSpan) throws(StorageError) -> Bool {
        try requireActive()
        return try key.withUnsafeBytes { (buffer) throws(StorageError) -> Bool in
            let key = Bytes(buffer)
            let pass = cache.enter()
            defer { pass.leave() }
            guard try find(key) else { return false }
            let (index, isEqual) = path[path.count - 1].node.lowerBound(key, isLeaf: true)
            guard isEqual else { return false }
            try reserve(pagesPerCall)
            try touchPath()
            let leaf = path[path.count - 1].node
            if let run = leaf.overflow(index) { discard(run) }
            leaf.remove(at: index)
            if meta.entries > 0 { meta.entries -= 1 }
            lastInsert = (0, 0)
            if isUnderfull(leaf) {
                hasFinger = false
                try rebalance(path.count - 1)
            }
            try spillIfFull()
            return true
        }
    }

    /// Pages less than a quarter full are joined with a neighbour.
    private func isUnderfull(_ node: Node) -> Bool { node.count == 0 || node.usedRoom < room / 4 }

    /// Deals with an underfull page of the path, and then with those above.
    private func rebalance(_ level: Int) throws(StorageError) {
        guard level > 0 else { return try shrinkRoot() }
        let node = path[level].node
        let parent = path[level - 1]
        guard isUnderfull(node) else { return }
        if node.count == 0 {
            discard(node)
            removeChild(parent.index, of: parent.node)
        } else if parent.node.count > 1 {
            try joinOrShare(node, parent)
        }
        try rebalance(level - 1)
    }

    private func removeChild(_ index: Int, of parent: Node) {
        parent.remove(at: index)
        if index == 0 && parent.count > 0 { parent.clearFirstKey() }
    }

    /// A root without entries ends the tree; one with a single child gives way to it.
    private func shrinkRoot() throws(StorageError) {
        while meta.depth > 0 {
            let root = try node(meta.root, level: meta.depth - 1)
            if root.count == 0 {
                (meta.root, meta.depth) = (0, 0)
            } else if !root.isLeaf && root.count == 1 {
                meta.root = root.child(0)
                meta.depth -= 1
            } else {
                return
            }
            discard(root)
        }
    }

    /// Joins a page with a neighbour, or, where they do not fit one page, shares their entries evenly.
    private func joinOrShare(_ node: Node, _ parent: Level) throws(StorageError) {
        let isLeaf = node.isLeaf
        let isLeft = parent.index == 0
        let place = isLeft ? 1 : parent.index - 1
        let neighbour = try self.node(parent.node.child(place), level: node.level)
        let rightPlace = max(place, parent.index)
        let (left, right) = isLeft ? (node, neighbour) : (neighbour, node)

        memcpy(scratch, left.base, pageBytes)
        memcpy(scratch + pageBytes, right.base, pageBytes)
        entries.removeAll(keepingCapacity: true)
        Node(scratch).collect(into: &entries)
        let middle = entries.count
        Node(scratch + pageBytes).collect(into: &entries)
        if !isLeaf {
            // The right page's first child gets the key that stands for it above.
            let child = Node(scratch + pageBytes).child(0)
            entries[middle] = encode(
                child: child, parent.node.branchKey(rightPlace), level: PageFormat.maximumDepth - 2)
        }
        let total = entries.reduce(0) { $0 + $1.size + PageFormat.slotSize }
        if total <= room {
            fill(node, entries[...])
            discard(neighbour)
            parent.node.setChild(rightPlace - 1, node.page)
            removeChild(rightPlace, of: parent.node)
            return
        }
        let cut = evenCut()
        let key = isLeaf ? separator(at: cut) : Node.key(entries[cut].start, isLeaf: false)
        let old = parent.node.branchKey(rightPlace)
        // A longer separator may not fit; then the page stays as it is.
        guard parent.node.usedRoom - old.count + key.count <= room else { return }
        let ownNeighbour = try touch(neighbour, Level(node: parent.node, index: place))
        let (ownLeft, ownRight) = isLeft ? (node, ownNeighbour) : (ownNeighbour, node)
        let upper = encode(child: ownRight.page, key, level: PageFormat.maximumDepth - 1)
        fill(ownLeft, entries[..<cut])
        fill(ownRight, entries[cut...])
        parent.node.remove(at: rightPlace)
        guard
            let target = parent.node.insertRoom(
                at: rightPlace, upper.size, pageBytes: pageBytes, scratch: scratch)
        else { preconditionFailure("a separator that was seen to fit does not") }
        memcpy(target, upper.start, upper.size)
        parent.node.keyChanged(at: rightPlace)
    }
}
