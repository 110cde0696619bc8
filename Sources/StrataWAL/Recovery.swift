import StrataCodec
import StrataDisk
import StrataJournal
import Synchronization

/// Reads a log's segments, in parallel where there are several, decides by `RecoveryTable`, and hands over the entries in
/// order. Changes nothing on the disk.
struct Recovery {
    let disk: any Disk
    let clock: any MonotonicClock
    let threads: Int
    let segments: [(name: String, first: UInt64)]
    /// What the first segment's header gives.
    private let logID: UInt64?

    init(
        disk: any Disk, clock: any MonotonicClock, threads: Int, segments: [(name: String, first: UInt64)]
    ) throws(StorageError) {
        self.disk = disk
        self.clock = clock
        self.threads = threads
        self.segments = segments
        logID = segments.count == 1 ? nil : try Self.header(of: segments[0].name, on: disk)?.logID
    }

    struct Result {
        var scans: [SegmentScan]
        var delivering: UInt64 = 0
    }

    /// The decompressed bodies of one segment, kept until it is its turn to be delivered.
    private final class Bodies: @unchecked Sendable {
        let bytes = IOBuffer(capacity: 1 << 20)
        var blocks: [(header: BlockHeader, offset: UInt64, range: Range<Int>)] = []

        func removeAll() {
            bytes.removeAll()
            blocks.removeAll(keepingCapacity: true)
        }
    }

    /// Scans all segments. With `visit`, hands over every entry of the unbroken chain from `from` on.
    func run(from: UInt64, _ visit: EntryVisitor?) throws(StorageError) -> Result {
        if threads == 1 || segments.count == 1 { return try runInline(from: from, visit) }
        return try runParallel(from: from, visit)
    }

    private func scan(_ place: Int, _ visit: SegmentScanner.BlockVisitor?) throws(StorageError) -> SegmentScan {
        let (name, first) = segments[place]
        let limit = place + 1 < segments.count ? segments[place + 1].first : nil
        let dictionary = try visit == nil ? nil : dictionary(of: name)
        return try SegmentScanner(disk: disk, clock: clock, logID: logID)
            .scan(name, first: first, limit: limit, dictionary: dictionary, visit: visit)
    }

    /// The dictionary that a segment's header names; nil where it names none or is damaged, which the scan will report.
    private func dictionary(of segment: String) throws(StorageError) -> CompressionDictionary? {
        guard let id = try Self.header(of: segment, on: disk)?.dictionaryID, id != 0 else { return nil }
        return try DictionaryFile.load(id, on: disk)
    }

    private static func header(of segment: String, on disk: any Disk) throws(StorageError) -> SegmentHeader? {
        let window = try SegmentWindow(try disk.open(segment, .read, method: .fdatasync), clock: nil)
        do throws(StorageError) {
            return try window.withBytes(at: 0, count: SegmentFormat.headerSize) { (bytes) throws(StorageError) in
                try SegmentHeader.decode(bytes, file: segment).header
            }
        } catch {
            if case .io = error.kind { throw error }
            return nil
        }
    }

    // MARK: One thread

    private func runInline(from: UInt64, _ visit: EntryVisitor?) throws(StorageError) -> Result {
        var result = Result(scans: [])
        var delivery = Delivery(next: max(from, segments[0].first), isBroken: visit == nil)
        for place in segments.indices {
            let file = segments[place].name
            let limit = place + 1 < segments.count ? segments[place + 1].first : .max
            guard let visit, !delivery.isBroken, from < limit else {
                result.scans.append(try scan(place, nil))
                continue
            }
            result.scans.append(
                try scan(place) { (header, offset, body) throws(StorageError) in
                    try delivery.deliver(header, body, limit: limit, file: file, offset: offset, visit)
                })
            if result.scans[place].nextIndex < limit { delivery.isBroken = true }
        }
        return result
    }

    /// Hands entries over in order, each once, up to the first gap or to where the visitor stops.
    private struct Delivery {
        var next: UInt64
        var isBroken: Bool

        /// Throws where the body contradicts its header.
        mutating func deliver(
            _ header: BlockHeader, _ body: RawSpan, limit: UInt64, file: String, offset: UInt64, _ visit: EntryVisitor
        ) throws(StorageError) {
            guard !isBroken, header.firstIndex + UInt64(header.count) > next else { return }
            let from = next
            var isStopped = false
            _ = try BodyDecoder.entries(of: header, in: body, file: file, at: offset) {
                (index, kind, payload) throws(StorageError) in
                guard index >= from else { return true }
                guard index < limit else { return false }
                isStopped = try !visit(index, kind, payload)
                return !isStopped
            }
            isBroken = isStopped
            next = min(limit, header.firstIndex + UInt64(header.count))
        }
    }

