import StrataCodec
import StrataDisk

/// Reads entries of one segment of an open log.
struct SegmentReader {
    private let window: SegmentWindow
    private let segment: SegmentTable.Segment
    private let start: UInt64
    private let dictionary: CompressionDictionary?

    init(_ disk: any Disk, _ segment: SegmentTable.Segment, from offset: UInt64) throws(StorageError) {
        window = try SegmentWindow(try disk.open(segment.name, .read, method: .fdatasync), clock: nil)
        self.segment = segment
        start = offset
        dictionary =
            segment.header.dictionaryID == 0 ? nil : try DictionaryFile.load(segment.header.dictionaryID, on: disk)
    }

    /// Lends entries `from..<limit` as far as this segment has them and returns one past the last, or nil where `body` said
    /// to stop.
    func read(from: UInt64, limit: UInt64, _ body: EntryVisitor) throws(StorageError) -> UInt64? {
        let name = window.file.name
        let decoder = BodyDecoder(dictionary: dictionary)
        var offset = start
        var next = from
        while next < limit, offset < segment.end {
            let header = try block(at: offset)
            if header.firstIndex + UInt64(header.count) > next {
                var isStopped = false
                let damage = try window.withBytes(
                    at: offset + UInt64(SegmentFormat.blockHeaderSize), count: header.storedSize
                ) { (stored) throws(StorageError) -> StorageError? in
                    try decoder.withBody(header, stored, file: name, at: offset) { (raw) throws(StorageError) in
                        _ = try BodyDecoder.entries(of: header, in: raw, file: name, at: offset) {
                            (index, kind, payload) throws(StorageError) in
                            guard index >= next else { return true }
                            guard index < limit else { return false }
                            isStopped = try !body(index, kind, payload)
                            return !isStopped
                        }
                    }
                }
                if let damage = damage ?? nil { throw damage }
                if isStopped { return nil }
                next = header.firstIndex + UInt64(header.count)
            }
            offset += UInt64(header.blockSize)
        }
        guard next > from else {
            throw .corrupt("entries", "entry \(from)", "none", name, offset)
        }
        return min(next, limit)
    }

    private func block(at offset: UInt64) throws(StorageError) -> BlockHeader {
        let name = window.file.name
        let decoded = try window.withBytes(at: offset, count: SegmentFormat.blockHeaderSize) { BlockHeader.decode($0) }
        switch decoded {
        case nil: throw .corrupt("block header", "\(SegmentFormat.blockHeaderSize) bytes", "the end", name, offset)
        case .wrong(let field, let expected, let found): throw .corrupt(field, expected, found, name, offset)
        case .header(let header):
            let crc = try window.withBytes(at: offset, count: header.blockSize) { CRC32C.checksum($0.extracting(8...)) }
            guard let crc, crc == header.crc else {
                throw .corrupt("crc32c", hex(header.crc), crc.map { hex($0) } ?? "the end", name, offset + 4)
            }
            guard header.salt == segment.header.salt else {
                throw .corrupt("salt", hex(segment.header.salt), hex(header.salt), name, offset + 12)
            }
            return header
        }
    }
}
