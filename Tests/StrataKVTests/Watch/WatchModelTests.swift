import StrataDisk
import StrataKV
import StrataSim
import StrataTesting
import Testing

/// Random streams over a random history: what each watcher is told is what the oracle says, whatever its queue, its turn,
/// compactions and cancellations do in between.
@Suite struct WatchModelTests {
    @Test(arguments: 0..<rounds(300))
    func watchersAreToldWhatTheOracleSays(_ seed: Int) {
        var run = WatchRun(seed: UInt64(seed))
        for _ in 0..<400 where run.problem == nil { run.act() }
        run.finish()
        if let problem = run.problem { Issue.record("seed \(seed): \(problem)") }
    }

    /// The runs above are worth something only if they come through the odd places.
    @Test func runsComeThroughTheOddPlaces() {
        var total = WatchRun.Coverage()
        for seed in 0..<UInt64(20) {
            var run = WatchRun(seed: seed)
            for _ in 0..<400 { run.act() }
            run.finish()
            total.add(run.coverage)
        }
        #expect(total.compacted > 20)
        #expect(total.lagged > 100)
        #expect(total.fragments > 100)
        #expect(total.progress > 50)
        #expect(total.streamProgress > 50)
        #expect(total.previous > 100)
        #expect(total.canceled > 50)
    }
}

private struct WatchRun {
    struct Coverage {
        var compacted = 0
        var lagged = 0
        var fragments = 0
        var progress = 0
        var streamProgress = 0
        var previous = 0
        var canceled = 0

        mutating func add(_ other: Coverage) {
            compacted += other.compacted
            lagged += other.lagged
            fragments += other.fragments
            progress += other.progress
            streamProgress += other.streamProgress
            previous += other.previous
            canceled += other.canceled
        }
    }
    /// What its client knows of a watcher.
    private struct Told {
        var request: WatchRequest
        var first: Int64?
        var events: [Event] = []
        /// Of `events`, compared already.
        var checked = 0
        /// Everything up to here was promised to have been told.
        var through: Int64 = 0
        var isInFragments = false
        var isEnding = false
        /// Compactions that it was synced at must leave it alone unless it lagged afterwards.
        var safeAt: (compaction: Int64, lagged: UInt64) = (0, 0)
    }

    private var random: SeededRandom
    private let source = ModelSource()
    private let clock = SimulatedClock()
    private let options: WatchOptions
    private let hub: WatchHub
    private var streams: [WatchStream] = []
    private var told: [[Int64: Told]] = []
    /// The first that was found.
    private final class Verdict { var problem: String? }
    private let verdict = Verdict()
    var problem: String? { verdict.problem }
    private(set) var coverage = Coverage()

    init(seed: UInt64) {
        random = SeededRandom(seed: seed)
        var options = WatchOptions()
        options.queueBytes = 200 + random.below(4000)
        options.queueEvents = 1 + random.below(30)
        options.queueResponses = 1 + random.below(12)
        options.fragmentBytes = 150 + random.below(500)
        options.batchRevisions = 1 + random.below(12)
        options.batchBytes = 100 + random.below(2000)
        options.progressInterval = .seconds(10)
        self.options = options
        hub = WatchHub(source: source, options: options, clock: clock)
        for _ in 0..<3 {
            streams.append(hub.makeStream())
            told.append([:])
        }
    }

    // MARK: Acting

    mutating func act() {
        switch random.below(100) {
        case 0..<30: write()
        case 30..<38: create()
        case 38..<40: cancel()
        case 40..<42: compact()
        case 42..<45: streams[random.below(streams.count)].requestProgress()
        case 45..<50: clock.advance(by: Duration.seconds(4 + random.below(12)))
        case 50..<75: step()
        case 75..<77: source.show(source.lastRevision)
        default: take(random.below(streams.count), 1 + random.below(4))
        }
    }

    private mutating func key() -> [UInt8] { [UInt8(ascii: "a") + UInt8(random.below(6))] }

    private mutating func write() {
        var changes: [ModelSource.Change] = []
        var used: Set<[UInt8]> = []
        for _ in 0..<(1 + random.below(3)) {
            let key = key()
            guard used.insert(key).inserted else { continue }
            let value = [UInt8](repeating: UInt8(random.below(256)), count: random.below(60))
            changes.append(random.chance(0.3) ? .delete(key) : .put(key, value))
        }
        source.write(changes, isVisible: random.chance(0.8))
    }

