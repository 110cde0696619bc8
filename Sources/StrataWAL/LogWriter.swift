import StrataCodec
import StrataDisk
import StrataJournal
import Synchronization

/// Turns batches into blocks at the end of the newest segment, and begins and seals segments. The journal's sink: used by
/// the holder of the commit role, except for `sync`.
final class LogWriter: JournalSink {
    let disk: any Disk
    let options: WALOptions
    let table: SegmentTable
    let pool: SegmentPool
    let logID: UInt64
    /// What only the holder of the commit role touches.
    private nonisolated(unsafe) var active: Active?
    private nonisolated(unsafe) var random: SeededRandom
    private let compressor: Compressor?
    private let dictionaryID: UInt32
    /// Compressed blocks of the running batch. It grows to what batches need, and stays unused without compression.
    private let out = IOBuffer(capacity: SegmentFormat.blockHeaderSize)
    private let files = Mutex(Files())
    private let writtenThrough: Atomic<UInt64>
    private let durableThrough: Atomic<UInt64>
    private let totals = Mutex(WriteCounters())

    private struct Active {
        var name: String
        var file: AppendFile
        var header: SegmentHeader
        var lastCRC: UInt32
        /// Under its pool name still: a crash leaves no trace of it.
        var isDraft: Bool
    }

    /// What a background sync must cover.
    private struct Files {
        var current: AppendFile?
        /// Older segments with entries that no sync is known to cover: sealed under `.never`, or by an earlier life.
        /// Names, not open files: there is no bound on how many they are.
        var unsynced: [String] = []
    }

    init(
        disk: any Disk, options: WALOptions, table: SegmentTable, pool: SegmentPool, logID: UInt64,
        random: SeededRandom,
        lastIndex: UInt64, durableIndex: UInt64
    ) throws(StorageError) {
        self.disk = disk
        self.options = options
        self.table = table
        self.pool = pool
        self.logID = logID
        self.random = random
        if case .zstdDictionary(_, let dictionary) = options.compression {
            try DictionaryFile.store(dictionary, on: disk)
            dictionaryID = dictionary.id
        } else {
            dictionaryID = 0
        }
        do throws(CodecError) {
            compressor = options.compression == .none ? nil : try Compressor(options.compression)
        } catch {
            throw .init(kind: .invalid(error.description), file: disk.path)
        }
        writtenThrough = Atomic(lastIndex)
        durableThrough = Atomic(durableIndex)
    }

    static func layout(_ options: WALOptions) -> JournalBatch.Layout {
        .init(
            frameHeaderSize: SegmentFormat.blockHeaderSize, frameTarget: options.blockBytes,
            frameAlignment: SegmentFormat.alignment)
    }

    // MARK: Segments

    /// Goes on behind the last block of the newest segment.
    func resume(_ segment: SegmentTable.Segment, lastCRC: UInt32) throws(StorageError) {
        let file = try disk.open(segment.name, .readWrite, method: options.method)
        let rest = Int(segment.end % UInt64(file.writeAlignment))
        var tail = [UInt8](repeating: 0, count: rest)
        if rest > 0 {
            let reader = try disk.open(segment.name, .read, method: options.method)
            var span = tail.mutableSpan
            var bytes = span.mutableBytes
            let got = try reader.read(into: &bytes, at: segment.end - UInt64(rest))
            guard got == rest else {
                throw .corrupt("last block", "\(rest) bytes", "\(got)", segment.name, segment.end - UInt64(rest))
            }
            try reader.close()
        }
        install(
            Active(
                name: segment.name, file: AppendFile(file, position: segment.end, existingTail: tail),
                header: segment.header, lastCRC: lastCRC, isDraft: false))
    }

    /// Begins the segment whose first entry is `first`, under a temporary name; blocks may be written, then `publish`.
    func draft(first: UInt64) throws(StorageError) {
        // Another dictionary can be in use in every segment: its number is in the segment's header.
        let header = SegmentHeader(
            firstIndex: first, durableIndex: min(durableThrough.load(ordering: .acquiring), first - 1),
            salt: UInt32(truncatingIfNeeded: random.next()), dictionaryID: dictionaryID, logID: logID)
        let encoded = header.encoded()
        let name = try pool.take()
        let file = AppendFile(try disk.open(name, .readWrite, method: options.method))
        try file.append(encoded.bytes.span.bytes, durably: false)
        install(Active(name: name, file: file, header: header, lastCRC: encoded.crc, isDraft: true))
        table.began(
            .init(name: SegmentName.segment(first), header: header, marks: [], end: UInt64(SegmentFormat.headerSize)))
    }

