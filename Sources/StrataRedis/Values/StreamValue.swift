import StrataRESP

/// A log of entries, each some fields with values under an id that only grows, and the groups that read it.
package final class StreamValue: CollectionValue {
    package internal(set) var nodes = StreamNodeAccess()
    /// Live entries.
    package internal(set) var length = 0
    /// The highest id ever added, deleted or not.
    package var last = StreamID.zero
    /// The lowest live one; zero in an empty stream.
    package internal(set) var first = StreamID.zero
    /// The highest that XDEL removed.
    package var largestDeleted = StreamID.zero
    /// Entries ever added.
    package var entriesAdded: UInt64 = 0
    private var groupsByName: [[UInt8]: ConsumerGroup] = [:]

    package override init() { super.init() }

    package override var type: ValueType { .stream }
    package override var encoding: ValueEncoding { .stream }
    package override var count: Int { length }
    package override var memoryBytes: Int {
        var bytes = 200 + nodes.list.count * 72 + nodes.listpackBytes
        for (name, group) in groupsByName { bytes += name.count + 64 + group.memoryBytes }
        return bytes
    }

    package override func copy() -> CollectionValue {
        let copy = StreamValue()
        for index in 0..<nodes.list.count { copy.nodes.append(nodes.list[index].copy()) }
        copy.length = length
        copy.last = last
        copy.first = first
        copy.largestDeleted = largestDeleted
        copy.entriesAdded = entriesAdded
        copy.groupsByName = groupsByName.mapValues { $0.copy() }
        return copy
    }

    // MARK: Adding

    /// What `append` refuses: the entry is larger than a node may be.
    package struct TooLarge: Error {}

    /// Adds an entry behind the last; its id is above `last`.
    package func append(
        _ id: StreamID, fields: Int, limits: EncodingLimits, argument: (Int) -> Bytes
    ) throws(TooLarge) {
        precondition(id > last, "a stream's ids only grow")
        var size = 0
        for index in 0..<2 * fields { size += argument(index).count }
        guard size <= ListpackFormat.maxSize else { throw TooLarge() }
        let node: StreamNode
        let isNew: Bool
        if let open = openNode(for: size, limits) {
            node = open
            isNew = false
        } else {
            nodes.list.isEmpty ? () : nodes.list[nodes.list.count - 1].listpack.shrinkToFit()
            node = StreamNode(id: id, fields: fields) { argument(2 * $0) }
            nodes.append(node)
            isNew = true
        }
        nodes.change(node) {
            var isSame = isNew
            if !isNew, node.masterFieldCount == fields {
                isSame = true
                var position = node.masterFields
                for index in 0..<fields {
                    if !node.listpack[position].isEqual(to: argument(2 * index)) {
                        isSame = false
                        break
                    }
                    position = node.after(position)
                }
            }
            node.setCounts(live: node.liveCount + 1, deleted: node.deletedCount)
            node.listpack.append(isSame ? StreamNode.sameFields : 0)
            node.listpack.append(Int64(bitPattern: id.milliseconds &- node.id.milliseconds))
            node.listpack.append(Int64(bitPattern: id.sequence &- node.id.sequence))
            if !isSame { node.listpack.append(Int64(fields)) }
            for index in 0..<fields {
                if !isSame { node.listpack.append(argument(2 * index)) }
                node.listpack.append(argument(2 * index + 1))
            }
            node.listpack.append(Int64(isSame ? fields + 3 : 2 * fields + 4))
        }
        entriesAdded &+= 1
        last = id
        length += 1
        if length == 1 { first = id }
    }

    /// The last node, if an entry of `size` bytes may go there.
    private func openNode(for size: Int, _ limits: EncodingLimits) -> StreamNode? {
        if nodes.list.isEmpty { return nil }
        let node = nodes.list[nodes.list.count - 1]
        let largest = ListpackFormat.maxSize
        let limit =
            limits.streamNodeMaxBytes == 0 || limits.streamNodeMaxBytes > largest ? largest : limits.streamNodeMaxBytes
        if node.listpack.byteCount + size >= limit { return nil }
        let entries = node.liveCount + node.deletedCount
        if limits.streamNodeMaxEntries > 0, entries >= limits.streamNodeMaxEntries { return nil }
        return node
    }

    // MARK: Loading

    /// Adds a node from outside behind the others, checked: false if it is none, or its id does not fit.
    package func appendNode(_ id: StreamID, _ listpack: consuming Listpack) -> Bool {
        guard let live = StreamNode.liveCount(ofValid: listpack), live > 0 else { return false }
        if !nodes.list.isEmpty, nodes.list[nodes.list.count - 1].id >= id { return false }
        nodes.append(StreamNode(id: id, listpack: listpack))
        length += live
        return true
    }

    /// Finds `first` again, after nodes were appended.
    package func refreshFirst() { first = edge(isLast: false)?.id ?? .zero }

    /// Sets the lowest live id as a file gives it.
    package func setFirst(_ id: StreamID) { first = id }

    // MARK: Groups

    package var groupCount: Int { groupsByName.count }
    /// By their names.
    package var groups: [(name: [UInt8], group: ConsumerGroup)] {
        groupsByName.sorted { $0.key.lexicographicallyPrecedes($1.key) }.map { ($0.key, $0.value) }
    }
    package func group(_ name: Bytes) -> ConsumerGroup? { groupsByName[name.copy()] }

    /// - Returns: nil if there is one of that name.
    @discardableResult
    package func addGroup(_ name: Bytes, last: StreamID, entriesRead: UInt64?) -> ConsumerGroup? {
        let key = name.copy()
        guard groupsByName[key] == nil else { return nil }
        let group = ConsumerGroup(last: last, entriesRead: entriesRead)
        groupsByName[key] = group
        return group
    }

    package func removeGroup(_ name: Bytes) -> Bool { groupsByName.removeValue(forKey: name.copy()) != nil }
}
