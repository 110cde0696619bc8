import StrataRESP

extension StreamValue {
    // MARK: Walking

    /// Live entries from `from` to `to`, both included, until `body` answers false; descending begins at `to`. The
    /// stream is not changed meanwhile.
    package func forEach(
        from: StreamID, to: StreamID, descending: Bool = false, _ body: (StreamEntry) -> Bool
    ) {
        if nodes.list.isEmpty || from > to { return }
        if descending {
            guard var index = nodes.list.index(atOrBefore: to) else { return }
            while true {
                switch backwards(nodes.list[index], from, to, body) {
                case .done: return
                case .further: if index == 0 { return }
                }
                index -= 1
            }
        }
        var index = nodes.list.index(atOrBefore: from) ?? 0
        while index < nodes.list.count {
            if case .done = forwards(nodes.list[index], from, to, body) { return }
            index += 1
        }
    }

    private enum Walk {
        case done, further
    }

    private func forwards(
        _ node: StreamNode, _ from: StreamID, _ to: StreamID, _ body: (StreamEntry) -> Bool
    ) -> Walk {
        let masterFieldCount = node.masterFieldCount
        var at = node.firstEntry
        let end = node.listpack.end
        while at < end {
            let entry = StreamEntry(node, at: at, masterFieldCount: masterFieldCount)
            if entry.id > to { return .done }
            if entry.id >= from, !entry.isDeleted, !body(entry) { return .done }
            at = entry.end
        }
        return .further
    }

    private func backwards(
        _ node: StreamNode, _ from: StreamID, _ to: StreamID, _ body: (StreamEntry) -> Bool
    ) -> Walk {
        let masterFieldCount = node.masterFieldCount
        let firstEntry = node.firstEntry
        var end = node.listpack.end
        while end > firstEntry {
            guard var at = node.listpack.previous(before: end) else { return .further }
            for _ in 0..<node.integer(at) {
                guard let previous = node.listpack.previous(before: at) else { return .further }
                at = previous
            }
            let entry = StreamEntry(node, at: at, masterFieldCount: masterFieldCount)
            if entry.id < from { return .done }
            if entry.id <= to, !entry.isDeleted, !body(entry) { return .done }
            end = at
        }
        return .further
    }

    /// The first or last live entry.
    package func edge(isLast: Bool) -> StreamEntry? {
        var found: StreamEntry?
        forEach(from: .zero, to: .max, descending: isLast) { entry in
            found = entry
            return false
        }
        return found
    }

    package func contains(_ id: StreamID) -> Bool { entry(id) != nil }

    package func entry(_ id: StreamID) -> StreamEntry? {
        var found: StreamEntry?
        forEach(from: id, to: id) { entry in
            found = entry
            return false
        }
        return found
    }

    // MARK: Deleting

    /// Deletes one entry, leaving a tombstone, or its node with it if it was the last one there. The caller settles
    /// `first` with `settleFirst`.
    package func delete(_ id: StreamID) -> Bool {
        guard let entry = entry(id), let index = nodes.list.index(atOrBefore: id) else { return false }
        remove(entry, ofNode: index)
        return true
    }

    private func remove(_ entry: StreamEntry, ofNode index: Int) {
        let node = entry.node
        let live = node.liveCount
        if live == 1 {
            nodes.remove(at: index)
        } else {
            nodes.change(node) {
                node.markDeleted(entry)
                node.setCounts(live: live - 1, deleted: node.deletedCount + 1)
            }
        }
        length -= 1
    }

    /// Finds `first` again, after entries were removed.
    package func settleFirst() { first = length == 0 ? .zero : edge(isLast: false)?.id ?? .zero }

    package enum Trim {
        case length(Int)
        /// Entries below go.
        case below(StreamID)
    }

    /// Removes the oldest entries.
    /// - Parameter approximately: whole nodes alone.
    /// - Parameter limit: entries at most, 0 for any number; whole nodes that hold more are left.
    /// - Returns: how many went.
    package func trim(_ trim: Trim, approximately: Bool, limit: Int) -> Int {
        var removed = 0
        while !nodes.list.isEmpty {
            if case .length(let most) = trim, length <= most { break }
            let node = nodes.list[0]
            let live = node.liveCount
            if limit > 0, removed + live > limit { break }
            let isWhole =
                switch trim {
                case .length(let most): length - live >= most
                case .below(let id): lastID(of: node) < id
                }
            if isWhole {
                nodes.remove(at: 0)
                length -= live
                removed += live
                continue
            }
            if !approximately { removed += trimWithin(node, trim) }
            break
        }
        if removed > 0 { settleFirst() }
        return removed
    }

    /// The highest id in a node, of a tombstone too.
    private func lastID(of node: StreamNode) -> StreamID {
        guard var at = node.listpack.last else { return node.id }
        for _ in 0..<node.integer(at) {
            guard let previous = node.listpack.previous(before: at) else { return node.id }
            at = previous
        }
        return StreamEntry(node, at: at, masterFieldCount: node.masterFieldCount).id
    }

    private func trimWithin(_ node: StreamNode, _ trim: Trim) -> Int {
        var removed = 0
        let masterFieldCount = node.masterFieldCount
        nodes.change(node) {
            var at = node.firstEntry
            while at < node.listpack.end {
                let entry = StreamEntry(node, at: at, masterFieldCount: masterFieldCount)
                switch trim {
                case .length(let most): if length <= most { at = node.listpack.end }
                case .below(let id): if entry.id >= id { at = node.listpack.end }
                }
                if at == node.listpack.end { break }
                if !entry.isDeleted {
                    node.markDeleted(entry)
                    removed += 1
                    length -= 1
                }
                at = entry.end
            }
            node.setCounts(live: node.liveCount - removed, deleted: node.deletedCount + removed)
        }
        return removed
    }
}
