import StrataDisk
import Synchronization

/// The watchers of one connection and the one ordered queue of what they are told.
///
/// Every method may be called from any thread. A stream that is no longer needed must be closed: its hub holds it until
/// then.
package final class WatchStream: Sendable {
    struct State {
        var watchers: [Int64: Watcher] = [:]
        var nextID: Int64 = 0
        var queue = ResponseQueue()
        var isClosed = false
        /// The consumer found the queue empty, so it is to be told of the next response.
        var isConsumerIdle = true
        /// Threads in `receive`.
        var sleepers = 0
        /// A watcher found the queue full, and waits in the hub until it has drained.
        var isBlocking = false
        var lagged: UInt64 = 0
        /// Responses without events in a row that no consumer took.
        var controlResponses = 0
    }
    /// What became of events that the hub had for a watcher.
    enum Offer {
        case taken
        case full
        /// Canceled meanwhile.
        case gone
    }

    let hub: WatchHub
    let state = Mutex(State())
    private let onReady: (@Sendable () -> Void)?
    private let moved = FutexWord()

    init(hub: WatchHub, onReady: (@Sendable () -> Void)?) {
        self.hub = hub
        self.onReady = onReady
    }

    private var options: WatchOptions { hub.options }

    // MARK: Requests

    /// Starts a watcher and queues the answer: created, or created and canceled at once with id -1 where its id is taken or
    /// its range holds no key. Where revisions from its start on are compacted away, a second answer cancels it; that
    /// comes with the hub's next step.
    ///
    /// - Returns: the watcher's id, or -1.
    @discardableResult
    package func create(_ request: WatchRequest) -> Int64 {
        let id: Int64? = change { state in
            guard !state.isClosed else { return nil }
            // Read under the lock: the answers of a stream are in the order of their revisions.
            var answer = WatchResponse(watchID: -1, revision: hub.source.visibleRevision)
            answer.isCreated = true
            do throws(KVError) {
                let range = KeyRange(key: request.key.isEmpty ? [0] : request.key, rangeEnd: request.rangeEnd)
                if range.isEmpty { throw .emptyWatchRange }
                answer.watchID = try Self.reserve(request.watchID, &state)
                let first = request.startRevision == 0 ? answer.revision + 1 : request.startRevision
                let watcher = Watcher(
                    id: answer.watchID, stream: self, range: range, request: request, next: first)
                state.watchers[watcher.id] = watcher
                // Under the lock, so that the hub hears of creation and cancellation in this order.
                hub.post(.add(watcher))
            } catch {
                answer.isCanceled = true
                answer.cancelReason = error.text
            }
            append(answer, &state)
            return answer.watchID
        }
        hub.wake()
        return id ?? -1
    }

    private static func reserve(_ wanted: Int64, _ state: inout State) throws(KVError) -> Int64 {
        guard wanted == 0 else {
            if state.watchers[wanted] != nil { throw .duplicateWatchID }
            return wanted
        }
        while state.watchers[state.nextID] != nil { state.nextID += 1 }
        defer { state.nextID += 1 }
        return state.nextID
    }

    /// Ends a watcher and queues that answer behind what it was told already. An unknown id is answered by nothing.
    package func cancel(_ id: Int64) {
        change { state in
            guard let watcher = state.watchers.removeValue(forKey: id) else { return }
            watcher.isLive = false
            var answer = WatchResponse(watchID: id, revision: hub.source.visibleRevision)
            answer.isCanceled = true
            append(answer, &state)
            hub.post(.remove(watcher))
        }
        hub.wake()
    }

    /// Asks how far the stream is: answered under id -1 with at least today's newest revision, once every watcher of the
    /// stream is synced and has been told of everything up to there.
    package func requestProgress() {
        let revision = hub.source.visibleRevision
        change { state in
            if !state.isClosed { hub.post(.progress(self, revision)) }
        }
        hub.wake()
    }

    /// Ends all watchers, drops what is queued and ends a waiting `receive`. Idempotent.
    package func close() {
        let watchers: [Watcher]? = state.withLock { state in
            guard !state.isClosed else { return nil }
            state.isClosed = true
            let watchers = Array(state.watchers.values)
            for watcher in watchers { watcher.isLive = false }
            state.watchers = [:]
            state.queue.removeAll()
            hub.post(.close(self, watchers))
            return watchers
        }
        guard watchers != nil else { return }
        hub.forget(self)
        moved.advance()
        onReady?()
        hub.wake()
    }

    package var isClosed: Bool { state.withLock { $0.isClosed } }

    /// More answers to requests wait than a client that reads them would leave: its requests had better not be read for
    /// now, as each adds one and none is refused.
    package var isCongested: Bool {
        state.withLock { $0.controlResponses >= options.queueResponses }
    }

    // MARK: Consuming

    /// The next response; waits for it up to `nanoseconds`, without end where that is negative. nil: the time is up or the
    /// stream is closed.
    package func receive(atMost nanoseconds: Int64 = -1) -> WatchResponse? {
        let clock = SystemClock()
        let start = clock.nanoseconds()
        var isSleeper = false
        while true {
            let seen = moved.value
            let (response, isOver, isDrained) = state.withLock { state -> (WatchResponse?, Bool, Bool) in
                if isSleeper { state.sleepers -= 1 }
                isSleeper = false
                if let response = pop(&state) { return (response, false, drained(&state)) }
                if state.isClosed { return (nil, true, false) }
                state.isConsumerIdle = true
                state.sleepers += 1
                isSleeper = true
                return (nil, false, false)
            }
            if isDrained { hub.wake() }
            if response != nil || isOver { return response }
            var left: Int64 = -1
            if nanoseconds >= 0 {
                left = nanoseconds - Int64(clock.nanoseconds() - start)
                if left <= 0 {
                    state.withLock { $0.sleepers -= 1 }
                    return nil
                }
            }
            moved.wait(while: seen, atMost: left)
        }
    }

    /// Up to `count` responses that are there already. Fewer than `count`: the queue was emptied, and `onReady` will be
    /// called at the next response.
    package func take(atMost count: Int = 64) -> [WatchResponse] {
        var responses: [WatchResponse] = []
        let isDrained = state.withLock { state in
            while responses.count < count {
                guard let response = pop(&state) else {
                    state.isConsumerIdle = true
                    break
                }
                responses.append(response)
            }
            return drained(&state)
        }
        if isDrained { hub.wake() }
        return responses
    }

    private func pop(_ state: inout State) -> WatchResponse? {
        guard let response = state.queue.popFirst(splittingAt: options.fragmentBytes) else { return nil }
        if response.events.isEmpty { state.controlResponses -= 1 }
        return response
    }

    /// Tells the hub, once, when watchers wait and the queue has fallen to half of each bound. The caller wakes it.
    private func drained(_ state: inout State) -> Bool {
        guard state.isBlocking, state.queue.count <= options.queueResponses / 2,
            state.queue.events <= options.queueEvents / 2, state.queue.bytes <= options.queueBytes / 2
        else { return false }
        state.isBlocking = false
        hub.post(.drained(self))
        return true
    }

    // MARK: State

    /// nil: no such watcher.
    package func state(of id: Int64) -> WatcherState? {
        state.withLock { state in
            guard let watcher = state.watchers[id] else { return nil }
            let isSynced = watcher.isSynced.load(ordering: .acquiring)
            let next = watcher.next.load(ordering: .relaxed)
            return WatcherState(
                isSynced: isSynced, lagged: watcher.lagged,
                nextRevision: isSynced ? max(next, hub.distributedRevision + 1) : next)
        }
    }

    package var statistics: WatchStreamStatistics {
        state.withLock { state in
            var statistics = WatchStreamStatistics()
            statistics.watchers = state.watchers.count
            statistics.lagged = state.lagged
            statistics.queuedResponses = state.queue.count
            statistics.queuedEvents = state.queue.events
            statistics.queuedBytes = state.queue.bytes
            return statistics
        }
    }
}

