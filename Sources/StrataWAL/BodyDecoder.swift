import StrataCodec
import StrataDisk

/// Turns stored bodies back into entries. One thread's.
final class BodyDecoder {
    private let dictionary: CompressionDictionary?
    /// Made by the first block that needs it: a decompressor is 100 KiB of memory, and opening a short log is quicker.
    private lazy var decompressor = Decompressor(dictionary: dictionary)
    private lazy var raw = IOBuffer()

    init(dictionary: CompressionDictionary?) { self.dictionary = dictionary }

    /// Lends the decompressed body of a block whose checksum holds. Returns what is wrong with it, if anything is.
    func withBody(
        _ header: BlockHeader, _ stored: RawSpan, file: String, at offset: UInt64,
        _ body: (RawSpan) throws(StorageError) -> Void
    ) throws(StorageError) -> StorageError? {
        if header.codec == .none {
            guard header.rawSize == header.storedSize else {
                return .corrupt("raw size", "\(header.storedSize)", "\(header.rawSize)", file, offset + 36)
            }
            try body(stored)
            return nil
        }
        raw.removeAll()
        var failure: CodecError?
        raw.appendInPlace(atMost: header.rawSize) { room in
            do throws(CodecError) {
                try decompressor.decompress(stored, codec: header.codec, into: room)
                return room.count
            } catch {
                failure = error
                return 0
            }
        }
        if let failure {
            return .corrupt("\(header.codec) body", "\(header.rawSize) bytes", failure.description, file, offset)
        }
        try raw.withBytes(body)
        return nil
    }

    /// Walks the entries of a body. Returns false where `visit` did.
    static func entries(
        of header: BlockHeader, in body: RawSpan, file: String, at offset: UInt64, _ visit: EntryVisitor
    ) throws(StorageError) -> Bool {
        var at = 0
        for place in 0..<header.count {
            guard at + SegmentFormat.entryHeaderSize <= body.byteCount else {
                throw .corrupt("entry count", "\(header.count)", "\(place)", file, offset)
            }
            let prefix = body.field(UInt64.self, at: at)
            let length = Int(prefix & 0xFFFF_FFFF)
            at += SegmentFormat.entryHeaderSize
            guard length <= body.byteCount - at else {
                throw .corrupt("entry length", "at most \(body.byteCount - at)", "\(length)", file, offset)
            }
            let payload = body.extracting(at..<at + length)
            guard try visit(header.firstIndex + UInt64(place), UInt8(truncatingIfNeeded: prefix >> 32), payload) else {
                return false
            }
            at += length
        }
        guard at == body.byteCount else {
            throw .corrupt("body size", "\(at)", "\(body.byteCount)", file, offset)
        }
        return true
    }
}
