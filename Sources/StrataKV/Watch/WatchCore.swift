import Synchronization

/// The hub's own state, under its lock: who watches what, how far each is.
struct WatchCore {
    let source: any EventSource
    let options: WatchOptions

    var index = WatchIndex()
    /// Synced watchers have been told of everything up to here.
    var distributed: Int64
    private var syncedCount = 0
    /// Behind, with room in their queues. The first is served next.
    var ready: [Watcher] = []
    /// Behind, by stream, until its queue has drained.
    private var blocked: [ObjectIdentifier: [Watcher]] = [:]
    private var blockedCount = 0
    private var unsyncedOfStream: [ObjectIdentifier: Int] = [:]
    /// The compaction that the watchers which are behind were last compared with.
    private var knownCompaction: Int64 = 0

    private var progressWatchers: [Watcher] = []
    /// One a stream: a client that asks again before it was answered gets one answer.
    private var progressRequests: [ObjectIdentifier: (stream: WatchStream, revision: Int64)] = [:]
    private(set) var nextTick: UInt64

    var scanNumber: UInt64 = 0
    /// Selections of the group in hand, by wishes.
    private var selections = [EventSelection?](repeating: nil, count: Watcher.Wishes.combinations)
    var counters = WatchStatistics()

    init(source: any EventSource, options: WatchOptions, now: UInt64) {
        self.source = source
        self.options = options
        distributed = source.visibleRevision
        nextTick = now + options.progressNanoseconds
    }

    var hasHistoryToRead: Bool { !ready.isEmpty }

    var statistics: WatchStatistics {
        var statistics = counters
        let unsynced = unsyncedOfStream.values.reduce(0, +)
        statistics.watchers = syncedCount + unsynced
        statistics.unsynced = unsynced
        statistics.blocked = blockedCount
        return statistics
    }

    /// One bounded piece of work; false: there was none.
    mutating func step(_ orders: [WatchHub.Order], now: UInt64) -> Bool {
        for order in orders { follow(order) }
        var didWork = !orders.isEmpty
        if distributeNew() { didWork = true }
        cancelPassed()
        if readHistory() { didWork = true }
        answerProgress()
        if now >= nextTick {
            nextTick = now + options.progressNanoseconds
            notifyIdle()
        }
        return didWork
    }

    // MARK: Orders

    private mutating func follow(_ order: WatchHub.Order) {
        switch order {
        case .add(let watcher): install(watcher)
        case .remove(let watcher): remove(watcher)
        case .close(let stream, let watchers):
            for watcher in watchers { remove(watcher) }
            progressRequests[ObjectIdentifier(stream)] = nil
        case .drained(let stream):
            guard let watchers = blocked.removeValue(forKey: ObjectIdentifier(stream)) else { return }
            blockedCount -= watchers.count
            for watcher in watchers { watcher.place = .ready }
            ready += watchers
        case .progress(let stream, let revision): progressRequests[ObjectIdentifier(stream)] = (stream, revision)
        }
    }

    private mutating func install(_ watcher: Watcher) {
        let group = index.group(of: watcher.range)
        watcher.group = group
        if watcher.wantsProgress {
            watcher.progressSlot = progressWatchers.count
            progressWatchers.append(watcher)
        }
        let isSynced = watcher.next.load(ordering: .relaxed) > distributed
        group.add(watcher, synced: isSynced)
        if isSynced {
            watcher.place = .synced
            syncedCount += 1
        } else {
            watcher.place = .ready
            unsyncedOfStream[ObjectIdentifier(watcher.stream), default: 0] += 1
            ready.append(watcher)
            // Whatever was compacted so far may have passed this one.
            cancelIfPassed(watcher, source.compactedRevision)
        }
    }

    /// Idempotent: a watcher that the hub itself has canceled may be canceled by its client, too.
    mutating func remove(_ watcher: Watcher) {
        switch watcher.place {
        case .new, .gone: return
        case .synced: syncedCount -= 1
        case .ready:
            // Its place in the line is given up when its turn comes.
            isNoLongerUnsynced(watcher)
        case .blocked:
            isNoLongerUnsynced(watcher)
            blocked[ObjectIdentifier(watcher.stream)]?.removeAll { $0 === watcher }
            blockedCount -= 1
        }
        watcher.place = .gone
        if let group = watcher.group {
            group.remove(watcher)
            if group.isEmpty { index.remove(group) }
            watcher.group = nil
        }
        if watcher.wantsProgress {
            let last = progressWatchers.removeLast()
            if last !== watcher {
                progressWatchers[watcher.progressSlot] = last
                last.progressSlot = watcher.progressSlot
            }
        }
    }

    private mutating func isNoLongerUnsynced(_ watcher: Watcher) {
        let stream = ObjectIdentifier(watcher.stream)
        let count = (unsyncedOfStream[stream] ?? 0) - 1
        precondition(count >= 0, "an unsynced watcher is counted once")
        unsyncedOfStream[stream] = count == 0 ? nil : count
    }

    // MARK: Between the groups

    mutating func becomeSynced(_ watcher: Watcher) {
        watcher.group?.remove(watcher)
        watcher.group?.add(watcher, synced: true)
        watcher.place = .synced
        syncedCount += 1
        isNoLongerUnsynced(watcher)
    }

