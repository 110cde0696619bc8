import StrataDisk
import Synchronization

/// Tells watchers of changes: of new ones in bounded batches as they become visible, of older ones from the history.
///
/// It has no thread. One thread calls `step` until it returns false, then `sleep`; whoever makes a revision visible calls
/// `advance` afterwards, which costs a fence and a load. A watcher whose stream's queue is full falls behind, holds no
/// memory, and is caught up from the history when the queue has drained; it can miss nothing.
///
/// What each watcher gets: events in order of revision, none twice, none left out, those of one revision together, and none
/// beyond the source's visible revision. A compaction that passes a watcher cancels it with the compacted revision.
package final class WatchHub: Sendable {
    /// What streams ask of the core. In the order of each stream's own calls.
    enum Order {
        case add(Watcher)
        case remove(Watcher)
        case close(WatchStream, [Watcher])
        case drained(WatchStream)
        /// Answer once this revision is distributed and all watchers of the stream are synced.
        case progress(WatchStream, Int64)
    }
    private struct Streams {
        var open: [ObjectIdentifier: WatchStream] = [:]
        var isClosed = false
    }

    let source: any EventSource
    let options: WatchOptions
    private let core: Mutex<WatchCore>
    private let inbox = Mutex<[Order]>([])
    private let streams = Mutex(Streams())

    /// Copies of the core's, for those who do not hold its lock.
    private let distributed: Atomic<Int64>
    private let hasHistoryToRead = Atomic(false)
    private let nextTick: Atomic<UInt64>
    private let clock: any MonotonicClock

    private let isAsleep = Atomic(false)
    private let called = FutexWord()
    /// Threads in `waitDistributed`.
    private let followers = Atomic(0)
    private let progressed = FutexWord()

    package init(
        source: any EventSource, options: WatchOptions = .init(), clock: any MonotonicClock = SystemClock()
    ) {
        self.source = source
        self.options = options
        self.clock = clock
        let core = WatchCore(source: source, options: options, now: clock.nanoseconds())
        distributed = Atomic(core.distributed)
        nextTick = Atomic(core.nextTick)
        self.core = Mutex(core)
    }

    /// `onReady` is called, on whatever thread, when a response is queued that the consumer does not know of: after the
    /// first one, and whenever `take` or `receive` had found nothing more. It may use streams, but it must not block, nor
    /// call `step` or `statistics` of the hub, in whose step it may be called.
    package func makeStream(onReady: (@Sendable () -> Void)? = nil) -> WatchStream {
        let stream = WatchStream(hub: self, onReady: onReady)
        let isClosed = streams.withLock { streams in
            if !streams.isClosed { streams.open[ObjectIdentifier(stream)] = stream }
            return streams.isClosed
        }
        if isClosed { stream.close() }
        return stream
    }

    /// Closes every stream, and those that are still made.
    package func close() {
        let open = streams.withLock { streams in
            streams.isClosed = true
            return Array(streams.open.values)
        }
        for stream in open { stream.close() }
        progressed.advance()
    }

    // MARK: Who makes revisions visible

    /// To be called after the source's visible revision has moved.
    @inline(__always)
    package func advance() {
        // Either this load sees that the hub is about to sleep, or the hub sees the revision before it does.
        atomicMemoryFence(ordering: .sequentiallyConsistent)
        if isAsleep.load(ordering: .relaxed) { wake() }
    }

    /// Everything up to here has been handed to the queues of synced watchers.
    package var distributedRevision: Int64 { distributed.load(ordering: .acquiring) }

    /// Waits until `distributedRevision` is at least `revision`; false: the time is up, or the hub was closed. For a
    /// compaction: where it removes what synced watchers have not been told of yet, they are canceled.
    package func waitDistributed(through revision: Int64, atMost nanoseconds: Int64) -> Bool {
        let clock = SystemClock()
        let start = clock.nanoseconds()
        followers.add(1, ordering: .sequentiallyConsistent)
        defer { followers.subtract(1, ordering: .relaxed) }
        while true {
            let seen = progressed.value
            if distributed.load(ordering: .sequentiallyConsistent) >= revision { return true }
            if streams.withLock({ $0.isClosed }) { return false }
            let left = nanoseconds - Int64(clock.nanoseconds() - start)
            if left <= 0 { return false }
            progressed.wait(while: seen, atMost: left)
        }
    }

    // MARK: The watch thread

    /// Follows the streams' requests, hands out a batch of new revisions and reads a batch of the history.
    ///
    /// - Returns: whether there was anything to do. At once more may be there.
    package func step() -> Bool {
        let didWork = core.withLock { core in
            let orders = inbox.withLock { inbox in
                let orders = inbox
                inbox = []
                return orders
            }
            let didWork = core.step(orders, now: clock.nanoseconds())
            distributed.store(core.distributed, ordering: .sequentiallyConsistent)
            hasHistoryToRead.store(core.hasHistoryToRead, ordering: .relaxed)
            nextTick.store(core.nextTick, ordering: .relaxed)
            return didWork
        }
        if followers.load(ordering: .sequentiallyConsistent) > 0 { progressed.advance() }
        return didWork
    }

    /// Sleeps until there may be something to do, or about `nanoseconds` have passed.
    package func sleep(atMost nanoseconds: Int64) {
        let seen = called.value
        isAsleep.store(true, ordering: .sequentiallyConsistent)
        atomicMemoryFence(ordering: .sequentiallyConsistent)
        let now = clock.nanoseconds()
        let tick = nextTick.load(ordering: .relaxed)
        let isIdle =
            source.visibleRevision <= distributed.load(ordering: .relaxed)
            && !hasHistoryToRead.load(ordering: .relaxed) && inbox.withLock { $0.isEmpty }
        if isIdle, tick > now {
            called.wait(while: seen, atMost: min(nanoseconds, Int64(clamping: tick - now)))
        }
        isAsleep.store(false, ordering: .relaxed)
    }

    /// Ends a `sleep`, or keeps the next one from starting if it is about to.
    package func wake() {
        if isAsleep.exchange(false, ordering: .sequentiallyConsistent) { called.advance() }
    }

    package var statistics: WatchStatistics { core.withLock { $0.statistics } }

    // MARK: Streams

    func post(_ order: Order) { inbox.withLock { $0.append(order) } }

    func forget(_ stream: WatchStream) {
        streams.withLock { _ = $0.open.removeValue(forKey: ObjectIdentifier(stream)) }
    }
}