// MARK: - What the hub has for it

extension WatchStream {
    func offer(_ selection: EventSelection, to watcher: Watcher, revision: Int64) -> Offer {
        change { state in
            guard watcher.isLive else { return .gone }
            guard hasRoom(&state) else {
                state.isBlocking = true
                state.lagged += 1
                watcher.lagged += 1
                return .full
            }
            state.queue.append(selection, to: watcher, revision: revision)
            return .taken
        }
    }

    /// An idle watcher's progress; left out where the queue is full, as the next is as good.
    func offerProgress(of watcher: Watcher, revision: Int64) {
        change { state in
            guard watcher.isLive, hasRoom(&state) else { return }
            append(WatchResponse(watchID: watcher.id, revision: revision), &state)
        }
    }

    /// False where some watcher is not synced, or not even known to the core yet: this revision would promise too much.
    /// Called by the core, whose `place` is read.
    func answerProgress(revision: Int64) -> Bool {
        change { state in
            guard !state.isClosed else { return true }
            guard state.watchers.values.allSatisfy({ $0.place == .synced }) else { return false }
            append(WatchResponse(watchID: -1, revision: revision), &state)
            return true
        }
    }

    /// False where the watcher had ended already.
    func cancel(_ watcher: Watcher, compactRevision: Int64, reason: String) -> Bool {
        change { state in
            guard watcher.isLive else { return false }
            watcher.isLive = false
            state.watchers[watcher.id] = nil
            var answer = WatchResponse(watchID: watcher.id, revision: 0)
            answer.isCanceled = true
            answer.compactRevision = compactRevision
            answer.cancelReason = reason
            append(answer, &state)
            return true
        }
    }

    private func hasRoom(_ state: inout State) -> Bool {
        state.queue.bytes < options.queueBytes && state.queue.events < options.queueEvents
            && state.queue.count < options.queueResponses
    }

    private func append(_ response: WatchResponse, _ state: inout State) {
        state.controlResponses += 1
        state.queue.append(response)
    }

    /// Changes the state, then tells the consumer if it waits and the queue is no longer empty.
    private func change<R: Sendable>(_ body: (inout State) -> R) -> R {
        let (result, isReady, hasSleepers) = state.withLock { state -> (R, Bool, Bool) in
            let result = body(&state)
            guard state.isConsumerIdle, !state.queue.isEmpty else { return (result, false, false) }
            state.isConsumerIdle = false
            return (result, true, state.sleepers > 0)
        }
        if isReady {
            if hasSleepers { moved.advance() }
            onReady?()
        }
        return result
    }
}
