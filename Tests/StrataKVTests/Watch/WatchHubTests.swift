import StrataDisk
import StrataKV
import StrataTesting
import Synchronization
import Testing

@Suite struct WatchHubTests {
    private static func key(_ number: Int) -> [UInt8] { bytes("key\(10_000_000 + number)") }

    /// Each change of 100 finds its watcher among 10,000, and is read once.
    @Test func tenThousandWatchersOfDifferentKeys() {
        let source = ModelSource()
        let hub = WatchHub(source: source)
        let streams = (0..<10_000).map { number in
            let stream = hub.makeStream()
            stream.create(WatchRequest(key: Self.key(number)))
            return stream
        }
        while hub.step() {}
        for number in 0..<100 { source.write([.put(Self.key(number * 97), bytes("v"))]) }
        while hub.step() {}
        for (number, stream) in streams.enumerated() {
            let told = stream.take().dropFirst().flatMap(\.events)
            #expect(told.map(\.keyValue.key) == (number % 97 == 0 && number < 9700 ? [Self.key(number)] : []))
        }
        #expect(hub.statistics.watchers == 10_000)
        #expect(hub.statistics.eventsRead == 100)
        #expect(source.reads == 100)
        hub.close()
    }

    /// Of one key, half of them by a range: each gets every change, each change is read once, and 10,000 queues hold
    /// one copy of it.
    @Test func tenThousandWatchersOfOneKey() {
        let source = ModelSource()
        let hub = WatchHub(source: source)
        let streams = (0..<100).map { _ in hub.makeStream() }
        for number in 0..<10_000 {
            let end = number < 5000 ? [] : Self.key(1) + bytes("\(number)")
            streams[number % 100].create(WatchRequest(key: Self.key(1), rangeEnd: end))
        }
        while hub.step() {}
        for stream in streams { #expect(stream.take(atMost: 200).count == 100) }
        for _ in 0..<20 { source.write([.put(Self.key(1), [UInt8](repeating: 1, count: 1000))]) }
        while hub.step() {}
        var values: Set<UnsafeRawPointer> = []
        for stream in streams {
            let told = stream.take(atMost: 200)
            #expect(told.count == 100)
            #expect(told.allSatisfy { $0.events.map(\.keyValue.modRevision) == Array(2...21) })
            for event in told.flatMap(\.events) {
                event.keyValue.value.withUnsafeBytes { _ = values.insert(UnsafeRawPointer($0.baseAddress!)) }
            }
        }
        #expect(values.count == 20)
        #expect(hub.statistics.events == 200_000)
        #expect(source.reads == 20)
        hub.close()
    }

    /// 300 of 10,000 watchers want the history from the start, 300 from its middle: each revision is read about once for
    /// all of them, not once for each.
    @Test func thoseBehindShareTheReading() {
        let source = ModelSource()
        var options = WatchOptions()
        options.batchRevisions = 100
        for number in 0..<1000 { source.write([.put(Self.key(number % 7), bytes("\(number)"))]) }
        let hub = WatchHub(source: source, options: options)
        let streams = (0..<600).map { number in
            let stream = hub.makeStream()
            stream.create(WatchRequest(key: Self.key(number % 7), startRevision: number < 300 ? 1 : 502))
            return stream
        }
        while hub.step() {}
        for (number, stream) in streams.enumerated() {
            let told = stream.take(atMost: 100).flatMap(\.events)
            let revisions = told.map(\.keyValue.modRevision)
            let first = Int64(number < 300 ? 1 : 502)
            let expected = (2...Int64(1001)).filter { ($0 - 2) % 7 == number % 7 && $0 >= first }
            #expect(revisions == expected)
        }
        #expect(source.reads <= 1600)
        #expect(hub.statistics.scans <= 20)
        hub.close()
    }

    /// A consumer that never reads: what waits for it stays within the bounds, it is told, and nobody else is held up.
    @Test func aSlowWatcherIsBoundedAndTold() throws {
        let source = ModelSource()
        var options = WatchOptions()
        options.queueBytes = 64 << 10
        let hub = WatchHub(source: source, options: options)
        let (slow, fast) = (hub.makeStream(), hub.makeStream())
        let id = slow.create(WatchRequest(key: Self.key(1)))
        fast.create(WatchRequest(key: Self.key(1)))
        var count = 0
        for number in 0..<2000 {
            source.write([.put(Self.key(1), [UInt8](repeating: UInt8(number % 256), count: 1000))])
            while hub.step() {}
            count += fast.take().reduce(0) { $0 + $1.events.count }
            #expect(slow.statistics.queuedBytes < 64 << 10 + 2000)
        }
        #expect(count == 2000)
        let state = try #require(slow.state(of: id))
        #expect(!state.isSynced)
        #expect(state.lagged == 1 && slow.statistics.lagged == 1 && hub.statistics.lagged == 1)
        #expect(hub.statistics.blocked == 1)
        #expect(state.nextRevision < 100)

        // It reads after all, and finds everything.
        var revisions: [Int64] = []
        var isMore = true
        while isMore {
            let told = slow.take()
            revisions += told.flatMap(\.events).map(\.keyValue.modRevision)
            isMore = hub.step() || !told.isEmpty
        }
        #expect(revisions == Array(2...2001))
        #expect(slow.state(of: id)?.isSynced == true)
        hub.close()
    }

    /// A fresh watcher whose creation the hub has not seen yet must not be covered by an answer to an older question.
    @Test func progressWaitsForWatchersThatAreOnTheirWay() {
        let source = ModelSource()
        let hub = WatchHub(source: source)
        let stream = hub.makeStream()
        stream.create(WatchRequest(key: Self.key(1)))
        stream.requestProgress()
        // The callback of another stream runs in the middle of a step: after the hub took its orders.
        let once = Mutex(true)
        let other = hub.makeStream {
            let isFirst = once.withLock { isFirst in
                defer { isFirst = false }
                return isFirst
            }
            guard isFirst else { return }
            source.write([.put(Self.key(2), bytes("1"))])
            stream.create(WatchRequest(key: Self.key(2), startRevision: 2))
        }
        once.withLock { $0 = false }
        other.create(WatchRequest(key: Self.key(3)))
        _ = other.take()
        once.withLock { $0 = true }
        source.write([.put(Self.key(3), bytes("x"))])
        while hub.step() {}
        let told = stream.take()
        #expect(told.map(\.watchID) == [0, 1, 1, -1])
        #expect(told.last?.revision == 3)
        hub.close()
    }

    @Test func readyIsCalledOnceUntilTheQueueWasFoundEmpty() {
        let source = ModelSource()
        let hub = WatchHub(source: source)
        let calls = Atomic(0)
        let stream = hub.makeStream { calls.add(1, ordering: .relaxed) }
        stream.create(WatchRequest(key: Self.key(1)))
        stream.create(WatchRequest(key: Self.key(2)))
        #expect(calls.load(ordering: .relaxed) == 1)
        #expect(stream.take(atMost: 2).count == 2)
        // Not known to be empty yet, as the last call got all it asked for.
        stream.create(WatchRequest(key: Self.key(3)))
        #expect(calls.load(ordering: .relaxed) == 1)
        #expect(stream.take(atMost: 2).count == 1)
        source.write([.put(Self.key(1), bytes("x"))])
        while hub.step() {}
        #expect(calls.load(ordering: .relaxed) == 2)
        stream.close()
        #expect(calls.load(ordering: .relaxed) == 3)
        #expect(stream.take().isEmpty)
        #expect(stream.create(WatchRequest(key: Self.key(1))) == -1)
        #expect(stream.receive() == nil)
    }

    @Test func aClientThatReadsNoAnswersIsCongested() {
        var options = WatchOptions()
        options.queueResponses = 10
        let hub = WatchHub(source: ModelSource(), options: options)
        let stream = hub.makeStream()
        for _ in 0..<5 {
            #expect(!stream.isCongested)
            stream.cancel(stream.create(WatchRequest(key: Self.key(1))))
        }
        #expect(stream.isCongested)
        _ = stream.take(atMost: 2)
        #expect(!stream.isCongested)
        hub.close()
        #expect(hub.makeStream().isClosed)
    }

    @Test func waitingForDistributionEndsInTime() {
        let source = ModelSource()
        let hub = WatchHub(source: source)
        source.write([.put(Self.key(1), bytes("x"))])
        #expect(!hub.waitDistributed(through: 2, atMost: 1_000_000))
        while hub.step() {}
        #expect(hub.waitDistributed(through: 2, atMost: 0))
        hub.close()
        #expect(!hub.waitDistributed(through: 3, atMost: 60_000_000_000))
    }
}
