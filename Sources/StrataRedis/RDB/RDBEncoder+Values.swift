import StrataDisk
import StrataRESP

/// Values, in the types that Redis 7.0 writes.
extension RDBEncoder {
    /// The type byte of a record or payload for `value`, as it is encoded now.
    package static func type(of value: CollectionValue) -> RDBType {
        let isListpack = value.encoding == .listpack
        switch value.type {
        case .string: preconditionFailure("a string is no collection")
        case .list: return .quicklist2
        case .set: return value.encoding == .intset ? .setIntset : .set
        case .hash: return isListpack ? .hashListpack : .hash
        case .sortedSet: return isListpack ? .sortedSetListpack : .sortedSet2
        case .stream: return .stream2
        }
    }

    /// What stands after type byte and key. Small encodings are written as they lie in memory.
    package func value(_ value: CollectionValue) {
        switch value {
        case let list as ListValue:
            length(list.nodeCount)
            list.forEachNode { node in
                length(RDBFormat.packedNode)
                string(node)
            }
        case let set as SetValue:
            if let bytes = set.intsetBytes { return string(bytes) }
            length(set.count)
            set.forEach { member in
                string(packed: member)
                return true
            }
        case let hash as HashValue:
            if let bytes = hash.listpackBytes { return string(bytes) }
            length(hash.count)
            hash.forEach { field, value in
                string(packed: field)
                string(packed: value)
                return true
            }
        case let set as SortedSetValue:
            if let bytes = set.packedBytes { return string(bytes) }
            length(set.count)
            // From the highest score down, as Redis does: its reader inserts each at the head.
            set.forEach(descending: true) { member, score in
                string(packed: member)
                double(score)
                return true
            }
        case let stream as StreamValue: self.stream(stream)
        default: preconditionFailure("a type of value without a form in dumps")
        }
    }

    @inline(__always)
    private func string(packed value: PackedValue) {
        switch value {
        case .bytes(let bytes): string(bytes)
        case .integer(let integer): string(integer: integer)
        }
    }

    private func stream(_ stream: StreamValue) {
        length(stream.nodes.count)
        for index in 0..<stream.nodes.count {
            let (id, bytes) = stream.nodes.node(index)
            length(16)
            raw(id)
            string(bytes)
        }
        length(stream.count)
        lengths(stream.last)
        lengths(stream.first)
        lengths(stream.largestDeleted)
        length(stream.entriesAdded)
        let groups = stream.groups
        length(groups.count)
        for (name, group) in groups {
            name.withLent { string($0) }
            lengths(group.last)
            length(group.entriesRead ?? UInt64.max)
            length(group.pending.count)
            group.pending.forEach { id, entry in
                raw(id)
                buffer.append(littleEndian: entry.deliveredAt)
                length(entry.deliveries)
                return true
            }
            let consumers = group.consumers
            length(consumers.count)
            for consumer in consumers {
                consumer.name.withLent { string($0) }
                buffer.append(littleEndian: consumer.seenAt)
                length(consumer.pending.count)
                consumer.pending.forEach { id, _ in
                    raw(id)
                    return true
                }
            }
        }
    }

    private func raw(_ id: StreamID) {
        buffer.append(littleEndian: id.milliseconds.byteSwapped)
        buffer.append(littleEndian: id.sequence.byteSwapped)
    }

    private func lengths(_ id: StreamID) {
        length(id.milliseconds)
        length(id.sequence)
    }

    /// A whole record of a key.
    /// - Parameter now: milliseconds since 1970.
    package func record(_ entry: KeyEntry, idleSeconds: UInt64? = nil, frequency: UInt8? = nil) {
        if let collection = entry.collection {
            key(
                entry.key, type: Self.type(of: collection), expiry: entry.expiry, idleSeconds: idleSeconds,
                frequency: frequency)
            value(collection)
        } else {
            key(entry.key, type: .string, expiry: entry.expiry, idleSeconds: idleSeconds, frequency: frequency)
            string(of: entry)
        }
    }

    private func string(of entry: KeyEntry) {
        if let integer = entry.integer {
            string(integer: integer)
        } else {
            entry.withString { string($0) }
        }
    }

    /// What DUMP answers.
    package func payload(_ entry: KeyEntry) {
        let start = buffer.count
        if let collection = entry.collection {
            byte(Self.type(of: collection).rawValue)
            value(collection)
        } else {
            byte(RDBType.string.rawValue)
            string(of: entry)
        }
        payloadFooter(from: start)
    }
}
