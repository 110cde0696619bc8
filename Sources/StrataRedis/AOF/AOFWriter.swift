import StrataDisk
import StrataJournal
import StrataRESP
import Synchronization

/// The growing end of an append-only file. The executor appends; the journal's thread writes and syncs.
///
/// What units append is gathered until `flush`, which the executor calls once per turn of its loop, before replies go out: a turn's changes are one
/// append of the journal, and many turns share one sync. After a failed write or sync nothing more is acknowledged; every call throws.
package final class AOFWriter: CommandLog {
    package let directory: AOFDirectory
    package private(set) var policy: SyncPolicy
    /// `aof-timestamp-enabled`.
    package var writesTimestamps = false
    let sink: AOFSink
    private var journal: Journal
    private let clock: any MonotonicClock
    private let threading: JournalOptions.Threading
    private var observer: (@Sendable (UInt64, StorageError?) -> Void)?
    private let gathered = IOBuffer()
    /// Of the last command; -1 makes the next one name its database.
    private var database = -1
    private var lastTimestamp: Int64 = 0
    /// A turn that changes more than this does not wait for its end. 1 MiB.
    private static let flushSize = 1 << 20
    /// Bytes of base and increments that are not the current one. A rewrite's thread sets it.
    private let older: Atomic<UInt64>
    var olderBytes: UInt64 {
        get { older.load(ordering: .relaxed) }
        set { older.store(newValue, ordering: .relaxed) }
    }

    /// Goes on with the last increment, or begins one. A manifest that says so is durable on return.
    package init(
        _ directory: AOFDirectory, policy: SyncPolicy, clock: any MonotonicClock = SystemClock(),
        threading: JournalOptions.Threading = .threads
    ) throws(AOFError) {
        self.directory = directory
        self.policy = policy
        self.clock = clock
        self.threading = threading
        let sizes = try directory.sizes()
        do {
            if let last = directory.manifest.increments.last {
                let file = try directory.disk.open(last.name, .readWrite, method: .fdatasync)
                let size = try file.size()
                sink = AOFSink(file, at: size)
                older = Atomic(sizes.whole - size)
            } else {
                var next = directory.manifest
                let entry = next.newIncrement(of: directory.name)
                next.increments.append(entry)
                let file = try RDBFile.create(entry.name, on: directory.disk)
                // Durable before the manifest that names it can be: names come to the device in any order.
                try directory.disk.syncDirectory()
                try directory.replace(by: next)
                sink = AOFSink(file, at: 0)
                older = Atomic(sizes.whole)
            }
        } catch { throw .storage(error) }
        journal = Self.makeJournal(sink, clock, policy, threading, firstTicket: 1)
    }

    /// Appends go to the temporary increment, beside a manifest that does not name it, until the first rewrite is through.
    init(
        enabling directory: AOFDirectory, policy: SyncPolicy, clock: any MonotonicClock,
        threading: JournalOptions.Threading
    ) throws(StorageError) {
        self.directory = directory
        self.policy = policy
        self.clock = clock
        self.threading = threading
        let file = try RDBFile.create(directory.temporaryIncrement, on: directory.disk)
        sink = AOFSink(file, at: 0)
        older = Atomic(0)
        journal = Self.makeJournal(sink, clock, policy, threading, firstTicket: 1)
    }

    private static func makeJournal(
        _ sink: AOFSink, _ clock: any MonotonicClock, _ policy: SyncPolicy, _ threading: JournalOptions.Threading,
        firstTicket: UInt64
    ) -> Journal {
        var options = JournalOptions(policy: policy)
        options.threading = threading
        options.firstTicket = firstTicket
        return Journal(sink, clock: clock, options: options)
    }

    // MARK: Appending

    package func append(_ unit: CommandEncoder, now: Int64) throws(StorageError) -> UInt64? {
        guard !unit.isEmpty else { return nil }
        if writesTimestamps, now / 1000 != lastTimestamp {
            lastTimestamp = now / 1000
            text(AOFFormat.timestampPrefix)
            gathered.append(decimal: lastTimestamp)
            text("\r\n")
        }
        let isTransaction = unit.items.count > 1
        if isTransaction { text("*1\r\n$5\r\nMULTI\r\n") }
        for item in unit.items {
            select(item.database)
            gathered.append(unit.bytes(of: item).buffer.bytes)
        }
        if isTransaction { text("*1\r\n$4\r\nEXEC\r\n") }
        if gathered.count >= Self.flushSize { return ticketNeeded(try flush()) }
        return ticketNeeded(journal.nextTicket)
    }

    private func ticketNeeded(_ ticket: UInt64) -> UInt64? { policy.acknowledgesDurably ? ticket : nil }

    private func select(_ number: Int) {
        guard number != database else { return }
        database = number
        text("*2\r\n$6\r\nSELECT\r\n$")
        gathered.append(decimal: Int64(DecimalDigits.count(of: Int64(number))))
        text("\r\n")
        gathered.append(decimal: Int64(number))
        text("\r\n")
    }

    private func text(_ text: StaticString) {
        gathered.append(UnsafeRawBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount).bytes)
    }

    private func text(_ text: String) { for code in text.utf8 { gathered.append(littleEndian: code) } }

    /// Hands what was gathered to the journal.
    /// - Returns: the newest ticket: acknowledged means that everything appended so far is.
    @discardableResult
    package func flush() throws(StorageError) -> UInt64 {
        guard !gathered.isEmpty else { return journal.nextTicket - 1 }
        let ticket = try gathered.withBytes { (bytes) throws(StorageError) in try journal.submit(bytes) }
        gathered.removeAll()
        return ticket
    }

    // MARK: Observing

    /// Called on the journal's thread with the newest acknowledged ticket, or with why there will be none. It must not append.
    package func observe(_ observer: @escaping @Sendable (UInt64, StorageError?) -> Void) {
        self.observer = observer
        journal.observe(observer)
    }

    package var acknowledgedThrough: UInt64 { journal.acknowledgedThrough }
    /// Of what a completed sync covers; WAITAOF compares with it.
    package var durableThrough: UInt64 { journal.durableThrough }
    /// That the next flush will have.
    package var nextTicket: UInt64 { journal.nextTicket }
    package var counters: JournalCounters { journal.counters }
    /// Bytes of base and increments (`aof_current_size`), without what is still gathered.
    package var currentSize: UInt64 { olderBytes + sink.position }

    /// Returns once `ticket` is acknowledged.
    package func wait(through ticket: UInt64) throws(StorageError) { _ = try journal.wait(through: ticket) }

    /// Makes what was flushed durable. Any thread.
    func syncFlushed() throws(StorageError) { try journal.sync() }

    /// Flushes and makes everything durable, whatever the policy.
    package func sync() throws(StorageError) {
        try flush()
        try journal.sync()
    }

    /// Another policy from here on (CONFIG SET appendfsync). Everything before it is durable first; tickets go on.
    package func change(to policy: SyncPolicy) throws(StorageError) {
        guard policy != self.policy else { return }
        try flush()
        let next = journal.nextTicket
        try journal.close()
        self.policy = policy
        journal = Self.makeJournal(sink, clock, policy, threading, firstTicket: next)
        if let observer { journal.observe(observer) }
    }

    /// Everything is durable, and the file closed.
    package func close() throws(StorageError) {
        try flush()
        try journal.close()
        try sink.close()
    }

    /// As a process that is killed: what is gathered is dropped, nothing is synced.
    package func abandon() { journal.abandon() }

    // MARK: Rotation

    /// Everything appended from now on goes to `file`, beginning with SELECT. Everything before is durable in the file before it.
    func rotate(to file: any File) throws(StorageError) {
        try flush()
        let journal = journal
        try journal.exclusively { () throws(StorageError) in
            let size = sink.position
            try sink.rotate(to: file)
            olderBytes += size
        }
        database = -1
        lastTimestamp = 0
    }
}
