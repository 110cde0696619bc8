import StrataCodec
import StrataDisk

/// Values in overflow pages. They are read for each use and not cached: a large value would drive out many small pages,
/// and the kernel still has what was read lately.
extension PageCache {
    func withOverflow(
        _ run: OverflowReference, newest: UInt64, _ body: (RawSpan) throws(StorageError) -> Void
    ) throws(StorageError) {
        let buffer = IOBuffer(capacity: PageFormat.headerSize + Int(run.size))
        try read(run, newest: newest, into: buffer)
        try buffer.withBytes(in: PageFormat.headerSize..<buffer.count) { bytes throws(StorageError) in try body(bytes) }
    }

    /// Replaces what is in `buffer` with header and value of a run, verified.
    func read(_ run: OverflowReference, newest: UInt64, into buffer: IOBuffer) throws(StorageError) {
        let size = PageFormat.headerSize + Int(run.size)
        let offset = UInt64(run.first) * UInt64(pageBytes)
        func corrupt(_ field: String, _ expected: String, _ found: String) -> StorageError {
            .corrupt("overflow: \(field)", expected, found, file.name, offset)
        }
        buffer.removeAll()
        var got = 0
        try buffer.appendInPlace(atMost: size) { (room) throws(StorageError) -> Int in
            var span = room.mutableBytes
            got = try file.read(into: &span, at: offset)
            return got
        }
        guard got == size else { throw corrupt("value", "\(size) bytes", "\(got) bytes") }
        try buffer.withBytes { (bytes) throws(StorageError) in
            func field<T: FixedWidthInteger & BitwiseCopyable>(_ at: Int, _ type: T.Type) -> T {
                T(littleEndian: bytes.unsafeLoadUnaligned(fromByteOffset: at, as: type))
            }
            typealias Field = PageFormat.Field
            let crc = CRC32C.checksum(bytes.extracting(4..<size))
            let stored = field(Field.crc, UInt32.self)
            guard stored == crc else { throw corrupt("crc32c", hex(stored), hex(crc)) }
            let page = field(Field.page, UInt32.self)
            guard page == run.first else { throw corrupt("page number", "\(run.first)", "\(page)") }
            let kind = field(Field.kind, UInt8.self)
            guard kind == PageFormat.Kind.overflow.rawValue else { throw corrupt("page kind", "overflow", "\(kind)") }
            let commit = field(Field.commit, UInt64.self)
            guard commit <= newest else { throw corrupt("commit", "\(newest) or older", "\(commit)") }
            let length = field(Field.valueSize, UInt32.self)
            guard length == run.size else { throw corrupt("value size", "\(run.size)", "\(length)") }
        }
    }
}
