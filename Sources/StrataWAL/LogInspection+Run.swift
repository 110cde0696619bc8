import StrataCodec
import StrataDisk

extension LogInspection {
    /// Receives each block of each chain, superseded ones apart, in order.
    package typealias BlockVisitor = (InspectedBlock) -> Void
    /// Receives each readable entry, in order and once, with its payload lent for the time of the call. Where the log is
    /// damaged, those of later segments too: there may be gaps.
    package typealias InspectedEntryVisitor = (_ index: UInt64, _ kind: UInt8, _ payload: RawSpan) -> Void

    /// Reads the log in `disk`, or of it the file `only`, and checks every byte. Changes nothing and holds no lock, so a log
    /// in use can be looked at: its tail may then look torn, and a segment retired meanwhile is `.missing`.
    ///
    /// Damage is part of the result. Throws `.invalid` where there is no log, or `only` is no segment; `.newerVersion`;
    /// `.missing` and `.io` where files cannot be read.
    package static func run(
        on disk: any Disk, clock: any MonotonicClock = SystemClock(), only: String? = nil,
        onBlock: BlockVisitor? = nil, onEntry: InspectedEntryVisitor? = nil
    ) throws(StorageError) -> LogInspection {
        let names = try disk.list().sorted()
        let hasSegments = names.contains { if case .segment = SegmentName($0) { true } else { false } }
        guard hasSegments || only != nil else {
            throw .init(kind: .invalid("holds no log: there is no wal-*.seg"), file: disk.path)
        }
        let found: [(name: String, first: UInt64)]
        if let only {
            found = try segment(only, of: names, on: disk)
        } else {
            found = try SegmentDirectory(disk).segments
        }
        var inspection = LogInspection(path: disk.path, verdict: .intact)
        inspection.isOpenElsewhere = isLocked(disk, names)
        var dictionaries = DictionaryShelf(disk: disk)
        var scans: [SegmentScan] = []
        let logID = only == nil && found.count > 1 ? try SegmentReading.header(of: found[0].name, on: disk)?.logID : nil
        for place in found.indices where only == nil || place == 0 {
            let limit = place + 1 < found.count ? found[place + 1].first : nil
            let reading = SegmentReading(disk: disk, clock: clock, logID: logID, onBlock: onBlock, onEntry: onEntry)
            let (segment, scan) = try reading.run(found[place], limit: limit, &dictionaries)
            inspection.segments.append(segment)
            scans.append(scan)
        }
        if only == nil {
            for case .dictionary(let id) in names.map({ SegmentName($0) }) { _ = dictionaries.take(id) }
            inspection.others = try otherFiles(names, on: disk)
        }
        inspection.dictionaries = dictionaries.inspected
        try inspection.judge(scans, limit: only == nil ? nil : found.dropFirst().first?.first, disk, clock)
        return inspection
    }

    /// The lock of a log that is there is tried and let go; one that is not there is not made.
    private static func isLocked(_ disk: any Disk, _ names: [String]) -> Bool? {
        guard names.contains(SegmentName.lockFile) else { return false }
        do throws(StorageError) {
            _ = try disk.lock(SegmentName.lockFile)
            return false
        } catch {
            return error.kind == .locked ? true : nil
        }
    }

    /// A segment and its successor, whose name tells where it ends even if it is not looked at itself.
    private static func segment(
        _ name: String, of names: [String], on disk: any Disk
    ) throws(StorageError) -> [(name: String, first: UInt64)] {
        guard case .segment(let first) = SegmentName(name) else { return [(name, try headerFirst(of: name, on: disk))] }
        let next = names.compactMap { other -> (name: String, first: UInt64)? in
            if case .segment(let index) = SegmentName(other), index > first { (other, index) } else { nil }
        }
        return [(name, first)] + (next.min { $0.first < $1.first }.map { [$0] } ?? [])
    }

