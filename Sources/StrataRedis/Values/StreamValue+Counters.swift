extension StreamValue {
    /// Whether an entry that XDEL removed may lie at `id` or behind.
    package func hasTombstones(from id: StreamID) -> Bool {
        if length == 0 || largestDeleted == .zero || largestDeleted < first { return false }
        return id <= largestDeleted
    }

    /// How many entries were ever added up to `id`, that one included, where it can be told without reading them.
    package func entriesAdded(upTo id: StreamID) -> UInt64? {
        if entriesAdded == 0 { return 0 }
        if length == 0, id <= last { return entriesAdded }
        if id == last { return entriesAdded }
        if id > last { return nil }
        if largestDeleted == .zero || largestDeleted < first {
            // Nothing is missing from the first live entry on.
            if id < first { return entriesAdded - UInt64(length) }
            if id == first { return entriesAdded - UInt64(length) + 1 }
        }
        return nil
    }

    /// Entries that `group` has still to read, where it can be told.
    package func lag(of group: ConsumerGroup) -> Int64? {
        if entriesAdded == 0 { return 0 }
        if let read = group.entriesRead, !hasTombstones(from: group.last) { return Int64(entriesAdded) - Int64(read) }
        return entriesAdded(upTo: group.last).map { Int64(entriesAdded) - Int64($0) }
    }

    /// Moves a group on to an entry that it was just given, with its count of read entries.
    package func advance(_ group: ConsumerGroup, to id: StreamID) {
        if let read = group.entriesRead, !hasTombstones(from: id) {
            group.entriesRead = read + 1
        } else if entriesAdded > 0 {
            group.entriesRead = entriesAdded(upTo: id)
        }
        group.last = id
    }
}