    // MARK: Several threads

    private struct Progress {
        var claimed = 0
        var delivered = 0
        var results: [Swift.Result<(SegmentScan, Bodies?), StorageError>?]
        /// Delivered and empty, to be filled again: touching fresh memory costs more than decompressing into it.
        var spare: [Bodies] = []
        var isCancelled = false
    }

    /// Workers claim segments in order and run at most `threads` ahead of delivery, which bounds the memory.
    private func runParallel(from: UInt64, _ visit: EntryVisitor?) throws(StorageError) -> Result {
        let progress = Mutex(Progress(results: Array(repeating: nil, count: segments.count)))
        let moved = FutexWord()
        let shared = Shared(progress: progress, moved: moved)
        let collects = visit != nil
        let workers = (0..<min(threads, segments.count)).map { number in
            WorkerThread(name: "wal-recover-\(number)") {
                while let place = shared.claim(ahead: threads) {
                    let bodies =
                        collects && from < (place + 1 < segments.count ? segments[place + 1].first : .max)
                        ? shared.bodies() : nil
                    let result: Swift.Result<(SegmentScan, Bodies?), StorageError>
                    do throws(StorageError) {
                        let visitor: SegmentScanner.BlockVisitor = { header, offset, body in
                            guard let bodies else { return }
                            let start = bodies.bytes.count
                            bodies.bytes.append(body)
                            bodies.blocks.append((header, offset, start..<bodies.bytes.count))
                        }
                        result = .success((try scan(place, bodies == nil ? nil : visitor), bodies))
                    } catch {
                        result = .failure(error)
                    }
                    shared.finish(place, result)
                }
            }
        }
        defer {
            shared.cancel()
            for worker in workers { worker.join() }
        }
        var result = Result(scans: [])
        var delivery = Delivery(next: max(from, segments[0].first), isBroken: visit == nil)
        for place in segments.indices {
            let (scan, bodies) = try shared.take(place).get()
            result.scans.append(scan)
            let limit = place + 1 < segments.count ? segments[place + 1].first : .max
            if let visit, let bodies, !delivery.isBroken {
                let began = clock.nanoseconds()
                for block in bodies.blocks {
                    try bodies.bytes.withBytes(in: block.range) { (body) throws(StorageError) in
                        try delivery.deliver(
                            block.header, body, limit: limit, file: scan.name, offset: block.offset, visit)
                    }
                }
                result.delivering += clock.nanoseconds() - began
                if scan.nextIndex < limit { delivery.isBroken = true }
            }
            shared.delivered(place, bodies)
        }
        return result
    }

    private final class Shared: Sendable {
        private let progress: Mutex<Progress>
        private let moved: FutexWord

        init(progress: consuming sending Mutex<Progress>, moved: consuming FutexWord) {
            self.progress = progress
            self.moved = moved
        }

        /// The next segment to scan; waits while delivery lags; nil when none is left.
        func claim(ahead: Int) -> Int? {
            while true {
                let seen = moved.value
                let next = progress.withLock { state -> Int?? in
                    if state.isCancelled || state.claimed == state.results.count { return .some(nil) }
                    guard state.claimed < state.delivered + ahead + 1 else { return nil }
                    state.claimed += 1
                    return state.claimed - 1
                }
                if let next { return next }
                moved.wait(while: seen)
            }
        }

        func finish(_ place: Int, _ result: Swift.Result<(SegmentScan, Bodies?), StorageError>) {
            progress.withLock { $0.results[place] = result }
            moved.advance()
        }

        func take(_ place: Int) -> Swift.Result<(SegmentScan, Bodies?), StorageError> {
            while true {
                let seen = moved.value
                let result = progress.withLock { state in
                    defer { state.results[place] = nil }
                    return state.results[place]
                }
                if let result { return result }
                moved.wait(while: seen)
            }
        }

        func bodies() -> Bodies { progress.withLock { $0.spare.popLast() } ?? Bodies() }

        func delivered(_ place: Int, _ bodies: Bodies?) {
            bodies?.removeAll()
            progress.withLock { state in
                state.delivered = place + 1
                if let bodies { state.spare.append(bodies) }
            }
            moved.advance()
        }

        func cancel() {
            progress.withLock { $0.isCancelled = true }
            moved.advance()
        }
    }
}
