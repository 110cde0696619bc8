import StrataCodec
import StrataDisk
import StrataJournal

/// Brings a log from what is on the disk to where it can be appended to: recovery, and the writes that it asks for.
struct LogOpening {
    let disk: any Disk
    let clock: any MonotonicClock
    let options: WALOptions
    var report = RecoveryReport()

    struct Opened {
        var table: SegmentTable
        var pool: SegmentPool
        var writer: LogWriter
        var durableIndex: UInt64
    }

    init(disk: any Disk, clock: any MonotonicClock, options: WALOptions) {
        self.disk = disk
        self.clock = clock
        self.options = options
    }

    mutating func run(isRepair: Bool, from: UInt64, _ replay: EntryVisitor?) throws(StorageError) -> Opened {
        let began = clock.nanoseconds()
        // A process may have been killed between a rename or removal and its sync: names that are built upon are durable.
        try disk.syncDirectory()
        let directory = try SegmentDirectory(disk)
        let pool = SegmentPool(disk: disk, options: options, found: directory.pool)
        report.listing = .nanoseconds(clock.nanoseconds() - began)
        if directory.segments.isEmpty { return try create(pool) }

        let scanBegan = clock.nanoseconds()
        let recovery = try Recovery(
            disk: disk, clock: clock, threads: options.recoveryThreads, segments: directory.segments)
        // Repair looks into the blocks too: what does not decode is dropped now, not found by a later reader.
        let looking: EntryVisitor = { (_, _, _) throws(StorageError) in true }
        let result = try recovery.run(from: from, replay ?? (isRepair ? looking : nil))
        let table = RecoveryTable(result.scans, directory: disk.path)
        note(result, table, scanned: clock.nanoseconds() - scanBegan)
        switch table.verdict {
        case .intact: report.outcome = .intact
        case .torn(let place): report.outcome = .tornTail(at: place)
        case .corrupt(let damage):
            guard isRepair else {
                throw damage.advising(
                    "entries up to \(table.nextIndex - 1) can be kept with repair, which drops \(table.droppedBytes) bytes"
                )
            }
            report.outcome = .repaired(damage: damage)
        }
        let rewriteBegan = clock.nanoseconds()
        let opened = try install(table, result.scans, pool)
        report.rewriting = .nanoseconds(clock.nanoseconds() - rewriteBegan)
        return opened
    }

    private mutating func note(_ result: Recovery.Result, _ table: RecoveryTable, scanned: UInt64) {
        let scans = result.scans
        report.firstIndex = table.firstIndex
        report.lastIndex = table.nextIndex - 1
        report.segments = table.kept
        report.droppedBytes = table.droppedBytes
        report.droppedSegments = scans[table.kept...].map(\.name)
        report.scanning = .nanoseconds(scanned)
        report.delivering = .nanoseconds(result.delivering)
        for scan in scans {
            report.blocks += scan.blocks
            report.rawBytes += scan.rawBytes
            report.bytesRead += scan.bytesRead
            report.reading += .nanoseconds(scan.readNanoseconds)
            report.decompressing += .nanoseconds(scan.decompressNanoseconds)
        }
    }

    private func create(_ pool: SegmentPool) throws(StorageError) -> Opened {
        try pool.discard()
        var random = seeded(after: 0, 0)
        let logID = random.next()
        let table = SegmentTable([])
        let writer = try LogWriter(
            disk: disk, options: options, table: table, pool: pool, logID: logID, random: random, lastIndex: 0,
            durableIndex: 0)
        try writer.draft(first: 1)
        try writer.publish()
        return Opened(table: table, pool: pool, writer: writer, durableIndex: 0)
    }

    /// Salts of different lives must differ even where the seed is given: the last life's are mixed in.
    private func seeded(after salt: UInt32, _ index: UInt64) -> SeededRandom {
        var system = SystemRandomNumberGenerator()
        let seed = options.seed ?? system.next()
        return SeededRandom(seed: seed ^ UInt64(salt) << 32 ^ index &* 0x9E37_79B9_7F4A_7C15)
    }

    /// Whether blocks of these options may follow in a segment: its header names the one dictionary that its reader has.
    private func isReadable(behind header: SegmentHeader?) -> Bool {
        guard case .zstdDictionary(_, let dictionary) = options.compression else { return true }
        return header?.dictionaryID == dictionary.id
    }