    private mutating func create() {
        let stream = random.below(streams.count)
        var request = WatchRequest(key: random.chance(0.1) ? [] : key())
        switch random.below(6) {
        case 0: request.rangeEnd = [0]
        case 1, 2: request.rangeEnd = key() + [1]
        default: break
        }
        switch random.below(8) {
        case 0: request.startRevision = -1
        case 1, 2: request.startRevision = 1 + Int64(random.below(Int(source.visibleRevision)))
        case 3: request.startRevision = source.visibleRevision + Int64(random.below(8))
        case 4: request.startRevision = source.compactedRevision
        default: break
        }
        request.noPut = random.chance(0.15)
        request.noDelete = random.chance(0.15)
        request.prevKV = random.chance(0.4)
        request.progressNotify = random.chance(0.4)
        request.fragment = random.chance(0.4)
        if random.chance(0.2) { request.watchID = 1 + Int64(random.below(12)) }
        // An id may be used again as soon as the hub has ended its watcher; here its client is to have read so.
        if told[stream].keys.contains(where: { streams[stream].state(of: $0) == nil }) { flush(stream) }
        let id = streams[stream].create(request)
        let range = KeyRange(key: request.key.isEmpty ? [0] : request.key, rangeEnd: request.rangeEnd)
        if id == -1 {
            let isTaken = request.watchID != 0 && streams[stream].state(of: request.watchID) != nil
            check(range.isEmpty || isTaken, "refused \(request)")
            return
        }
        check(!range.isEmpty && (request.watchID == 0 || id == request.watchID), "id \(id) for \(request)")
        check(told[stream][id] == nil, "id \(id) is in use")
        told[stream][id] = Told(request: request)
    }

    private mutating func cancel() {
        let stream = random.below(streams.count)
        guard let id = told[stream].keys.sorted().randomElement(using: &random) else { return }
        streams[stream].cancel(id)
        told[stream][id]?.isEnding = true
        coverage.canceled += 1
    }

    private mutating func compact() {
        let span = Int(source.visibleRevision - source.compactedRevision)
        guard span > 0 else { return }
        // As the engine does it: not before what is compacted has been distributed.
        let revision = source.compactedRevision + Int64(random.below(span + 1))
        while hub.distributedRevision < revision { step() }
        for stream in streams.indices {
            for id in told[stream].keys {
                guard let state = streams[stream].state(of: id), state.isSynced else { continue }
                told[stream][id]?.safeAt = (revision, state.lagged)
            }
        }
        source.compact(revision)
    }

    @discardableResult
    private mutating func step() -> Bool {
        let didWork = hub.step()
        for stream in streams {
            let s = stream.statistics
            // At most one batch beyond the bound, which is one revision of three changes beyond its own; answers, which
            // always have room, are not many here.
            let answers = 300 * 64
            check(
                s.queuedBytes <= options.queueBytes + options.batchBytes + 2000 + answers
                    && s.queuedEvents <= options.queueEvents + 3 * options.batchRevisions,
                "queue of \(s) with \(options)")
        }
        return didWork
    }

    // MARK: Checking

    private func check(_ condition: Bool, _ text: @autoclosure () -> String) {
        if !condition, verdict.problem == nil { verdict.problem = text() }
    }

    private mutating func flush(_ stream: Int) {
        while true {
            let before = streams[stream].statistics.queuedResponses
            take(stream, 100)
            if before == 0 { return }
        }
    }

    private mutating func take(_ stream: Int, _ count: Int) {
        for response in streams[stream].take(atMost: count) { read(response, stream) }
    }

