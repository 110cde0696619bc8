import StrataRESP

extension ListValue {
    /// Element `index`, counted from the end when negative; lent until the next change. Nil: there is none.
    package func value(at index: Int) -> PackedValue? {
        guard let index = existing(index) else { return nil }
        let (node, offset) = locate(index)
        guard let at = nodes[node].pointee.position(at: offset) else { preconditionFailure("a node miscounted") }
        return nodes[node].pointee[at]
    }

    /// Calls `body` with `count` elements from `start` on until it returns false; backwards towards the head where
    /// `step` is .head. All of them exist.
    package func forEach(from start: Int, count: Int, towards end: ListEnd = .tail, _ body: (PackedValue) -> Bool) {
        guard count > 0 else { return }
        var left = count
        var (node, offset) = locate(start)
        while true {
            let pack = nodes[node]
            var position = pack.pointee.position(at: offset)
            while let at = position {
                if !body(pack.pointee[at]) { return }
                left -= 1
                if left == 0 { return }
                position = end == .tail ? pack.pointee.next(after: at) : pack.pointee.previous(before: at)
            }
            node += end == .tail ? 1 : -1
            offset = end == .tail ? 0 : -1
        }
    }

    /// - Returns: whether element `index` exists.
    package func set(at index: Int, to element: Bytes, limits: EncodingLimits) -> Bool {
        guard let index = existing(index) else { return false }
        let (node, offset) = locate(index)
        let pack = nodes[node]
        guard let at = pack.pointee.position(at: offset) else { preconditionFailure("a node miscounted") }
        let size = Listpack.entrySize(of: element)
        let grown = pack.pointee.byteCount - pack.pointee.wholeSize(at: at) + size
        if pack.pointee.count == 1 || Self.mayHold(pack.pointee.count, grown, limits) {
            change(node) { $0.replace(at: at, with: element) }
        } else {
            change(node) { $0.remove(at: at) }
            countElements(-1)
            insert(element, size, node, offset, limits)
        }
        return true
    }

    /// Puts an element beside the first that is `pivot`. False: there is none.
    package func insert(
        _ element: Bytes, _ side: ListEnd, of pivot: Bytes, limits: EncodingLimits
    ) -> Bool {
        for node in 0..<nodes.count {
            guard let at = nodes[node].pointee.find(pivot) else { continue }
            var offset = 0
            var position = nodes[node].pointee.first
            while let before = position, before < at {
                offset += 1
                position = nodes[node].pointee.next(after: before)
            }
            insert(element, Listpack.entrySize(of: element), node, side == .head ? offset : offset + 1, limits)
            return true
        }
        return false
    }

    /// Removes up to `most` elements that are `element`, from an end on.
    /// - Returns: how many.
    package func remove(_ element: Bytes, from end: ListEnd, most: Int) -> Int {
        let wanted = PackedNeedle(element)
        var removed = 0
        var node = end == .head ? 0 : nodes.count - 1
        while node >= 0, node < nodes.count, removed < most {
            let here = change(node) { pack in
                Self.remove(wanted, from: &pack, end, most: most - removed)
            }
            removed += here
            countElements(-here)
            let isGone = removeIfEmpty(node)
            if end == .tail { node -= 1 } else if !isGone { node += 1 }
        }
        return removed
    }

    /// Removes the elements of `range`, which exist.
    package func remove(_ range: Range<Int>) {
        guard !range.isEmpty else { return }
        var left = range.count
        var (node, offset) = locate(range.lowerBound)
        let inFirst = min(left, nodes[node].pointee.count - offset)
        if inFirst < nodes[node].pointee.count {
            change(node) { $0.removeElements(offset..<offset + inFirst) }
            countElements(-inFirst)
            left -= inFirst
            node += 1
        }
        var whole = node
        while left > 0, nodes[whole].pointee.count <= left {
            left -= nodes[whole].pointee.count
            whole += 1
        }
        removeNodes(node..<whole)
        if left > 0 {
            change(node) { $0.removeElements(0..<left) }
            countElements(-left)
        }
    }

    // MARK: Parts

    private func existing(_ index: Int) -> Int? {
        let index = index < 0 ? index + count : index
        return index >= 0 && index < count ? index : nil
    }

    private static func remove(
        _ wanted: PackedNeedle, from pack: inout Listpack, _ end: ListEnd, most: Int
    ) -> Int {
        var removed = 0
        var position = end == .head ? pack.first : pack.last
        while let at = position, removed < most {
            guard wanted.matches(pack[at]) else {
                position = end == .head ? pack.next(after: at) : pack.previous(before: at)
                continue
            }
            pack.remove(at: at)
            removed += 1
            // The next one has come to this place.
            position = end == .tail ? pack.previous(before: at) : at == pack.end ? nil : at
        }
        return removed
    }

    /// Puts an element before the one at `offset` of a node, or behind its last; splits a node that is full.
    private func insert(_ element: Bytes, _ size: Int, _ node: Int, _ offset: Int, _ limits: EncodingLimits) {
        let count = nodes[node].pointee.count
        if fits(size, in: node, limits) {
            change(node) { $0.insert(element, at: offset == count ? $0.end : $0.position(at: offset) ?? $0.end) }
            countElements(1)
        } else if offset == 0, node > 0, fits(size, in: node - 1, limits) {
            change(node - 1) { $0.append(element) }
            countElements(1)
        } else if offset == count, node + 1 < nodes.count, fits(size, in: node + 1, limits) {
            change(node + 1) { $0.prepend(element) }
            countElements(1)
        } else if offset == 0 || offset == count {
            insertNode(Self.pack(element, size), at: offset == 0 ? node : node + 1)
        } else {
            let tail = change(node) { $0.split(at: offset) }
            countElements(-tail.count)
            insertNode(tail, at: node + 1)
            insertNode(Self.pack(element, size), at: node + 1)
            merge(node + 1, limits)
            merge(node, limits)
        }
    }

    /// Joins a node with the next one where one node may hold both.
    private func merge(_ node: Int, _ limits: EncodingLimits) {
        guard node + 1 < nodes.count else { return }
        let next = nodes[node + 1]
        let bytes = nodes[node].pointee.byteCount + next.pointee.byteCount - ListpackFormat.emptySize
        let added = next.pointee.count
        guard Self.mayHold(nodes[node].pointee.count + added, bytes, limits) else { return }
        change(node) { $0.append(contentsOf: next.pointee) }
        countElements(added)
        removeNodes(node + 1..<node + 2)
    }
}
