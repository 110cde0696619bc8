import StrataCodec
import StrataDisk
import StrataJournal
import Synchronization

/// The file-backed `EntryLog`: segments of checksummed, chained, optionally compressed blocks in one directory, appended by
/// group commit under a `SyncPolicy`, recovered by `RecoveryTable`.
///
/// Any number of threads may append and read, except under inline threading, where the log is one thread's.
package final class WriteAheadLog: EntryLog {
    package let options: WALOptions
    /// What opening found and did.
    package let recovery: RecoveryReport
    let disk: any Disk
    let clock: any MonotonicClock
    let table: SegmentTable
    private let writer: LogWriter
    private let journal: Journal
    private let pool: SegmentPool
    private let lock: Mutex<(any DiskLock)?>
    private let isOpen = Atomic<Bool>(true)

    /// Opens the log in `disk`, creating it where there is none, and hands every entry from `from` on to `replay`.
    ///
    /// On return everything recovered is as durable as the policy makes new appends: entries that were read but never
    /// proven to be on the device are written and synced again, because what the page cache holds after a failed sync
    /// says nothing about the device (disk assumption 4).
    ///
    /// Throws `.corrupt` or `.missing` where durable entries are damaged (nothing is changed then: see `repair`), `.locked`
    /// for a second opener, `.newerVersion`, `.invalid` for options out of bounds and foreign directories.
    package convenience init(
        on disk: any Disk, clock: any MonotonicClock = SystemClock(), options: WALOptions = WALOptions(),
        replayFrom: UInt64 = 1, replay: EntryVisitor? = nil
    ) throws(StorageError) {
        try self.init(disk, clock, options, isRepair: false, replayFrom, replay)
    }

    /// As opening, but where durable entries are damaged keeps those before the damage and gives up the rest, which
    /// `recovery` reports. Segments given up whole, and a copy of one that is replaced, are kept under the suffix `.dropped`.
    /// A power cut in the middle takes nothing before the damage: opening or repairing again goes on from there.
    package static func repair(
        on disk: any Disk, clock: any MonotonicClock = SystemClock(), options: WALOptions = WALOptions()
    ) throws(StorageError) -> RecoveryReport {
        let log = try WriteAheadLog(disk, clock, options, isRepair: true, 1, nil)
        try log.close()
        return log.recovery
    }

    private init(
        _ disk: any Disk, _ clock: any MonotonicClock, _ options: WALOptions, isRepair: Bool, _ from: UInt64,
        _ replay: EntryVisitor?
    ) throws(StorageError) {
        try options.validate(path: disk.path)
        let lock = try disk.lock(SegmentName.lockFile)
        var opening = LogOpening(disk: disk, clock: clock, options: options)
        let opened = try opening.run(isRepair: isRepair, from: from, replay)
        self.disk = disk
        self.clock = clock
        self.options = options
        self.lock = Mutex(lock)
        recovery = opening.report
        table = opened.table
        writer = opened.writer
        pool = opened.pool
        var journalOptions = JournalOptions(policy: options.policy)
        journalOptions.threading = options.threading
        journalOptions.layout = LogWriter.layout(options)
        journalOptions.syncsAreDurable = options.method.isDurable
        journalOptions.firstTicket = opening.report.lastIndex + 1
        journalOptions.durableTicket = opened.durableIndex
        journal = Journal(writer, clock: clock, options: journalOptions)
        if case .threads = options.threading { pool.prepareAhead() }
    }

    // MARK: Appending

    package func append(kind: UInt8, _ payload: RawSpan) throws(StorageError) -> UInt64 {
        try journal.append(prefix: try prefix(kind, payload), payload)
    }

    package func submit(kind: UInt8, _ payload: RawSpan) throws(StorageError) -> UInt64 {
        try journal.submit(prefix: try prefix(kind, payload), payload)
    }

    package func wait(through index: UInt64) throws(StorageError) -> UInt64 { try journal.wait(through: index) }

    package func sync() throws(StorageError) { try journal.sync() }

    /// In inline threading: syncs where `.periodic` is due.
    package func tick() throws(StorageError) { try journal.tick() }

    /// See `Journal.observe`.
    package func observe(_ observer: @escaping @Sendable (UInt64, StorageError?) -> Void) { journal.observe(observer) }

    @inline(__always)
    private func prefix(_ kind: UInt8, _ payload: RawSpan) throws(StorageError) -> UInt64 {
        guard payload.byteCount <= SegmentFormat.maximumEntrySize else {
            throw .init(
                kind: .invalid(
                    "an entry of \(payload.byteCount) bytes is larger than \(SegmentFormat.maximumEntrySize)"),
                file: disk.path)
        }
        return UInt64(payload.byteCount) | UInt64(kind) << 32
    }

    // MARK: Positions

    package var firstIndex: UInt64 { table.firstIndex }
    package var lastIndex: UInt64 { journal.acknowledgedThrough }
    package var durableIndex: UInt64 { journal.durableThrough }
    package var segmentCount: Int { table.count }
    package var counters: JournalCounters { journal.counters }

    // MARK: Reading

    package func read(from index: UInt64, _ body: EntryVisitor) throws(StorageError) {
        let last = lastIndex
        var next = index
        guard index >= firstIndex else { throw .entryGone(index, first: firstIndex, file: disk.path) }
        while next <= last {
            guard let place = table.find(next) else { throw .entryGone(next, first: firstIndex, file: disk.path) }
            let limit = min(last + 1, place.next ?? .max)
            let reader = try SegmentReader(disk, place.segment, from: place.offset)
            let reached = try reader.read(from: next, limit: limit, body)
            guard let reached else { return }
            precondition(reached > next, "a range read made no progress")
            next = reached
        }
    }

    // MARK: Truncating

    package func truncateFront(before index: UInt64) throws(StorageError) {
        try journal.exclusively { () throws(StorageError) in
            while true {
                let segments = table.all
                guard segments.count > 1, segments[1].header.firstIndex <= index else { return }
                // Oldest first, each durably: what is left is always without gaps.
                table.removeFirst()
                try pool.recycle(segments[0].name)
            }
        }
    }

    package func truncateBack(after index: UInt64) throws(StorageError) {
        guard index + 1 >= firstIndex else { throw .entryGone(index, first: firstIndex, file: disk.path) }
        guard index < lastIndex else { return }
        try restart(after: index, keepingEarlier: true)
    }

    /// Gives up every entry and goes on with number `next`, durably: for a follower that was sent a snapshot. A crash in the
    /// middle leaves a shorter log or an empty one.
    package func reset(next: UInt64) throws(StorageError) {
        precondition(next > 0, "entries are numbered from 1")
        try restart(after: next - 1, keepingEarlier: false)
    }

    private func restart(after index: UInt64, keepingEarlier: Bool) throws(StorageError) {
        try journal.exclusively { () throws(StorageError) in
            if !keepingEarlier { try pool.discard() }
            let limit = keepingEarlier ? index : min(index, firstIndex - 1)
            var later: [SegmentTable.Segment] = []
            while let last = table.all.last, !keepingEarlier || last.header.firstIndex > index {
                table.removeLast()
                // One that begins with the next entry is replaced by the new one in one step.
                if !keepingEarlier || last.header.firstIndex > index + 1 { later.append(last) }
            }
            try writer.cut(after: index, claiming: limit, burying: later)
            journal.renumber(next: index + 1, durableThrough: durableIndex)
        }
    }

    // MARK: Ending

    package func close() throws(StorageError) {
        guard isOpen.exchange(false, ordering: .acquiringAndReleasing) else { return }
        defer { release() }
        try journal.close()
        try writer.writeEnd()
    }

    /// Ends as a killed process would: nothing gathered is written, nothing is synced.
    package func abandon() {
        guard isOpen.exchange(false, ordering: .acquiringAndReleasing) else { return }
        journal.abandon()
        release()
    }

    private func release() {
        pool.close()
        lock.withLock { $0 = nil }
    }
}
