import StrataCodec
import StrataDisk

/// A log keeps the compression dictionaries of its segments beside them, as dict-<id>.zdict:
///
///     | "STRATDIC" (8) | crc32c of the rest (4) | size (4) | the dictionary |
enum DictionaryFile {
    private static let magic: UInt64 = 0x4349_4454_4152_5453
    private static let headerSize = 16

    /// Stores `dictionary` durably unless it is there.
    static func store(_ dictionary: CompressionDictionary, on disk: any Disk) throws(StorageError) {
        let name = SegmentName.dictionary(dictionary.id)
        if try disk.list().contains(name) {
            guard try load(dictionary.id, on: disk) == dictionary else {
                throw .init(
                    kind: .invalid("another dictionary with number \(dictionary.id) is in use"), file: name,
                    remedy: "train a new one")
            }
            return
        }
        let buffer = IOBuffer()
        buffer.append(littleEndian: magic)
        buffer.append(zeros: 4)
        buffer.append(littleEndian: UInt32(dictionary.bytes.count))
        let bytes = dictionary.bytes
        buffer.append(bytes.span.bytes)
        let crc = buffer.withBytes(in: 12..<buffer.count) { CRC32C.checksum($0) }
        buffer.store(littleEndian: crc, at: 8)
        let temporary = name + ".tmp"
        if try disk.list().contains(temporary) { try disk.remove(temporary) }
        let file = try disk.open(temporary, .create, method: .fdatasync)
        try buffer.withBytes { (bytes) throws(StorageError) in try file.write(bytes, at: 0) }
        try file.sync()
        try file.close()
        try disk.rename(temporary, to: name)
        try disk.syncDirectory()
    }

    static func load(_ id: UInt32, on disk: any Disk) throws(StorageError) -> CompressionDictionary {
        let name = SegmentName.dictionary(id)
        let file = try disk.open(name, .read, method: .fdatasync)
        let size = try file.size()
        guard size > headerSize, size <= headerSize + CompressionDictionary.maximumSize else {
            throw .corrupt("dictionary size", "at most \(CompressionDictionary.maximumSize)", "\(size)", name, 12)
        }
        var bytes = [UInt8](repeating: 0, count: Int(size))
        var span = bytes.mutableSpan
        var raw = span.mutableBytes
        let got = try file.read(into: &raw, at: 0)
        let all = bytes.span.bytes
        guard got == bytes.count, all.field(UInt64.self, at: 0) == magic else {
            throw .corrupt("dictionary magic", hex(magic), hex(all.field(UInt64.self, at: 0)), name, 0)
        }
        let stored = all.field(UInt32.self, at: 8)
        let crc = CRC32C.checksum(all.extracting(12..<bytes.count))
        guard stored == crc else { throw .corrupt("dictionary crc32c", hex(stored), hex(crc), name, 8) }
        do throws(CodecError) {
            let dictionary = try CompressionDictionary(bytes: Array(bytes[headerSize...]))
            guard dictionary.id == id else { throw CodecError.dictionary("its number is \(dictionary.id)") }
            return dictionary
        } catch {
            throw .corrupt("dictionary", "number \(id)", error.description, name, UInt64(headerSize))
        }
    }
}
