import StrataCodec
import StrataDisk

/// Reads one segment from front to back and checks every byte of it.
struct SegmentScanner {
    let disk: any Disk
    let clock: any MonotonicClock
    /// The log's number, where it is known: a segment of another one is damage.
    var logID: UInt64?
    /// Called for each block of the chain, in order, with its decompressed body.
    typealias BlockVisitor = (BlockHeader, _ offset: UInt64, _ body: RawSpan) throws(StorageError) -> Void

    /// `limit`: the first index of the segment that follows; entries from there on are superseded and not looked at.
    func scan(
        _ name: String, first: UInt64, limit: UInt64?, dictionary: CompressionDictionary?, visit: BlockVisitor? = nil
    ) throws(StorageError) -> SegmentScan {
        var scan = SegmentScan(name: name, namedFirst: first, nextIndex: first)
        let file = try disk.open(name, .read, method: .fdatasync)
        let window = try SegmentWindow(file, clock: clock)
        scan.size = window.size
        try readHeader(window, &scan)
        if let header = scan.header {
            scan.validEnd = UInt64(SegmentFormat.headerSize)
            scan.durableEvidence = header.durableIndex
            try readBlocks(window, header, limit: limit, dictionary: dictionary, &scan, visit)
            try readRest(window, header, limit: limit, &scan)
        }
        // Only damage needs the search for the last byte in use.
        scan.usedSize = scan.damage == nil ? scan.validEnd : try window.usedSize(from: scan.validEnd)
        scan.bytesRead = window.bytesRead
        scan.readNanoseconds = window.readNanoseconds
        try file.close()
        return scan
    }

    private func readHeader(_ window: SegmentWindow, _ scan: inout SegmentScan) throws(StorageError) {
        let name = window.file.name
        do throws(StorageError) {
            let decoded = try window.withBytes(at: 0, count: SegmentFormat.headerSize) { (bytes) throws(StorageError) in
                try SegmentHeader.decode(bytes, file: name)
            }
            guard let decoded else {
                throw StorageError.corrupt(
                    "segment header", "\(SegmentFormat.headerSize) bytes", "\(window.size)", name, 0)
            }
            guard decoded.header.firstIndex == scan.namedFirst else {
                throw StorageError.corrupt(
                    "first index", "\(scan.namedFirst), as the name says", "\(decoded.header.firstIndex)", name, 16)
            }
            if let logID, decoded.header.logID != logID {
                scan.mustRefuse = true
                throw StorageError.corrupt("log id", hex(logID), hex(decoded.header.logID), name, 40)
            }
            scan.header = decoded.header
            scan.lastCRC = decoded.crc
        } catch {
            if case .corrupt = error.kind { scan.damage = error } else { throw error }
        }
    }

    private func readBlocks(
        _ window: SegmentWindow, _ segment: SegmentHeader, limit: UInt64?, dictionary: CompressionDictionary?,
        _ scan: inout SegmentScan, _ visit: BlockVisitor?
    ) throws(StorageError) {
        let name = window.file.name
        let decompressor = visit == nil ? nil : BodyDecoder(dictionary: dictionary)
        var markAt: UInt64 = 0
        while scan.validEnd < window.size {
            if let limit, scan.nextIndex >= limit { return }
            let offset = scan.validEnd
            switch try block(at: offset, window, segment, expected: scan.nextIndex, link: scan.lastCRC) {
            case .damaged(let error):
                scan.damage = error
                return
            case .intact(let header):
                scan.durableEvidence = max(scan.durableEvidence, header.durableIndex)
                if let visit, let decompressor {
                    let began = header.codec == .none ? 0 : clock.nanoseconds()
                    let failure = try window.withBytes(
                        at: offset + UInt64(SegmentFormat.blockHeaderSize), count: header.storedSize
                    ) { (stored) throws(StorageError) -> StorageError? in
                        try decompressor.withBody(header, stored, file: name, at: offset) {
                            (body) throws(StorageError) in
                            if began != 0 { scan.decompressNanoseconds += clock.nanoseconds() - began }
                            try visit(header, offset, body)
                        }
                    }
                    if let failure = failure ?? nil {
                        scan.damage = failure
                        scan.mustRefuse = true
                        return
                    }
                }
                if offset >= markAt {
                    scan.marks.append(.init(index: header.firstIndex, offset: offset))
                    markAt = offset + SegmentTable.markSpacing
                }
                scan.endsInOrder = header.count == 0
                scan.blocks += 1
                scan.rawBytes += UInt64(header.rawSize)
                scan.storedBytes += UInt64(header.storedSize)
                scan.nextIndex += UInt64(header.count)
                scan.validEnd += UInt64(header.blockSize)
                scan.lastCRC = header.crc
            }
        }
    }

