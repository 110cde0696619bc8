import StrataDisk
import StrataRESP
import Synchronization

/// All keys as they were at one moment, serialised by a thread of its own while the executor goes on.
///
/// The thread walks the tables in the order of hashes, a segment (at most some hundred keys) at a time. Before the
/// executor changes a key that the walk has not come to, it serialises the key itself, into a buffer at the side, and
/// marks it (`KeyEntryFormat.saved`): only keys that are touched cost memory, and those that the walk has passed cost
/// nothing. It waits only where it changes a key of the very segment that is being serialised.
///
/// The lock is held by the thread while it moves on to a segment, and by the executor from the first change of a
/// command to `Keyspace.commandEnded`: a segment never begins in the middle of a change. Tables that FLUSHALL or
/// SWAPDB take away are kept until they are done, and cost no more: nobody changes them.
package final class KeyspaceSnapshot: @unchecked Sendable {
    // Unchecked: what both threads use is behind `lock`; the rest names its owner.

    package struct Progress: Sendable {
        /// Keys given to the sink.
        package var saved = 0
        /// Keys at the start.
        package var total = 0
        /// Bytes that wait at the side, at most so far.
        package var peakSideBytes = 0
    }

    /// A database as it was at the start.
    private struct Slot {
        var database: Int
        var keys: Int
        var volatile: Int
        /// Nil when done.
        var table: KeyTable?
        /// Serialised by the executor, not yet taken by the thread.
        var side: [UInt8] = []
        var sideKeys = 0
    }

    private let sink: any SnapshotSink
    private let lock = SnapshotLock()

    // Behind the lock.
    private var slots: [Slot]
    /// The slot that is walked.
    private var current = 0
    /// Hashes below `begin` are done, those below `end` are being serialised; an `end` of 0 is the end of all.
    private var begin: UInt64 = 0
    private var end: UInt64 = 0
    private var isBusy = false
    private var isWaitedFor = false
    private var sideBytes = 0

    private let counts: Mutex<Progress>
    private let isAborted = Atomic(false)

    /// The executor's own: whether it has the lock.
    private var isHeld = false

    // The thread's own.
    private var blobs: [UnsafeMutableRawPointer] = []
    private var records: [UInt8] = []
    private var hasBegun = false
    private var failure: StorageError?

    /// Records are given to the sink in portions of this size or more: 64 KiB, a write of a useful size.
    private static let portion = 64 << 10

    fileprivate init(_ keyspace: Keyspace, sink: any SnapshotSink) {
        self.sink = sink
        slots = []
        for index in 0..<keyspace.databaseCount {
            let database = keyspace.database(index)
            guard database.count > 0 else { continue }
            database.table.settle()
            database.table.snapshotSlot = slots.count
            slots.append(
                Slot(database: index, keys: database.count, volatile: database.volatileCount, table: database.table))
        }
        let total = slots.reduce(0) { $0 + $1.keys }
        counts = Mutex(Progress(total: total))
    }

    // MARK: Any thread

    package var progress: Progress { counts.withLock { $0 } }

    /// Ends it early; `run` returns soon after.
    package func abort() { isAborted.store(true, ordering: .relaxed) }

    // MARK: The executor

    /// Takes the lock until the command ends.
    @inline(__always)
    func hold() {
        if isHeld { return }
        lock.lock()
        isHeld = true
    }

    @inline(__always)
    func letGo() {
        guard isHeld else { return }
        isHeld = false
        lock.unlock()
    }

    private enum Place {
        case done, busy, ahead
    }

    private func place(of hash: UInt64, _ slot: Int) -> Place {
        if slot != current { return slot < current ? .done : .ahead }
        if hash < begin { return .done }
        if isBusy { return end == 0 || hash < end ? .busy : .ahead }
        return .ahead
    }

    /// An entry of a table of the snapshot is about to be changed or deleted.
    @inline(never)
    func willChange(_ entry: KeyEntry, in table: KeyTable) {
        hold()
        let slot = table.snapshotSlot
        while place(of: entry.hash, slot) == .busy {
            isWaitedFor = true
            lock.wait()
        }
        guard place(of: entry.hash, slot) == .ahead, entry.meta & KeyEntryFormat.saved == 0 else { return }
        let before = slots[slot].side.count
        sink.serialise(entry, database: slots[slot].database, into: &slots[slot].side)
        slots[slot].sideKeys += 1
        sideBytes += slots[slot].side.count - before
        entry.meta |= KeyEntryFormat.saved
        let bytes = sideBytes
        counts.withLock { $0.peakSideBytes = max($0.peakSideBytes, bytes) }
    }

    /// A key was added, which the snapshot does not have.
    func didInsert(_ entry: KeyEntry, in table: KeyTable) {
        if place(of: entry.hash, table.snapshotSlot) == .ahead { entry.meta |= KeyEntryFormat.saved }
    }

    // MARK: The thread

    /// Gives everything to the sink.
    ///
    /// - Returns: false where it was aborted.
    /// - Throws: what the sink threw. It is over then, too.
    package func run() throws(StorageError) -> Bool {
        while step() {}
        if let failure { throw failure }
        return !isAborted.load(ordering: .relaxed)
    }

    /// One segment. False: that was all.
    private func step() -> Bool {
        // Where nothing is written any more, the walk goes on for the marks alone, which it must leave cleared.
        let isOver = failure != nil || isAborted.load(ordering: .relaxed)
        lock.lock()
        guard current < slots.count, let table = slots[current].table else {
            lock.unlock()
            return false
        }
        blobs.removeAll(keepingCapacity: true)
        end = table.index.segmentBlobs(from: begin, into: &blobs)
        isBusy = true
        let database = slots[current].database
        let (keys, volatile) = (slots[current].keys, slots[current].volatile)
        var side: [UInt8] = []
        var sideKeys = 0
        if slots[current].side.count >= Self.portion || isOver { (side, sideKeys) = takeSide() }
        lock.unlock()

        if !hasBegun, !isOver {
            attempt { () throws(StorageError) in
                try sink.begin(database: database, keys: keys, volatile: volatile)
            }
            hasBegun = true
        }
        var saved = sideKeys
        for blob in blobs {
            let entry = KeyEntry(blob, hash: 0)
            if entry.meta & KeyEntryFormat.saved != 0 {
                entry.meta &= ~KeyEntryFormat.saved
            } else if !isOver {
                sink.serialise(entry, database: database, into: &records)
                saved += 1
            }
        }

        lock.lock()
        isBusy = false
        begin = end
        var finished: KeyTable?
        if end == 0 {
            let rest = takeSide()
            side += rest.bytes
            saved += rest.keys
            // No change of this table is ours any more.
            table.snapshotSlot = -1
            finished = slots[current].table
            slots[current].table = nil
            current += 1
        }
        if isWaitedFor {
            isWaitedFor = false
            lock.signal()
        }
        lock.unlock()

        // The last reference, where the table was flushed: freed here, not under the lock.
        finished = nil
        _ = finished
        let isDatabaseDone = end == 0
        if isDatabaseDone || records.count >= Self.portion || side.count > 0 { deliver(side, isOver: isOver) }
        if isDatabaseDone { hasBegun = false }
        if !isOver { counts.withLock { $0.saved += saved } }
        return true
    }

    /// With the lock held.
    private func takeSide() -> (bytes: [UInt8], keys: Int) {
        let bytes = slots[current].side
        let keys = slots[current].sideKeys
        slots[current].side = []
        slots[current].sideKeys = 0
        sideBytes -= bytes.count
        return (bytes, keys)
    }

    private func deliver(_ side: [UInt8], isOver: Bool) {
        if !isOver {
            attempt { () throws(StorageError) in
                if !records.isEmpty { try sink.consume(records) }
                if !side.isEmpty { try sink.consume(side) }
            }
        }
        records.removeAll(keepingCapacity: true)
    }

    private func attempt(_ body: () throws(StorageError) -> Void) {
        if failure != nil { return }
        do throws(StorageError) { try body() } catch { failure = error }
    }
}

extension Keyspace {
    /// Begins a snapshot of this moment; its `run` is for another thread, or for this one where the executor is to
    /// wait. One at a time: `endSnapshot` first.
    package func beginSnapshot(_ sink: any SnapshotSink) -> KeyspaceSnapshot {
        precondition(snapshot == nil, "two snapshots at once")
        let made = KeyspaceSnapshot(self, sink: sink)
        snapshot = made
        return made
    }

    /// When `run` has returned.
    package func endSnapshot() {
        snapshot?.letGo()
        snapshot = nil
    }
}