    private mutating func read(_ response: WatchResponse, _ stream: Int) {
        let id = response.watchID
        let name = "watcher \(id) of stream \(stream)"
        if id == -1 {
            guard !response.isCanceled else { return check(response.isCreated, "\(response)") }
            check(response.isProgress, "\(response)")
            coverage.streamProgress += 1
            for id in told[stream].keys where told[stream][id]?.first != nil {
                promise(stream, id, response.revision, "progress of the stream")
            }
            return
        }
        guard var watcher = told[stream][id] else { return check(false, "\(name) does not exist: \(response)") }
        defer { if told[stream][id] != nil { told[stream][id] = watcher } }
        if response.isCreated {
            check(watcher.first == nil && !response.isCanceled, "\(name) created twice")
            let start = watcher.request.startRevision
            watcher.first = start == 0 ? response.revision + 1 : start
            return
        }
        guard let first = watcher.first else { return check(false, "\(name) not created yet: \(response)") }
        if response.isCanceled {
            if response.compactRevision == 0 {
                check(watcher.isEnding, "\(name) canceled by nobody: \(response)")
            } else {
                coverage.compacted += 1
                check(response.revision == 0 && response.events.isEmpty, "\(name): \(response)")
                if first >= 0 {
                    let through = max(watcher.through, first - 1)
                    check(through + 1 < response.compactRevision, "\(name) has \(through), canceled: \(response)")
                    // Ended by the hub, its count is gone; the stream's total stands for it.
                    let lagged = streams[stream].statistics.lagged
                    check(
                        response.compactRevision != watcher.safeAt.compaction || lagged > 0,
                        "\(name) was synced and is canceled: \(response)")
                }
            }
            told[stream][id] = nil
            return
        }
        if response.isFragment { coverage.fragments += 1 }
        if response.isProgress {
            coverage.progress += 1
            check(watcher.request.progressNotify, "\(name) wants no progress")
        }
        check(!response.isFragment || watcher.request.fragment, "\(name) wants no fragments")
        check(response.revision <= source.visibleRevision, "\(name) is told of the future")
        check(response.events.allSatisfy { $0.keyValue.modRevision <= response.revision }, "\(name): \(response)")
        let size = response.events.reduce(64) { $0 + $1.encodedBound }
        check(
            !watcher.request.fragment || response.events.count == 1 || size < options.fragmentBytes,
            "\(name) got \(size) bytes at once")
        watcher.events += response.events
        watcher.isInFragments = response.isFragment
        told[stream][id] = watcher
        if !response.isFragment { promise(stream, id, response.revision, "\(name), \(response.events.count) events") }
        watcher = told[stream][id] ?? watcher
    }

    /// All that the watcher should know up to `revision` is what it was told, and nothing else.
    private mutating func promise(_ stream: Int, _ id: Int64, _ revision: Int64, _ place: String) {
        guard let watcher = told[stream][id], let first = watcher.first else { return }
        check(!watcher.isInFragments, "\(place): id \(id) has an open fragment")
        let new = watcher.events[watcher.checked...]
        guard revision > watcher.through else { return check(new.isEmpty, "\(place): \(new) after \(watcher.through)") }
        let expected = source.expected(
            watcher.request, from: max(first, watcher.through + 1), through: revision)
        let isSame =
            expected.count == new.count
            && zip(expected, new).allSatisfy { expected, found in
                if expected == found { return true }
                var bare = expected
                bare.previous = nil
                return found == bare && expected.keyValue.modRevision - 1 < source.compactedRevision
            }
        check(
            isSame,
            "\(place): id \(id) up to \(revision) \(watcher.request)\ntold \(new)\nnot \(expected)")
        coverage.previous += new.count { $0.previous != nil }
        told[stream][id]?.checked = watcher.events.count
        told[stream][id]?.through = revision
    }

    /// Everybody catches up, and then everybody has everything.
    mutating func finish() {
        source.show(source.lastRevision)
        repeat {
            while step() {}
            for stream in streams.indices { flush(stream) }
        } while hub.step()
        coverage.lagged += Int(hub.statistics.lagged)
        check(hub.statistics.unsynced == 0, "\(hub.statistics)")
        for stream in streams.indices {
            for id in told[stream].keys.sorted() {
                check(streams[stream].state(of: id)?.isSynced == true, "id \(id) of stream \(stream) is behind")
                promise(stream, id, source.visibleRevision, "at the end")
            }
            streams[stream].requestProgress()
        }
        while hub.step() {}
        for stream in streams.indices {
            let last = streams[stream].take(atMost: 100)
            check(last.last?.watchID == -1 && last.last?.revision == source.visibleRevision, "\(last)")
            streams[stream].close()
        }
        while hub.step() {}
        check(hub.statistics.watchers == 0, "\(hub.statistics)")
    }
}
