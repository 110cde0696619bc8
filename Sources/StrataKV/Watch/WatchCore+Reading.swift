import Synchronization

/// The two ways in which events reach watchers.
extension WatchCore {
    /// New revisions, to synced watchers; false: there are none.
    mutating func distributeNew() -> Bool {
        let visible = source.visibleRevision
        guard visible > distributed else { return false }
        guard hasSynced else {
            // Nobody has to be told: whoever comes later reads the history.
            distributed = visible
            return true
        }
        let first = distributed + 1
        counters.batches += 1
        do {
            var (batch, last, count) = try read(from: first, through: visible) { !$0.synced.isEmpty }
            counters.eventsRead += count
            deliver(&batch, synced: true, from: first, through: last)
            distributed = last
        } catch {
            // Compacted already, or unreadable. What to do about it is decided in one place, in reading the history.
            for watcher in index.groups.flatMap(\.synced) where watcher.next.load(ordering: .relaxed) <= visible {
                fallBehind(watcher, from: first, .ready)
            }
            distributed = visible
        }
        return true
    }

    /// A piece of the history, for the watcher whose turn it is and all that need any of the same; false: nobody is behind
    /// that could be told.
    mutating func readHistory() -> Bool {
        ready.removeAll { $0.place != .ready }
        guard let leader = ready.first else { return false }
        let first = leader.next.load(ordering: .relaxed)
        let limit = min(distributed, first + Int64(options.batchRevisions) - 1)
        scanNumber += 1
        counters.scans += 1
        for watcher in ready where (first...limit).contains(watcher.next.load(ordering: .relaxed)) {
            watcher.scan = scanNumber
        }
        do {
            var (batch, last, count) = try read(from: first, through: limit) { !$0.unsynced.isEmpty }
            counters.eventsRead += count
            deliver(&batch, synced: false, from: first, through: last)
            moveOn(past: last)
        } catch {
            let isCompacted = (error as? KVError) == .compacted
            let compacted = source.compactedRevision
            let lost = max(first, compacted - 1)
            for watcher in ready where watcher.scan == scanNumber {
                if !isCompacted {
                    fail(watcher, error)
                } else if watcher.next.load(ordering: .relaxed) <= lost {
                    cancel(watcher, compacted: max(first, compacted))
                }
            }
        }
        return true
    }

    /// Those that took part have everything up to `last`; the line goes on behind them.
    private mutating func moveOn(past last: Int64) {
        var waiting: [Watcher] = []
        var served: [Watcher] = []
        for watcher in ready where watcher.place == .ready {
            guard watcher.scan == scanNumber else {
                waiting.append(watcher)
                continue
            }
            // A batch cut short may end before the first revision of some that were to take part.
            if watcher.next.load(ordering: .relaxed) <= last { watcher.next.store(last + 1, ordering: .relaxed) }
            if watcher.next.load(ordering: .relaxed) > distributed {
                becomeSynced(watcher)
            } else {
                served.append(watcher)
            }
        }
        ready = waiting + served
    }

    /// Events of whole revisions, as many as one step may hold: those that a group which `isWanted` watches, the last
    /// revision that was read, and the number of events up to it.
    private func read(
        from first: Int64, through limit: Int64, where isWanted: (WatchGroup) -> Bool
    ) throws -> (batch: EventBatch, last: Int64, count: UInt64) {
        var last = min(limit, first + Int64(options.batchRevisions) - 1)
        var batch = EventBatch()
        var count: UInt64 = 0
        do {
            try source.events(from: first, through: last) { event in
                if batch.bytes >= options.batchBytes, event.keyValue.modRevision > batch.lastRevision {
                    last = event.keyValue.modRevision - 1
                    return false
                }
                count += 1
                batch.add(event, index, where: isWanted)
                return true
            }
        } catch {
            batch.finish()
            throw error
        }
        return (batch, last, count)
    }
}
