import StrataCodec

/// The bytes of a tree's file, to be changed behind its back; checksums can be made to hold again.
final class PatchedFile {
    var bytes: [UInt8]
    init(_ bytes: [UInt8]) { self.bytes = bytes }

    func field<T: FixedWidthInteger>(_ offset: Int, _ type: T.Type) -> T {
        (0..<T.bitWidth / 8).reversed().reduce(0) { $0 << 8 | T(truncatingIfNeeded: bytes[offset + $1]) }
    }

    func set<T: FixedWidthInteger>(_ offset: Int, _ value: T) {
        for place in 0..<T.bitWidth / 8 { bytes[offset + place] = UInt8(truncatingIfNeeded: value >> T(8 * place)) }
    }

    func sealMeta(_ slot: Int, pageBytes: Int = 4096) {
        let start = slot * pageBytes
        let front = CRC32C.checksum(Array(bytes[start..<start + 12]).span.bytes)
        set(start + 12, CRC32C.checksum(Array(bytes[start + 16..<start + 512]).span.bytes, seed: front))
    }

    func seal(_ page: Int, pageBytes: Int = 4096) {
        let start = page * pageBytes
        set(start, CRC32C.checksum(Array(bytes[start + 4..<start + pageBytes]).span.bytes))
    }
}