    enum Found {
        case intact(BlockHeader)
        case damaged(StorageError)
    }

    /// The block at `offset`, with its checksum verified and, where they are given, its place in the chain.
    private func block(
        at offset: UInt64, _ window: SegmentWindow, _ segment: SegmentHeader, expected: UInt64?, link: UInt32?
    ) throws(StorageError) -> Found {
        let name = window.file.name
        func damaged(_ field: String, _ expected: String, _ found: String, _ byte: UInt64 = 0) -> Found {
            .damaged(.corrupt(field, expected, found, name, offset + byte))
        }
        let decoded = try window.withBytes(at: offset, count: SegmentFormat.blockHeaderSize) { BlockHeader.decode($0) }
        guard let decoded else {
            return damaged("block header", "\(SegmentFormat.blockHeaderSize) bytes", "\(window.size - offset)")
        }
        let header: BlockHeader
        switch decoded {
        case .wrong(let field, let expected, let found): return damaged(field, expected, found)
        case .header(let read): header = read
        }
        guard header.salt == segment.salt else { return damaged("salt", hex(segment.salt), hex(header.salt), 12) }
        if let expected, header.firstIndex != expected {
            return damaged("first index", "\(expected)", "\(header.firstIndex)", 16)
        }
        if let link, header.link != link { return damaged("link", hex(link), hex(header.link), 8) }
        let crc = try window.withBytes(at: offset, count: header.blockSize) { CRC32C.checksum($0.extracting(8...)) }
        guard let crc else {
            return damaged("block size", "at most \(window.size - offset)", "\(header.blockSize)", 32)
        }
        guard crc == header.crc else { return damaged("crc32c", hex(header.crc), hex(crc), 4) }
        return .intact(header)
    }

    /// Looks behind the chain's end: zeros are free room, anything else is damage, in which intact blocks are evidence.
    private func readRest(
        _ window: SegmentWindow, _ segment: SegmentHeader, limit: UInt64?, _ scan: inout SegmentScan
    ) throws(StorageError) {
        if let limit, scan.nextIndex >= limit { return }
        guard let nonZero = try window.firstNonZero(from: scan.validEnd) else {
            scan.damage = nil
            return
        }
        if scan.damage == nil {
            scan.damage = .corrupt("free room", "zeros", "other bytes", window.file.name, nonZero)
        }
        var at = nonZero / UInt64(SegmentFormat.alignment) * UInt64(SegmentFormat.alignment)
        let alignment = UInt64(SegmentFormat.alignment)
        while at + UInt64(SegmentFormat.blockHeaderSize) <= window.size {
            let magic = try window.withBytes(at: at, count: 4) { $0.field(UInt32.self, at: 0) }
            if magic == SegmentFormat.blockMagic,
                case .intact(let header) = try block(at: at, window, segment, expected: nil, link: nil),
                header.firstIndex >= scan.nextIndex, header.firstIndex < limit ?? .max
            {
                scan.intactAfterDamage = true
                scan.durableEvidence = max(scan.durableEvidence, header.durableIndex)
                at += UInt64(header.blockSize)
            } else {
                at += alignment
            }
        }
        // Behind an orderly close stands what a recycled file held before: no trace of a block of ours.
        if scan.endsInOrder, !scan.intactAfterDamage, !(try hasTrace(of: scan, window, segment)) { scan.damage = nil }
    }

    /// Whether what follows the chain can have been a block of this segment: any field that ties it to its place fits, so
    /// that one flipped bit hides none.
    private func hasTrace(
        of scan: SegmentScan, _ window: SegmentWindow, _ segment: SegmentHeader
    ) throws(StorageError) -> Bool {
        try window.withBytes(at: scan.validEnd, count: SegmentFormat.blockHeaderSize) { bytes in
            bytes.field(UInt32.self, at: 8) == scan.lastCRC || bytes.field(UInt32.self, at: 12) == segment.salt
                || bytes.field(UInt64.self, at: 16) == scan.nextIndex
        } ?? false
    }
}