    /// Gives the drafted segment its name, durably: with it the entries that it supersedes are gone.
    func publish() throws(StorageError) {
        guard let draft = active, draft.isDraft else { preconditionFailure("published without a draft") }
        if options.policy != .never { try draft.file.sync() }
        let name = SegmentName.segment(draft.header.firstIndex)
        try disk.rename(draft.name, to: name)
        try disk.syncDirectory()
        let file = draft.file.continued(on: try disk.open(name, .readWrite, method: options.method))
        install(Active(name: name, file: file, header: draft.header, lastCRC: draft.lastCRC, isDraft: false))
        pool.prepareAhead()
    }

    private func install(_ segment: Active) {
        active = segment
        files.withLock { $0.current = segment.file }
    }

    /// Cuts the newest segment to its end. Its file is closed when the last reader or running sync lets go of it.
    private func seal() throws(StorageError) {
        guard let sealed = active else { return }
        try sealed.file.file.truncate(to: sealed.file.position)
        if options.policy == .never {
            files.withLock { $0.unsynced.append(sealed.name) }
        } else {
            try sealed.file.sync()
            totals.withLock { $0.syncs += 1 }
            claimDurable(writtenThrough.load(ordering: .acquiring))
        }
        active = nil
    }

    private func rotate(first: UInt64) throws(StorageError) {
        try seal()
        try retire()
        try draft(first: first)
        try publish()
    }

    /// Gives up segments beyond what is to be retained, oldest first, each durably: what is left is always without gaps.
    /// Their files serve again.
    private func retire() throws(StorageError) {
        guard let limit = options.retainedBytes else { return }
        let segments = table.all
        var size = segments.reduce(0) { $0 + $1.end }
        for segment in segments.dropLast() where size > UInt64(limit) {
            table.removeFirst()
            try pool.recycle(segment.name)
            size -= segment.end
        }
    }

    /// Begins a segment at `index + 1`, which supersedes everything after `index`. `later` are the segments that go, newest
    /// first; of entries beyond `limit` none is claimed to be durable any more.
    ///
    /// A segment that is removed brings back what it superseded. So each is first replaced by an empty one that claims
    /// nothing, durably, and removed when the new one supersedes all: a crash in between leaves a shorter log.
    func cut(
        after index: UInt64, claiming limit: UInt64, burying later: [SegmentTable.Segment]
    ) throws(StorageError) {
        if let old = active {
            if options.policy == .never {
                files.withLock { $0.unsynced.append(old.name) }
            } else {
                try old.file.sync()
            }
        }
        active = nil
        writtenThrough.store(index, ordering: .releasing)
        durableThrough.store(min(durableThrough.load(ordering: .acquiring), limit), ordering: .releasing)
        for segment in later { try bury(segment) }
        try draft(first: index + 1)
        try publish()
        let buried = later.filter { $0.header.firstIndex != index + 1 }
        for segment in buried { try disk.remove(segment.name) }
        if !buried.isEmpty { try disk.syncDirectory() }
    }

    private func bury(_ segment: SegmentTable.Segment) throws(StorageError) {
        var header = segment.header
        header.durableIndex = min(durableThrough.load(ordering: .acquiring), header.firstIndex - 1)
        header.salt = UInt32(truncatingIfNeeded: random.next())
        let encoded = header.encoded().bytes
        let name = pool.newName()
        let file = try disk.open(name, .create, method: .fdatasync)
        try file.write(encoded.span.bytes, at: 0)
        try file.sync()
        try file.close()
        try disk.rename(name, to: segment.name)
        try disk.syncDirectory()
    }

    // MARK: Batches

    func write(_ batch: JournalBatch, durably: Bool) throws(StorageError) {
        guard active != nil else { throw .init(kind: .closed, file: disk.path) }
        let buffer = compressor == nil ? batch.buffer : out
        out.removeAll()
        pad(batch.buffer)
        var run: Range<Int>?
        var index = batch.firstTicket
        var stored: UInt64 = 0
        for frame in batch.frames {
            var block = try lay(frame, of: batch)
            if isFull(with: block.header.blockSize, after: run?.count ?? 0) {
                if let run { try flush(run, of: buffer, durably: durably) }
                run = nil
                writtenThrough.store(index - 1, ordering: .releasing)
                try rotate(first: index)
            }
            let runStart = run?.lowerBound ?? block.start
            block.header.firstIndex = index
            block.header.salt = active!.header.salt
            block.header.link = active!.lastCRC
            block.header.durableIndex = durableThrough.load(ordering: .acquiring)
            block.header.encode(into: buffer, at: block.start)
            active!.lastCRC = block.header.crc
            let end = block.start + block.header.blockSize
            run = runStart..<end
            let base = active!.file.position
            table.wrote(
                first: index, at: base + UInt64(block.start - runStart), end: base + UInt64(end - runStart))
            stored += UInt64(block.header.storedSize)
            index += UInt64(frame.appends)
        }
        if let run { try flush(run, of: buffer, durably: durably) }
        writtenThrough.store(index - 1, ordering: .releasing)
        if durably { claimDurable(index - 1) }
        let raw = batch.frames.reduce(0) { $0 + $1.range.count - SegmentFormat.blockHeaderSize }
        totals.withLock { totals in
            totals.rawBytes += UInt64(raw)
            totals.storedBytes += stored
        }
    }

