import StrataCodec
import StrataDisk

/// The 48 bytes before a block's body. See `SegmentFormat`.
package struct BlockHeader: Equatable, Sendable {
    package var crc: UInt32
    package var link: UInt32
    package var salt: UInt32
    package var firstIndex: UInt64
    package var durableIndex: UInt64
    package var storedSize: Int
    package var rawSize: Int
    package var count: Int
    package var codec: Codec

    /// Bytes of the whole block, padding included.
    package var blockSize: Int { SegmentFormat.blockSize(stored: storedSize) }

    /// Writes the header at `start` of `buffer`, whose bytes up to `start + blockSize` are in place; fills in `crc`.
    mutating func encode(into buffer: IOBuffer, at start: Int) {
        buffer.store(littleEndian: SegmentFormat.blockMagic, at: start)
        buffer.store(littleEndian: link, at: start + 8)
        buffer.store(littleEndian: salt, at: start + 12)
        buffer.store(littleEndian: firstIndex, at: start + 16)
        buffer.store(littleEndian: durableIndex, at: start + 24)
        buffer.store(littleEndian: UInt32(storedSize), at: start + 32)
        buffer.store(littleEndian: UInt32(rawSize), at: start + 36)
        buffer.store(littleEndian: UInt32(count), at: start + 40)
        buffer.store(littleEndian: UInt32(codec.rawValue), at: start + 44)
        crc = buffer.withBytes(in: start + 8..<start + blockSize) { CRC32C.checksum($0) }
        buffer.store(littleEndian: crc, at: start + 4)
    }

    /// What stands at the start of `bytes`, or the name of the field that cannot be right. The checksum is not looked at.
    enum Decoded {
        case header(BlockHeader)
        case wrong(field: String, expected: String, found: String)
    }

    static func decode(_ bytes: RawSpan) -> Decoded {
        let magic = bytes.field(UInt32.self, at: 0)
        guard magic == SegmentFormat.blockMagic else {
            return .wrong(field: "block magic", expected: hex(SegmentFormat.blockMagic), found: hex(magic))
        }
        let stored = Int(bytes.field(UInt32.self, at: 32))
        let raw = Int(bytes.field(UInt32.self, at: 36))
        guard stored <= SegmentFormat.maximumBlockSize, raw <= SegmentFormat.maximumBlockSize else {
            return .wrong(
                field: "block size", expected: "at most \(SegmentFormat.maximumBlockSize)", found: "\(max(stored, raw))"
            )
        }
        let codecWord = bytes.field(UInt32.self, at: 44)
        guard codecWord <= UInt8.max, let codec = Codec(rawValue: UInt8(codecWord)) else {
            return .wrong(field: "codec", expected: "0 to \(Codec.allCases.count - 1)", found: "\(codecWord)")
        }
        let count = Int(bytes.field(UInt32.self, at: 40))
        guard count <= raw / SegmentFormat.entryHeaderSize else {
            return .wrong(
                field: "entry count", expected: "at most \(raw / SegmentFormat.entryHeaderSize)", found: "\(count)")
        }
        return .header(
            BlockHeader(
                crc: bytes.field(UInt32.self, at: 4), link: bytes.field(UInt32.self, at: 8),
                salt: bytes.field(UInt32.self, at: 12), firstIndex: bytes.field(UInt64.self, at: 16),
                durableIndex: bytes.field(UInt64.self, at: 24), storedSize: stored, rawSize: raw,
                count: count, codec: codec))
    }
}
