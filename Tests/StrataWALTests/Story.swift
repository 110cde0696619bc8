import StrataDisk
import StrataJournal
import StrataSim
import StrataWAL

/// A short run of a log on a simulated disk that tells, at every moment, what a power cut may take: each step is an event,
/// and its number a mark in the disk's trace.
final class Story {
    enum Event {
        case submitting(index: UInt64, [UInt8])
        case acknowledged(through: UInt64, at: UInt64)
        /// Everything so far is durable whatever the policy.
        case synced(through: UInt64)
        case time(UInt64)
        case truncatingBack(after: UInt64)
        case truncatedBack(after: UInt64)
        case truncatingFront(before: UInt64)
        case resetting
        case reset(next: UInt64)
    }

    private(set) var disk = SimulatedDisk()
    private(set) var events: [Event] = []
    let options: WALOptions
    let clock = SimulatedClock()
    private let wrap: (any Disk) -> any Disk
    private(set) var log: WriteAheadLog?
    private var count = 0

    init(_ options: WALOptions, wrap: @escaping (any Disk) -> any Disk = { $0 }) {
        self.options = options
        self.wrap = wrap
    }

    private func note(_ event: Event) {
        disk.mark(UInt64(events.count))
        events.append(event)
    }

    private var open: WriteAheadLog {
        get throws(StorageError) {
            guard let log else { throw StorageError(kind: .closed, file: "story") }
            return log
        }
    }

    func start() throws(StorageError) {
        log = try WriteAheadLog(on: wrap(disk), clock: clock, options: options)
        if options.policy != .never, let log { note(.synced(through: log.lastIndex)) }
    }

    func append(_ size: Int) throws(StorageError) {
        let log = try open
        count += 1
        let bytes = payload(count, size: size)
        note(.submitting(index: log.lastIndex + 1, bytes))
        let index = try log.append(bytes, kind: UInt8(count & 0xFF))
        note(.acknowledged(through: index, at: clock.nanoseconds()))
    }

    func batch(_ sizes: [Int]) throws(StorageError) {
        let log = try open
        var last = log.lastIndex
        for size in sizes {
            count += 1
            let bytes = payload(count, size: size)
            note(.submitting(index: last + 1, bytes))
            last = try log.submit(bytes, kind: UInt8(count & 0xFF))
        }
        _ = try log.wait(through: last)
        note(.acknowledged(through: last, at: clock.nanoseconds()))
    }

    func sync() throws(StorageError) {
        let log = try open
        try log.sync()
        note(.synced(through: log.lastIndex))
    }

    /// Time passes, and the log is told.
    func pass(_ nanoseconds: UInt64) throws(StorageError) {
        clock.advance(by: nanoseconds)
        try open.tick()
        note(.time(clock.nanoseconds()))
    }

    func truncateBack(after index: UInt64) throws(StorageError) {
        note(.truncatingBack(after: index))
        try open.truncateBack(after: index)
        note(.truncatedBack(after: index))
    }

    func truncateFront(before index: UInt64) throws(StorageError) {
        note(.truncatingFront(before: index))
        try open.truncateFront(before: index)
    }

    func reset(next: UInt64) throws(StorageError) {
        note(.resetting)
        try open.reset(next: next)
        note(.reset(next: next))
    }

    func close() throws(StorageError) {
        let last = try open.lastIndex
        try open.close()
        log = nil
        note(.synced(through: last))
    }

    /// The process is killed; the kernel and what it has not written back live on.
    func kill() {
        log?.abandon()
        log = nil
        disk = disk.killed()
    }

    func drop() {
        log?.abandon()
        log = nil
    }
}