    /// The first index of a segment under another name: a copy, or a recycled one.
    private static func headerFirst(of name: String, on disk: any Disk) throws(StorageError) -> UInt64 {
        let window = try SegmentWindow(try disk.open(name, .read, method: .fdatasync), clock: nil)
        let header = try window.withBytes(at: 0, count: SegmentFormat.headerSize) {
            (bytes) throws(StorageError) -> SegmentHeader? in
            guard bytes.field(UInt64.self, at: 0) == SegmentFormat.magic else { return nil }
            return try SegmentHeader.decode(bytes, file: window.file.name).header
        }
        guard let header = header ?? nil else {
            throw .init(
                kind: .invalid("is no segment of a log: it does not begin with its mark"), file: window.file.name)
        }
        return header.firstIndex
    }

    private static func otherFiles(_ names: [String], on disk: any Disk) throws(StorageError) -> [OtherFile] {
        var files: [OtherFile] = []
        for name in names {
            let kind = SegmentName(name)
            switch kind {
            case .segment, .dictionary, .lock: continue
            case .pool, .dropped, .foreign:
                // A file that went between listing and opening was the log's to remove.
                guard let file = try? disk.open(name, .read, method: .fdatasync) else { continue }
                files.append(OtherFile(name: name, kind: kind, size: try file.size()))
                try file.close()
            }
        }
        return files
    }

    /// Fills in what concerns the log as a whole. `limit`: where the successor of a segment looked at alone begins.
    private mutating func judge(
        _ scans: [SegmentScan], limit: UInt64?, _ disk: any Disk, _ clock: any MonotonicClock
    ) throws(StorageError) {
        let table = RecoveryTable(scans, directory: path)
        firstIndex = table.firstIndex
        lastIndex = min(table.nextIndex, limit ?? .max) - 1
        durableIndex = min(table.durableIndex, lastIndex)
        switch table.verdict {
        case .intact: verdict = .intact
        case .torn(let place): verdict = .torn(place)
        case .corrupt(let place): verdict = .corrupt(place)
        }
        if let limit, table.nextIndex < limit {
            // A later segment begins where this one should end, so its end was once whole.
            let gap = StorageError(
                kind: .corrupt(field: "last entry", expected: "\(limit - 1)", found: "\(table.nextIndex - 1)"),
                file: path + "/" + scans[0].name, offset: scans[0].validEnd)
            verdict = .corrupt(scans[0].damage ?? gap)
        }
        for place in segments.indices { segments[place].isKept = place < table.kept }
        guard verdict != .intact else { return }

        var loss = Loss(bytes: table.droppedBytes, segments: scans[table.kept...].map(\.name))
        let from = table.nextIndex
        for place in max(0, table.kept - 1)..<scans.count {
            let scan = scans[place]
            let end = place + 1 < scans.count ? scans[place + 1].namedFirst : limit ?? .max
            var whole: [ClosedRange<UInt64>] = []
            if scan.nextIndex > scan.namedFirst { whole.append(scan.namedFirst...scan.nextIndex - 1) }
            if scan.damage != nil { whole += try WholeBlocks.find(in: scan, on: disk, clock) }
            for range in whole where range.upperBound >= from && range.lowerBound < end {
                loss.add(max(range.lowerBound, from)...min(range.upperBound, end - 1))
            }
        }
        let evidence = scans.reduce(0) { max($0, $1.durableEvidence) }
        let newest = max(evidence, loss.wholeEntries.last?.upperBound ?? 0, (limit ?? 1) - 1)
        if newest >= from { loss.entries = from...newest }
        self.loss = loss
    }
}

extension LogInspection.Loss {
    /// Ranges come in order of their place in the log.
    fileprivate mutating func add(_ range: ClosedRange<UInt64>) {
        if let last = wholeEntries.last, last.upperBound + 1 == range.lowerBound {
            wholeEntries[wholeEntries.count - 1] = last.lowerBound...range.upperBound
        } else {
            wholeEntries.append(range)
        }
    }
}
