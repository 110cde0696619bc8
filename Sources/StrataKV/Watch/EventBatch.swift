/// Events that one step read and that somebody watches, each decoded once.
struct EventBatch {
    private(set) var events: [Event] = []
    /// Of `events`, without previous versions.
    private(set) var bytes = 0
    /// Versions before the events, looked up when the first watcher wants one.
    private var previous: [KeyValue??] = []
    private(set) var groups: [WatchGroup] = []

    var isEmpty: Bool { events.isEmpty }
    var lastRevision: Int64 { events.last?.keyValue.modRevision ?? 0 }

    /// Adds the event if `index` has a group for it that `isWanted`.
    mutating func add(_ event: Event, _ index: borrowing WatchIndex, where isWanted: (WatchGroup) -> Bool) {
        let position = events.count
        var isMatched = false
        index.forEach(watching: event.keyValue.key) { group in
            guard isWanted(group) else { return }
            isMatched = true
            if group.hits.isEmpty { groups.append(group) }
            group.hits.append(position)
        }
        guard isMatched else { return }
        if let known = event.previous {
            var bare = event
            bare.previous = nil
            events.append(bare)
            previous.append(.some(.some(known)))
        } else {
            events.append(event)
            previous.append(.none)
        }
        bytes += events[position].encodedBound
    }

    /// What a watcher with these wishes gets of the events at `hits`, from revision `first` on. Throws what the source
    /// throws at looking up a previous version, unless it is compacted away: that is left out.
    mutating func select(
        _ hits: [Int], _ wishes: Watcher.Wishes, from first: Int64, _ source: any EventSource
    ) throws -> EventSelection {
        if wishes.isEmpty, hits.count == events.count, first <= (events.first?.keyValue.modRevision ?? 0) {
            return EventSelection(events: events, bytes: EventSelection.responseBytes + bytes)
        }
        var selection = EventSelection()
        selection.events.reserveCapacity(hits.count)
        for position in hits {
            guard events[position].keyValue.modRevision >= first else { continue }
            switch events[position].kind {
            case .put: if wishes.contains(.noPut) { continue }
            case .delete: if wishes.contains(.noDelete) { continue }
            }
            var event = events[position]
            if wishes.contains(.previous) { event.previous = try previousVersion(position, source) }
            selection.bytes += event.encodedBound
            selection.events.append(event)
        }
        return selection
    }

    private mutating func previousVersion(_ position: Int, _ source: any EventSource) throws -> KeyValue? {
        if let known = previous[position] { return known }
        let event = events[position]
        var found: KeyValue?
        if event.kind == .delete || event.keyValue.version != 1 {
            do {
                found = try source.version(of: event.keyValue.key, at: event.keyValue.modRevision - 1)
            } catch KVError.compacted {
                found = nil
            }
        }
        previous[position] = .some(found)
        return found
    }

    /// Ends the batch: its groups are ready for the next.
    func finish() {
        for group in groups { group.hits.removeAll(keepingCapacity: group.hits.capacity <= 1024) }
    }
}
