import Glibc
import StrataDisk

extension TreeWriter {
    /// Makes two pages of one that has no room for `entry`.
    func split(_ entry: EntryReference, at index: Int, level: Int) {
        let left = path[level].node
        let isLeaf = left.isLeaf
        memcpy(scratch, left.base, pageBytes)
        entries.removeAll(keepingCapacity: true)
        Node(scratch).collect(into: &entries)
        entries.insert(entry, at: index)
        let cut = risingCut(index, level, isLeaf) ?? evenCut()

        let (page, memory) = takePage()
        let right = Node(memory)
        right.format(isLeaf ? .leaf : .branch, level: left.level, page: page, commit: number, pageBytes: pageBytes)
        let above = isLeaf ? separator(at: cut) : Node.key(entries[cut].start, isLeaf: false)
        let upper = encode(child: page, above, level: level)
        fill(left, entries[..<cut])
        fill(right, entries[cut...])
        if isLeaf && index >= cut { lastInsert = (page, index - cut) }
        hasFinger = false
        if level == 0 { growRoot(left) }
        let parent = level == 0 ? 0 : level - 1
        insert(upper, at: path[parent].index + 1, level: parent)
    }

    /// Makes a page hold these entries, which lie elsewhere, and no others.
    func fill(_ node: Node, _ entries: ArraySlice<EntryReference>) {
        node.removeAll(pageBytes: pageBytes)
        for entry in entries { node.append(entry) }
        if !node.isLeaf { node.clearFirstKey() }
        node.finishKeys()
    }

    /// Where to cut if keys come in rising order, so that what lies behind them stays full instead of half empty: at
    /// the right edge of the tree, and where a row of insertions, each right after the last, goes on before keys that
    /// were there.
    private func risingCut(_ index: Int, _ level: Int, _ isLeaf: Bool) -> Int? {
        let end = entries.count
        if index == end - 1 && isRightEdge(level) { return isLeaf ? end - 1 : end - 2 }  // a branch keeps two children
        guard isLeaf, streak >= 4 else { return nil }
        // The keys behind go to a page of their own, or, where they alone make no room, along with the new one.
        return [index + 1, index].first { cut in
            guard cut > 0, cut < end else { return false }
            return [entries[..<cut], entries[cut...]].allSatisfy { part in
                part.reduce(0) { $0 + $1.size + PageFormat.slotSize } <= room
            }
        }
    }

    private func isRightEdge(_ level: Int) -> Bool {
        path[..<level].allSatisfy { $0.index == $0.node.count - 1 }
    }

    /// Where `entries` are cut so that both halves fit a page and are as equal as they can be. No entry is larger than
    /// a third of a page and no more than a third came in, so there is such a place.
    func evenCut() -> Int {
        let total = entries.reduce(0) { $0 + $1.size + PageFormat.slotSize }
        var before = 0
        var best = (cut: 0, larger: Int.max)
        for cut in 1..<entries.count {
            before += entries[cut - 1].size + PageFormat.slotSize
            let larger = max(before, total - before)
            if larger < best.larger { best = (cut, larger) }
        }
        precondition(best.larger <= room, "entries of \(total) bytes do not fit two pages")
        return best.cut
    }

    /// The shortest key that is greater than the last entry before `cut` and not greater than the one at it.
    func separator(at cut: Int) -> Bytes {
        let last = Node.key(entries[cut - 1].start, isLeaf: true)
        let first = Node.key(entries[cut].start, isLeaf: true)
        return Bytes(first.start, min(first.count, last.commonPrefix(first) + 1))
    }

    /// A new root above the old one; its second child is added by the caller.
    private func growRoot(_ old: Node) {
        let (page, memory) = takePage()
        let root = Node(memory)
        root.format(.branch, level: old.level + 1, page: page, commit: number, pageBytes: pageBytes)
        let entry = encode(
            child: old.page, Bytes(UnsafeRawBufferPointer(start: nil, count: 0)), level: PageFormat.maximumDepth - 1)
        root.append(entry)
        meta.root = page
        meta.depth += 1
        path.insert(Level(node: root, index: 0), at: 0)
    }
}
