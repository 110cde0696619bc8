import StrataRESP

/// An entry that was delivered to a consumer and not acknowledged.
package final class PendingEntry {
    /// Milliseconds since 1970.
    package var deliveredAt: Int64
    package var deliveries: UInt64
    package unowned var consumer: StreamConsumer

    init(deliveredAt: Int64, deliveries: UInt64, consumer: StreamConsumer) {
        self.deliveredAt = deliveredAt
        self.deliveries = deliveries
        self.consumer = consumer
    }
}

/// Who reads for a group.
package final class StreamConsumer {
    package let name: [UInt8]
    /// Milliseconds since 1970: the last time it was named in a command.
    package var seenAt: Int64
    package let pending = StreamIDMap<PendingEntry>()

    init(name: [UInt8], seenAt: Int64) {
        self.name = name
        self.seenAt = seenAt
    }
}

/// A group of consumers that share a stream's entries.
package final class ConsumerGroup {
    package var last: StreamID
    /// Entries of the stream up to `last`, counted from the first ever added. Nil: not known.
    package var entriesRead: UInt64?
    package let pending = StreamIDMap<PendingEntry>()
    private var byName: [[UInt8]: StreamConsumer] = [:]

    package init(last: StreamID, entriesRead: UInt64?) {
        self.last = last
        self.entriesRead = entriesRead
    }

    package var consumerCount: Int { byName.count }
    /// By their names.
    package var consumers: [StreamConsumer] { byName.values.sorted { $0.name.lexicographicallyPrecedes($1.name) } }
    package func consumer(_ name: Bytes) -> StreamConsumer? { byName[name.copy()] }

    /// - Returns: nil if there is one of that name.
    package func addConsumer(_ name: Bytes, seenAt: Int64) -> StreamConsumer? {
        let key = name.copy()
        guard byName[key] == nil else { return nil }
        let consumer = StreamConsumer(name: key, seenAt: seenAt)
        byName[key] = consumer
        return consumer
    }

    /// Removes a consumer with what is pending for it.
    package func removeConsumer(_ consumer: StreamConsumer) {
        consumer.pending.forEach { id, _ in
            pending.remove(id)
            return true
        }
        byName[consumer.name] = nil
    }

    // MARK: Pending entries

    /// Notes a delivery: a new one, or one more of an entry that was pending, which then belongs to `consumer`.
    package func deliver(_ id: StreamID, to consumer: StreamConsumer, at time: Int64, deliveries: UInt64 = 1) {
        if let entry = pending[id] {
            give(entry, id, to: consumer)
            entry.deliveredAt = time
            entry.deliveries = deliveries
        } else {
            let entry = PendingEntry(deliveredAt: time, deliveries: deliveries, consumer: consumer)
            pending.insert(entry, at: id)
            consumer.pending.insert(entry, at: id)
        }
    }

    package func give(_ entry: PendingEntry, _ id: StreamID, to consumer: StreamConsumer) {
        if entry.consumer === consumer { return }
        entry.consumer.pending.remove(id)
        consumer.pending.insert(entry, at: id)
        entry.consumer = consumer
    }

    /// - Returns: whether it was pending.
    package func acknowledge(_ id: StreamID) -> Bool {
        guard let entry = pending.remove(id) else { return false }
        entry.consumer.pending.remove(id)
        return true
    }

    var memoryBytes: Int {
        var bytes = 200 + pending.memoryBytes + 56 * pending.count
        for consumer in byName.values { bytes += 160 + consumer.name.count + consumer.pending.memoryBytes }
        return bytes
    }

    func copy() -> ConsumerGroup {
        let copy = ConsumerGroup(last: last, entriesRead: entriesRead)
        for consumer in byName.values {
            let other = StreamConsumer(name: consumer.name, seenAt: consumer.seenAt)
            copy.byName[consumer.name] = other
            consumer.pending.forEach { id, entry in
                copy.deliver(id, to: other, at: entry.deliveredAt, deliveries: entry.deliveries)
                return true
            }
        }
        return copy
    }
}
