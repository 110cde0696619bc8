import StrataCodec
import StrataDisk

/// The first 64 bytes of a segment. See `SegmentFormat`.
package struct SegmentHeader: Equatable, Sendable {
    package var firstIndex: UInt64
    package var durableIndex: UInt64
    package var salt: UInt32
    /// 0 where no dictionary is used.
    package var dictionaryID: UInt32
    /// Drawn when the log was created; the same in all its segments.
    package var logID: UInt64

    /// The header's bytes and their checksum, which the first block links to.
    package func encoded() -> (bytes: [UInt8], crc: UInt32) {
        let buffer = IOBuffer(capacity: SegmentFormat.headerSize)
        buffer.append(zeros: SegmentFormat.headerSize)
        buffer.store(littleEndian: SegmentFormat.magic, at: 0)
        buffer.store(littleEndian: SegmentFormat.version, at: 8)
        buffer.store(littleEndian: UInt16(SegmentFormat.headerSize), at: 10)
        buffer.store(littleEndian: firstIndex, at: 16)
        buffer.store(littleEndian: durableIndex, at: 24)
        buffer.store(littleEndian: salt, at: 32)
        buffer.store(littleEndian: dictionaryID, at: 36)
        buffer.store(littleEndian: logID, at: 40)
        let crc = buffer.withBytes(in: 16..<SegmentFormat.headerSize) { CRC32C.checksum($0) }
        buffer.store(littleEndian: crc, at: 12)
        let bytes = buffer.withBytes { span in span.withUnsafeBytes { Array($0) } }
        return (bytes, crc)
    }

    /// Reads and checks a header; `file` is for the error.
    package static func decode(
        _ bytes: RawSpan, file: String
    ) throws(StorageError) -> (header: SegmentHeader, crc: UInt32) {
        guard bytes.byteCount >= SegmentFormat.headerSize else {
            throw .corrupt("segment header", "\(SegmentFormat.headerSize) bytes", "\(bytes.byteCount)", file, 0)
        }
        let magic = bytes.field(UInt64.self, at: 0)
        guard magic == SegmentFormat.magic else {
            throw .corrupt("magic", hex(SegmentFormat.magic), hex(magic), file, 0)
        }
        let version = bytes.field(UInt16.self, at: 8)
        let size = bytes.field(UInt16.self, at: 10)
        let crc = CRC32C.checksum(bytes.extracting(16..<SegmentFormat.headerSize))
        let stored = bytes.field(UInt32.self, at: 12)
        // A version whose checksum holds is what somebody wrote; anything else is damage.
        guard stored == crc else { throw .corrupt("header crc32c", hex(stored), hex(crc), file, 12) }
        guard version == SegmentFormat.version else {
            if version > SegmentFormat.version {
                throw .init(
                    kind: .newerVersion(found: Int(version), supported: Int(SegmentFormat.version)), file: file,
                    offset: 8,
                    remedy: "open it with the release that wrote it or a later one")
            }
            throw .corrupt("version", "\(SegmentFormat.version)", "\(version)", file, 8)
        }
        guard size == SegmentFormat.headerSize else {
            throw .corrupt("header size", "\(SegmentFormat.headerSize)", "\(size)", file, 10)
        }
        let header = SegmentHeader(
            firstIndex: bytes.field(UInt64.self, at: 16), durableIndex: bytes.field(UInt64.self, at: 24),
            salt: bytes.field(UInt32.self, at: 32), dictionaryID: bytes.field(UInt32.self, at: 36),
            logID: bytes.field(UInt64.self, at: 40))
        return (header, crc)
    }
}

func hex(_ value: some FixedWidthInteger & UnsignedInteger) -> String {
    let digits = String(value, radix: 16)
    return "0x" + String(repeating: "0", count: value.bitWidth / 4 - digits.count) + digits
}

extension StorageError {
    static func corrupt(
        _ field: String, _ expected: String, _ found: String, _ file: String, _ offset: UInt64
    ) -> StorageError {
        .init(kind: .corrupt(field: field, expected: expected, found: found), file: file, offset: offset)
    }
}