    /// Whether a block of `size` bytes belongs into the next segment, with `pending` bytes still to be written to this one.
    private func isFull(with size: Int, after pending: Int) -> Bool {
        guard let active, !active.isDraft else { return false }
        let end = active.file.position + UInt64(pending)
        return end > UInt64(SegmentFormat.headerSize) && end + UInt64(size) > UInt64(options.segmentBytes)
    }

    private func pad(_ buffer: IOBuffer) {
        let rest = buffer.count % SegmentFormat.alignment
        if rest > 0 { buffer.append(zeros: SegmentFormat.alignment - rest) }
    }

    /// Puts one frame's body where it is written from, with room for its header before and padding behind: where it is, or
    /// compressed at the end of `out`.
    private func lay(
        _ frame: JournalBatch.Frame, of batch: JournalBatch
    ) throws(StorageError) -> (start: Int, header: BlockHeader) {
        let body = frame.range.lowerBound + SegmentFormat.blockHeaderSize..<frame.range.upperBound
        var header = BlockHeader(
            crc: 0, link: 0, salt: 0, firstIndex: 0, durableIndex: 0, storedSize: body.count, rawSize: body.count,
            count: frame.appends, codec: .none)
        guard let compressor else { return (frame.range.lowerBound, header) }
        let start = out.count
        out.append(zeros: SegmentFormat.blockHeaderSize)
        batch.buffer.withBytes(in: body) { raw in
            var size: Int?
            // No room for more than the input: what does not compress is stored as it is.
            out.appendInPlace(atMost: body.count) { room in
                size = compressor.compress(raw, into: room)
                return size ?? 0
            }
            if let size {
                header.codec = compressor.compression.codec
                header.storedSize = size
            } else {
                out.append(raw)
            }
        }
        pad(out)
        return (start, header)
    }

    private func flush(_ run: Range<Int>, of buffer: IOBuffer, durably: Bool) throws(StorageError) {
        let file = active!.file
        let before = file.counters
        try buffer.withBytes(in: run) { (bytes) throws(StorageError) in try file.append(bytes, durably: durably) }
        let after = file.counters
        totals.withLock { totals in
            totals.bytes += after.bytes - before.bytes
            totals.writes += after.writes - before.writes
            totals.syncs += after.syncs - before.syncs
        }
    }

    /// The block of an orderly close: no entries, and the proof that all before it are durable. Durable on return.
    func writeEnd() throws(StorageError) {
        guard active != nil else { return }
        out.removeAll()
        out.append(zeros: SegmentFormat.blockHeaderSize)
        let last = writtenThrough.load(ordering: .acquiring)
        var header = BlockHeader(
            crc: 0, link: active!.lastCRC, salt: active!.header.salt, firstIndex: last + 1,
            durableIndex: durableThrough.load(ordering: .acquiring), storedSize: 0, rawSize: 0, count: 0, codec: .none)
        header.encode(into: out, at: 0)
        try flush(0..<out.count, of: out, durably: true)
        active = nil
    }

    func sync() throws(StorageError) {
        let covered = writtenThrough.load(ordering: .acquiring)
        let (current, older) = files.withLock { ($0.current, $0.unsynced) }
        for name in older { try syncOlder(name) }
        if let current { try current.sync() }
        // Only now: a second caller meanwhile must not take these for covered.
        if !older.isEmpty {
            let covered = Set(older)
            files.withLock { $0.unsynced.removeAll { covered.contains($0) } }
        }
        claimDurable(covered)
    }

    private func syncOlder(_ name: String) throws(StorageError) {
        let file: any File
        do { file = try disk.open(name, .readWrite, method: options.method) } catch {
            if error.kind == .missing { return }  // truncated away
            throw error
        }
        try file.sync()
        try file.close()
    }

    /// Segments of an earlier life whose entries `sync` has to cover before it can claim anything.
    func mustSync(_ names: [String]) { files.withLock { $0.unsynced += names } }

    private func claimDurable(_ index: UInt64) {
        guard options.method.isDurable else { return }
        durableThrough.max(index, ordering: .acquiringAndReleasing)
    }

    var written: WriteCounters { totals.withLock { $0 } }
}