    /// A synced watcher has to be told of revisions from `first` on out of the history.
    mutating func fallBehind(_ watcher: Watcher, from first: Int64, _ place: Watcher.Place) {
        if watcher.next.load(ordering: .relaxed) < first { watcher.next.store(first, ordering: .relaxed) }
        watcher.group?.remove(watcher)
        watcher.group?.add(watcher, synced: false)
        syncedCount -= 1
        unsyncedOfStream[ObjectIdentifier(watcher.stream), default: 0] += 1
        watcher.place = place
        if place == .ready {
            ready.append(watcher)
        } else {
            block(watcher)
        }
    }

    mutating func block(_ watcher: Watcher) {
        watcher.place = .blocked
        blocked[ObjectIdentifier(watcher.stream), default: []].append(watcher)
        blockedCount += 1
    }

    // MARK: Delivery

    /// Hands a batch's events to the watchers of its groups for which `isMeant`, up to revision `last`.
    mutating func deliver(_ batch: inout EventBatch, synced: Bool, from first: Int64, through last: Int64) {
        for group in batch.groups {
            for slot in selections.indices { selections[slot] = nil }
            let oldest = batch.events[group.hits[0]].keyValue.modRevision
            // From the back, since a watcher that leaves the list is replaced by the last.
            var position = (synced ? group.synced.count : group.unsynced.count) - 1
            while position >= 0 {
                let watcher = synced ? group.synced[position] : group.unsynced[position]
                position -= 1
                if !synced, watcher.scan != scanNumber { continue }
                do {
                    let selection = try select(watcher, group.hits, oldest, &batch)
                    if selection.events.isEmpty { continue }
                    switch watcher.stream.offer(selection, to: watcher, revision: last) {
                    case .taken:
                        watcher.wasToldSinceTick = true
                        counters.responses += 1
                        counters.events += UInt64(selection.events.count)
                    case .full:
                        counters.lagged += 1
                        if synced { fallBehind(watcher, from: first, .blocked) } else { block(watcher) }
                    case .gone: break
                    }
                } catch {
                    fail(watcher, error)
                }
            }
        }
        batch.finish()
    }

    private mutating func select(
        _ watcher: Watcher, _ hits: [Int], _ oldest: Int64, _ batch: inout EventBatch
    ) throws -> EventSelection {
        let first = watcher.next.load(ordering: .relaxed)
        guard first <= oldest else { return try batch.select(hits, watcher.wishes, from: first, source) }
        let slot = Int(watcher.wishes.rawValue)
        if let selection = selections[slot] { return selection }
        let selection = try batch.select(hits, watcher.wishes, from: first, source)
        selections[slot] = selection
        return selection
    }

    // MARK: Ends that the hub brings about

    /// Cancels those that are behind a compaction which came since the last step.
    private mutating func cancelPassed() {
        let compacted = source.compactedRevision
        guard compacted > knownCompaction else { return }
        knownCompaction = compacted
        for watcher in ready + blocked.values.joined() { cancelIfPassed(watcher, compacted) }
    }

    /// Revision `compacted` itself can still be watched: clients resume at the revision that they are told here.
    private mutating func cancelIfPassed(_ watcher: Watcher, _ compacted: Int64) {
        guard watcher.place != .gone else { return }
        if watcher.startsBeforeTime || watcher.next.load(ordering: .relaxed) < compacted {
            cancel(watcher, compacted: compacted)
        }
    }

    mutating func cancel(_ watcher: Watcher, compacted: Int64) {
        if watcher.stream.cancel(watcher, compactRevision: compacted > 0 ? compacted : -1, reason: "") {
            counters.canceledByCompaction += 1
        }
        remove(watcher)
    }

    /// The history cannot be read: the watcher is told, as it would otherwise wait for ever.
    mutating func fail(_ watcher: Watcher, _ error: any Error) {
        if watcher.stream.cancel(watcher, compactRevision: 0, reason: "\(error)") { counters.canceledByFailure += 1 }
        remove(watcher)
    }

    // MARK: Progress

    private mutating func answerProgress() {
        for (stream, request) in progressRequests where request.revision <= distributed {
            if unsyncedOfStream[stream] != nil { continue }
            if request.stream.answerProgress(revision: distributed) { progressRequests[stream] = nil }
        }
    }

    /// Those that heard nothing since the last tick. Not one that waits for a revision to come: a client that resumes after
    /// what it is told here would be told of earlier ones.
    private mutating func notifyIdle() {
        for watcher in progressWatchers {
            if watcher.place == .synced, !watcher.wasToldSinceTick,
                watcher.next.load(ordering: .relaxed) <= distributed + 1
            {
                watcher.stream.offerProgress(of: watcher, revision: distributed)
            }
            watcher.wasToldSinceTick = false
        }
    }

    var hasSynced: Bool { syncedCount > 0 }
}

extension WatchOptions {
    var progressNanoseconds: UInt64 {
        let parts = progressInterval.components
        return UInt64(max(0, parts.seconds)) * 1_000_000_000 + UInt64(max(0, parts.attoseconds / 1_000_000_000))
    }
}
