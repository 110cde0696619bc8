import StrataCodec
import StrataDisk

extension LogInspection {
    /// The reading of one segment.
    struct SegmentReading {
        let disk: any Disk
        let clock: any MonotonicClock
        /// What the first segment's header gives; nil where the segment is looked at alone.
        let logID: UInt64?
        let onBlock: BlockVisitor?
        let onEntry: InspectedEntryVisitor?

        /// The second result is what opening the log would see, which does not look into bodies.
        func run(
            _ file: (name: String, first: UInt64), limit: UInt64?, _ dictionaries: inout DictionaryShelf
        ) throws(StorageError) -> (InspectedSegment, SegmentScan) {
            let scanner = SegmentScanner(disk: disk, clock: clock, logID: logID)
            var segment = InspectedSegment(
                name: file.name, size: 0, firstIndex: file.first, lastIndex: file.first - 1, isNewest: limit == nil,
                end: 0)
            var dictionary: CompressionDictionary?
            var missing: StorageError?
            if let id = try Self.header(of: file.name, on: disk)?.dictionaryID, id != 0 {
                switch dictionaries.take(id) {
                case .success(let found): dictionary = found
                case .failure(let error): missing = error
                }
            }
            let whole = try scanner.scan(file.name, first: file.first, limit: limit, dictionary: dictionary) {
                (header, offset, body) throws(StorageError) in
                note(header, &segment)
                if header.count > 0 || body.byteCount > 0 {
                    let damage = check(header, body, file.name, offset, limit: limit)
                    if segment.bodyDamage == nil { segment.bodyDamage = damage }
                }
                onBlock?(InspectedBlock(segment: file.name, offset: offset, header: header))
            }
            // Opening does not decompress: where a body stopped this scan, another tells how far it gets.
            var seen = whole
            if whole.damage != nil {
                seen = try scanner.scan(file.name, first: file.first, limit: limit, dictionary: nil)
                if seen.validEnd > whole.validEnd, segment.bodyDamage == nil {
                    segment.bodyDamage = missing ?? whole.damage
                }
            }
            fill(&segment, seen, limit: limit)
            if let limit, seen.nextIndex >= limit, seen.validEnd < seen.size {
                try lookBehind(&segment, seen, limit: limit, scanner)
            }
            return (segment, seen)
        }

        private func note(_ header: BlockHeader, _ segment: inout InspectedSegment) {
            if header.count == 0 {
                segment.closings += 1
            } else {
                segment.blocks += 1
                segment.blocksByCodec[header.codec, default: 0] += 1
            }
            segment.rawBytes += UInt64(header.rawSize)
            segment.storedBytes += UInt64(header.storedSize)
        }

        /// Walks the entries of a body; returns what is wrong with its layout.
        private func check(
            _ header: BlockHeader, _ body: RawSpan, _ name: String, _ offset: UInt64, limit: UInt64?
        ) -> StorageError? {
            do throws(StorageError) {
                _ = try BodyDecoder.entries(of: header, in: body, file: disk.path + "/" + name, at: offset) {
                    (index, kind, payload) throws(StorageError) in
                    if index < limit ?? .max { onEntry?(index, kind, payload) }
                    return true
                }
                return nil
            } catch {
                return error
            }
        }

        private func fill(_ segment: inout InspectedSegment, _ scan: SegmentScan, limit: UInt64?) {
            segment.size = scan.size
            segment.header = scan.header
            segment.lastIndex = min(scan.nextIndex, limit ?? .max) - 1
            segment.end = scan.validEnd
            segment.damage = scan.damage
            segment.brokenBytes = scan.usedSize - min(scan.validEnd, scan.usedSize)
            segment.freeBytes = scan.size - min(scan.size, max(scan.usedSize, scan.validEnd))
            if let limit, scan.nextIndex > limit { segment.supersededFrom = limit }
        }

        /// What stands behind the entry that the next segment begins with: the closing block of a log that was reopened,
        /// the entries that a cut or an opening replaced, zeros.
        private func lookBehind(
            _ segment: inout InspectedSegment, _ scan: SegmentScan, limit: UInt64, _ scanner: SegmentScanner
        ) throws(StorageError) {
            let rest = try scanner.scan(scan.name, first: scan.namedFirst, limit: nil, dictionary: nil)
            segment.supersededBytes = max(rest.usedSize, rest.validEnd) - scan.validEnd
            segment.freeBytes = scan.size - min(scan.size, scan.validEnd + segment.supersededBytes)
            segment.supersededDamage = rest.damage
            if rest.nextIndex > limit { segment.supersededFrom = limit }
        }

        /// nil where it is damaged, which the scan will report.
        static func header(of name: String, on disk: any Disk) throws(StorageError) -> SegmentHeader? {
            let window = try SegmentWindow(try disk.open(name, .read, method: .fdatasync), clock: nil)
            do throws(StorageError) {
                return try window.withBytes(at: 0, count: SegmentFormat.headerSize) { (bytes) throws(StorageError) in
                    try SegmentHeader.decode(bytes, file: name).header
                }
            } catch {
                if case .io = error.kind { throw error }
                return nil
            }
        }
    }
}
