import StrataCodec
import StrataDisk

/// What one of the twin meta pages says. See `PageFormat`.
package struct TreeMeta: Equatable, Sendable {
    package var commit: UInt64
    package var appliedIndex: UInt64
    /// Drawn when the tree was made.
    package var treeID: UInt64
    package var entries: UInt64
    package var pageBytes: Int
    package var root: UInt32
    package var depth: Int
    package var pages: UInt32
    /// First page of the list, 0 if nothing is free.
    package var freeList: UInt32
    package var freePages: UInt32

    package init(
        commit: UInt64, appliedIndex: UInt64, treeID: UInt64, entries: UInt64, pageBytes: Int, root: UInt32, depth: Int,
        pages: UInt32, freeList: UInt32, freePages: UInt32
    ) {
        self.commit = commit
        self.appliedIndex = appliedIndex
        self.treeID = treeID
        self.entries = entries
        self.pageBytes = pageBytes
        self.root = root
        self.depth = depth
        self.pages = pages
        self.freeList = freeList
        self.freePages = freePages
    }

    package var slot: Int { Int(commit & 1) }

    package func encoded() -> [UInt8] {
        let buffer = IOBuffer(capacity: PageFormat.metaSize)
        buffer.append(zeros: PageFormat.metaSize)
        buffer.store(littleEndian: PageFormat.magic, at: 0)
        buffer.store(littleEndian: PageFormat.version, at: 8)
        buffer.store(littleEndian: UInt16(PageFormat.metaSize), at: 10)
        buffer.store(littleEndian: commit, at: 16)
        buffer.store(littleEndian: appliedIndex, at: 24)
        buffer.store(littleEndian: treeID, at: 32)
        buffer.store(littleEndian: entries, at: 40)
        buffer.store(littleEndian: UInt32(pageBytes), at: 48)
        buffer.store(littleEndian: UInt32(slot), at: 52)
        buffer.store(littleEndian: root, at: 56)
        buffer.store(littleEndian: UInt32(depth), at: 60)
        buffer.store(littleEndian: pages, at: 64)
        buffer.store(littleEndian: freeList, at: 68)
        buffer.store(littleEndian: freePages, at: 72)
        buffer.store(littleEndian: buffer.withBytes { Self.checksum($0) }, at: 12)
        return buffer.withBytes { span in span.withUnsafeBytes { Array($0) } }
    }

    private static func checksum(_ bytes: RawSpan) -> UInt32 {
        let front = CRC32C.checksum(bytes.extracting(0..<12))
        return CRC32C.checksum(bytes.extracting(16..<PageFormat.metaSize), seed: front)
    }

    /// Reads and checks a record that stood at `offset`.
    package static func decode(
        _ bytes: RawSpan, slot: Int, fileBytes: UInt64, file: String, offset: UInt64
    ) throws(StorageError) -> TreeMeta {
        func corrupt(_ field: String, _ expected: String, _ found: String, _ at: UInt64) -> StorageError {
            .corrupt("meta page \(slot): \(field)", expected, found, file, offset + at)
        }
        guard bytes.byteCount >= PageFormat.metaSize else {
            throw corrupt("size", "\(PageFormat.metaSize) bytes", "\(bytes.byteCount) bytes", 0)
        }
        func field<T: FixedWidthInteger & BitwiseCopyable>(_ at: Int, _ type: T.Type) -> T {
            T(littleEndian: bytes.unsafeLoadUnaligned(fromByteOffset: at, as: type))
        }
        let magic = field(0, UInt64.self)
        guard magic == PageFormat.magic else { throw corrupt("magic", hex(PageFormat.magic), hex(magic), 0) }
        let crc = checksum(bytes)
        let stored = field(12, UInt32.self)
        guard stored == crc else { throw corrupt("crc32c", hex(stored), hex(crc), 12) }
        let version = field(8, UInt16.self)
        guard version <= PageFormat.version else {
            throw .init(
                kind: .newerVersion(found: Int(version), supported: Int(PageFormat.version)), file: file,
                offset: offset + 8, remedy: "open it with the release that wrote it or a later one")
        }
        guard version == PageFormat.version else {
            throw corrupt("version", "\(PageFormat.version)", "\(version)", 8)
        }
        let meta = TreeMeta(
            commit: field(16, UInt64.self), appliedIndex: field(24, UInt64.self), treeID: field(32, UInt64.self),
            entries: field(40, UInt64.self), pageBytes: Int(field(48, UInt32.self)), root: field(56, UInt32.self),
            depth: Int(field(60, UInt32.self)), pages: field(64, UInt32.self), freeList: field(68, UInt32.self),
            freePages: field(72, UInt32.self))
        let storedSlot = field(52, UInt32.self)
        guard Int(storedSlot) == slot, meta.slot == slot else {
            throw corrupt("slot", "\(slot)", "\(storedSlot) of commit \(meta.commit)", 52)
        }
        guard PageFormat.pageSizes.contains(meta.pageBytes) else {
            throw corrupt("page bytes", "\(PageFormat.pageSizes)", "\(meta.pageBytes)", 48)
        }
        let stand = fileBytes / UInt64(meta.pageBytes)
        guard meta.pages >= PageFormat.metaPages, UInt64(meta.pages) <= stand else {
            throw corrupt("pages", "2 to \(stand), which the file holds", "\(meta.pages)", 64)
        }
        let references = [(meta.root, "root", 56), (meta.freeList, "free list", 68)]
        for (page, name, at) in references where page != 0 && (page < PageFormat.metaPages || page >= meta.pages) {
            throw corrupt(name, "0 or 2 to \(meta.pages - 1)", "\(page)", UInt64(at))
        }
        guard meta.depth <= PageFormat.maximumDepth, (meta.depth == 0) == (meta.root == 0) else {
            throw corrupt("depth", meta.root == 0 ? "0" : "1 to \(PageFormat.maximumDepth)", "\(meta.depth)", 60)
        }
        guard meta.freePages < meta.pages, meta.freePages == 0 || meta.freeList != 0 else {
            throw corrupt("free pages", meta.freeList == 0 ? "0" : "less than \(meta.pages)", "\(meta.freePages)", 72)
        }
        return meta
    }
}