    private mutating func install(
        _ verdict: RecoveryTable, _ scans: [SegmentScan], _ pool: SegmentPool
    ) throws(StorageError) -> Opened {
        let last = verdict.nextIndex - 1
        var random = seeded(after: scans.reduce(0) { $0 ^ ($1.header?.salt ?? 0) }, last)
        let logID = scans.lazy.compactMap { $0.header?.logID }.first ?? random.next()
        // A segment without blocks may be there in name only, its directory's sync having failed: it is made anew.
        let mustCut =
            verdict.verdict != .intact || scans[verdict.kept - 1].blocks == 0
            || !isReadable(behind: scans[verdict.kept - 1].header)
        // Under `.never` nothing is promised, and the tail can be the whole log.
        let firstUnproven = options.policy == .never ? last + 1 : max(verdict.durableIndex + 1, verdict.firstIndex)
        let segments = scans[..<verdict.kept].compactMap { scan -> SegmentTable.Segment? in
            guard let header = scan.header else { return nil }
            return .init(name: scan.name, header: header, marks: scan.marks, end: scan.validEnd)
        }
        let table = SegmentTable(segments)
        let writer = try LogWriter(
            disk: disk, options: options, table: table, pool: pool, logID: logID, random: random, lastIndex: last,
            durableIndex: verdict.durableIndex)
        if options.policy == .never {
            writer.mustSync(
                segments.indices.filter { place in
                    let next = place + 1 < segments.count ? segments[place + 1].header.firstIndex : last + 1
                    return next - 1 > verdict.durableIndex
                }.map { segments[$0].name })
        }
        guard mustCut || firstUnproven <= last else {
            try writer.resume(segments[segments.count - 1], lastCRC: scans[verdict.kept - 1].lastCRC)
            return Opened(table: table, pool: pool, writer: writer, durableIndex: verdict.durableIndex)
        }
        if case .repaired = report.outcome, let replaced = scans.first(where: { $0.namedFirst == firstUnproven }) {
            // The new segment takes this one's name in one step; whatever is in it is kept aside like the rest.
            try copyAside(replaced.name, pool)
        }
        try rewrite(from: firstUnproven, through: last, segments, table, writer)
        // Until here the old tail was in place; now the new segment has superseded it.
        var isChanged = false
        for scan in scans.reversed() where scan.namedFirst > firstUnproven || scan.namedFirst > last + 1 {
            if case .repaired = report.outcome {
                try disk.rename(scan.name, to: scan.name + ".dropped")
            } else {
                try disk.remove(scan.name)
            }
            isChanged = true
        }
        if isChanged { try disk.syncDirectory() }
        let durable = options.policy == .never || !options.method.isDurable ? verdict.durableIndex : last
        return Opened(table: table, pool: pool, writer: writer, durableIndex: durable)
    }

    /// Copies a segment to where repair keeps what it drops. A copy, not another name: a power cut before the new segment
    /// is in place must find the old one, which may hold entries to keep.
    private func copyAside(_ name: String, _ pool: SegmentPool) throws(StorageError) {
        let source = try disk.open(name, .read, method: .fdatasync)
        let draft = pool.newName()
        let copy = try disk.open(draft, .create, method: .fdatasync)
        let buffer = IOBuffer(capacity: 1 << 20)
        var offset: UInt64 = 0
        while true {
            buffer.removeAll()
            try buffer.appendInPlace(atMost: buffer.capacity) { (room) throws(StorageError) in
                var bytes = room.mutableBytes
                return try source.read(into: &bytes, at: offset)
            }
            if buffer.isEmpty { break }
            try buffer.withBytes { (bytes) throws(StorageError) in try copy.write(bytes, at: offset) }
            offset += UInt64(buffer.count)
        }
        try copy.sync()
        try copy.close()
        try source.close()
        try disk.rename(draft, to: name + ".dropped")
    }

    /// Copies entries into a new segment that supersedes them, and makes it durable. Bounded memory: 1 MiB a batch.
    private mutating func rewrite(
        from first: UInt64, through last: UInt64, _ segments: [SegmentTable.Segment], _ table: SegmentTable,
        _ writer: LogWriter
    ) throws(StorageError) {
        while let newest = table.all.last, newest.header.firstIndex >= first { table.removeLast() }
        let source = SegmentTable(segments)
        try writer.draft(first: first)
        let batch = JournalBatch(layout: LogWriter.layout(options))
        batch.firstTicket = first
        var next = first
        while next <= last {
            guard let place = source.find(next) else { preconditionFailure("an entry just recovered is gone") }
            let reader = try SegmentReader(disk, place.segment, from: place.offset)
            let reached = try reader.read(from: next, limit: min(last + 1, place.next ?? .max)) {
                (index, kind, payload) throws(StorageError) in
                batch.append(prefix: UInt64(payload.byteCount) | UInt64(kind) << 32, payload)
                if batch.buffer.count >= 1 << 20 {
                    try writer.write(batch, durably: false)
                    batch.removeAll()
                    batch.firstTicket = index + 1
                }
                return true
            }
            next = reached ?? last + 1
        }
        if !batch.isEmpty { try writer.write(batch, durably: false) }
        report.rewrittenEntries = last + 1 - min(first, last + 1)
        try writer.publish()
        if options.policy != .never { try writer.sync() }
    }
}

extension StorageError {
    func advising(_ remedy: String) -> StorageError {
        var copy = self
        copy.remedy = self.remedy.isEmpty ? remedy : self.remedy + "; " + remedy
        return copy
    }
}
