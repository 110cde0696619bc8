import StrataDisk
import StrataKV
import StrataTesting
import Synchronization
import Testing

/// A writer, the watch thread and consumers at once. What can be said of every interleaving is checked: all watchers get
/// all their events, in order, once, whole revisions at a time.
@Suite struct WatchThreadTests {
    private static let keys = (0..<8).map { bytes("k\($0)") }

    private final class Consumer: Sendable {
        private struct State {
            var events: [Int64: [Event]] = [:]
            var through: [Int64: Int64] = [:]
            var problem: String?
        }
        private let state = Mutex(State())
        let stream: WatchStream

        init(_ stream: WatchStream) { self.stream = stream }

        var problem: String? { state.withLock { $0.problem } }
        func events(_ id: Int64) -> [Event] { state.withLock { $0.events[id] ?? [] } }

        func read(_ response: WatchResponse) {
            state.withLock { state in
                if response.isCanceled { return }
                let id = response.watchID
                let first = response.events.first?.keyValue.modRevision ?? .max
                if first <= state.through[id] ?? 0 {
                    state.problem = "watcher \(id) has \(state.through[id] ?? 0) and is told \(first)"
                }
                state.events[id, default: []] += response.events
                if !response.isFragment { state.through[id] = response.revision }
            }
        }
    }

    @Test(arguments: 0..<4)
    func nothingIsLostBetweenThreads(_ seed: UInt64) {
        var random = SeededRandom(seed: seed)
        let source = ModelSource()
        var options = WatchOptions()
        options.queueBytes = 2000 + random.below(20_000)
        options.queueResponses = 4 + random.below(60)
        options.batchRevisions = 1 + random.below(50)
        let hub = WatchHub(source: source, options: options)
        let isOver = Atomic(false)
        let watch = WorkerThread(name: "watch") {
            while !isOver.load(ordering: .acquiring) { if !hub.step() { hub.sleep(atMost: 1_000_000_000) } }
        }
        let requests = Self.keys.map { WatchRequest(key: $0) } + [WatchRequest(key: [0], rangeEnd: [0])]
        let consumers = (0..<3).map { _ in Consumer(hub.makeStream()) }
        let readers = consumers.map { consumer in
            WorkerThread(name: "reader") {
                for request in requests { consumer.stream.create(request) }
                while let response = consumer.stream.receive() { consumer.read(response) }
            }
        }
        // One stream is used by two threads at once: one comes and goes, and gets what it asked for.
        let guest = hub.makeStream()
        let visitor = WorkerThread(name: "visitor") {
            var random = SeededRandom(seed: seed, stream: 7)
            while !isOver.load(ordering: .acquiring) {
                let id = guest.create(
                    WatchRequest(key: [0], rangeEnd: [0], startRevision: 1 + Int64(random.below(100))))
                guest.requestProgress()
                _ = guest.statistics
                guest.cancel(id)
                // As a connection does that stops reading.
                while guest.isCongested, !guest.isClosed { hub.sleepBriefly() }
            }
        }
        let sink = WorkerThread(name: "sink") { while guest.receive() != nil {} }

        // Watchers that are created first get everything.
        while hub.statistics.watchers < 27 { hub.wake() }
        let count = rounds(20_000)
        for number in 0..<count {
            let key = random.below(8)
            var changes = [ModelSource.Change.put(Self.keys[key], bytes("\(number)"))]
            if random.chance(0.3) { changes.append(.put(Self.keys[(key + 1) % 8], bytes("\(number)"))) }
            source.write(changes)
            hub.advance()
        }
        let last = source.lastRevision
        #expect(hub.waitDistributed(through: last, atMost: 30_000_000_000), "seed \(seed)")
        // An answer about the whole stream means that all was sent before it.
        for consumer in consumers { consumer.stream.requestProgress() }
        let expected = requests.map { source.expected($0, from: 2, through: last) }
        let clock = SystemClock()
        let start = clock.nanoseconds()
        func isDone(_ consumer: Consumer) -> Bool {
            requests.indices.allSatisfy { consumer.events(Int64($0)).count >= expected[$0].count }
        }
        // A minute is for a machine that stands still, not a measure.
        while !consumers.allSatisfy(isDone), clock.nanoseconds() - start < 60_000_000_000 { hub.sleepBriefly() }
        isOver.store(true, ordering: .releasing)
        hub.close()
        hub.wake()
        for thread in readers + [watch, visitor, sink] { thread.join() }
        for consumer in consumers {
            #expect(consumer.problem == nil, "seed \(seed)")
            for (id, expected) in expected.enumerated() {
                let found = consumer.events(Int64(id))
                // Not in the condition: thousands of events would be printed.
                let isSame = found == expected
                #expect(isSame, "seed \(seed): watcher \(id) got \(found.count) of \(expected.count)")
            }
        }
    }

    /// A revision made visible while the hub goes to sleep must wake it: each write here waits for its delivery, so one
    /// lost wake stops the test for a minute.
    @Test func noWakeIsLost() {
        let source = ModelSource()
        let hub = WatchHub(source: source)
        let isOver = Atomic(false)
        let watch = WorkerThread(name: "watch") {
            while !isOver.load(ordering: .acquiring) { if !hub.step() { hub.sleep(atMost: 60_000_000_000) } }
        }
        let stream = hub.makeStream()
        stream.create(WatchRequest(key: Self.keys[0]))
        #expect(stream.receive(atMost: 60_000_000_000)?.isCreated == true)
        for _ in 0..<rounds(5000) {
            source.write([.put(Self.keys[0], [])])
            hub.advance()
            let told = stream.receive(atMost: 30_000_000_000)
            guard told?.events.count == 1 else {
                Issue.record("no event within 30 s: \(String(describing: told))")
                break
            }
        }
        isOver.store(true, ordering: .releasing)
        hub.close()
        hub.wake()
        watch.join()
    }
}

extension WatchHub {
    /// Gives the processor away for a moment.
    fileprivate func sleepBriefly() { _ = waitDistributed(through: .max, atMost: 1_000_000) }
}
