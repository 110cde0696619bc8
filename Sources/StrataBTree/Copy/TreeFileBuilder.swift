import StrataCodec
import StrataDisk

/// Writes a whole tree bottom-up from entries in rising order: every page once, from front to back, with one page of each level
/// and a megabyte of output in memory.
///
/// It works on a draft that nobody else knows; `finish` makes it durable and gives it its name.
final class TreeFileBuilder {
    let name: String
    let options: BTreeOptions
    let file: any File
    private let disk: any Disk
    private let store: TreeStore
    private let maximumKey: Int
    /// Of the pages. The metas are of this commit and the next, and say the same: one rotten meta loses nothing.
    private let commit: UInt64
    /// Bytes of a page's room that are filled before the next is begun.
    private let target: Int

    private var nextPage = PageFormat.metaPages
    private let output = IOBuffer(capacity: TreeFileBuilder.outputBytes)
    private var outputPage = PageFormat.metaPages
    private var levels: [BuilderLevel] = []
    private let lastKey = IOBuffer(capacity: 4096)
    private let separator = IOBuffer(capacity: 4096)
    private(set) var entries: UInt64 = 0
    /// Pages so far, the metas among them.
    var pages: UInt64 { UInt64(nextPage) }

    private static let outputBytes = 1 << 20

    /// - Parameters:
    ///   - commit: of the newest meta, 1 or more.
    ///   - fill: share of a page that is filled, 0.5 to 1. Less than 1 leaves room for keys that come between.
    /// - Throws: `.invalid` where there is a file `name` already, or for an option out of bounds.
    init(
        _ name: String, on disk: any Disk, options: BTreeOptions, commit: UInt64, fill: Double
    ) throws(StorageError) {
        guard PageFormat.pageSizes.contains(options.pageBytes) else {
            throw .init(
                kind: .invalid("\(options.pageBytes) bytes a page; it must be one of \(PageFormat.pageSizes)"),
                file: name)
        }
        guard (0.5...1).contains(fill) else {
            throw .init(kind: .invalid("a fill factor of \(fill); it must be 0.5 to 1"), file: name)
        }
        precondition(commit >= 1, "commit 0 has no twin")
        self.name = name
        self.disk = disk
        self.options = options
        self.commit = commit - 1
        maximumKey = PageFormat.maximumKey(pageBytes: options.pageBytes)
        target = Int(Double(PageFormat.room(pageBytes: options.pageBytes)) * fill)
        let draft = BTree.draft(of: name)
        if try disk.list().contains(draft) { try disk.remove(draft) }
        file = try disk.open(draft, .create, method: options.method)
        store = try TreeStore(file: file, pageBytes: options.pageBytes, options: options)
    }

    // MARK: Entries

    /// - Throws: `.invalid` for a key that is not greater than the one before, or too long, and nothing has changed.
    func append(_ key: Bytes, _ value: Bytes) throws(StorageError) {
        if entries > 0 {
            let order = Bytes(lastKey.base, lastKey.count).order(key)
            guard order < 0 else {
                let what = order == 0 ? "twice the same key" : "a key that is less than the one before it"
                throw .init(kind: .invalid("\(what), as entry \(entries + 1)"), file: name)
            }
        }
        guard key.count <= maximumKey else {
            throw .init(kind: .invalid("a key of \(key.count) bytes; at most \(maximumKey) fit"), file: name)
        }
        guard value.count <= PageFormat.maximumValueSize else {
            throw .init(
                kind: .invalid("a value of \(value.count) bytes; at most \(PageFormat.maximumValueSize) fit"),
                file: name)
        }
        let inlineSize = PageFormat.leafEntryHeader + key.count + value.count
        let isInline = inlineSize + PageFormat.slotSize <= PageFormat.maximumEntry(pageBytes: options.pageBytes)
        let size = isInline ? inlineSize : inlineSize - value.count + PageFormat.overflowReferenceSize
        let run = isInline ? nil : try writeOverflow(value)
        if levels.isEmpty { levels.append(BuilderLevel(0, pageBytes: options.pageBytes)) }
        if !levels[0].hasRoom(size, target: target) {
            // What separates two leaves is the shortest key that does (Bayer and Unterauer, "Prefix B-Trees", 1977).
            let length = Bytes(lastKey.base, lastKey.count).commonPrefix(key) + 1
            try turnPage(level: 0, separator: Bytes(key.start, length))
        }
        let entry = levels[0].room(size)
        entry.storeBytes(of: UInt16(key.count).littleEndian, as: UInt16.self)
        var place = entry + PageFormat.leafEntryHeader
        place.copyMemory(from: key.start, byteCount: key.count)
        place += key.count
        if let run {
            entry.storeBytes(of: PageFormat.overflowMark.littleEndian, toByteOffset: 2, as: UInt16.self)
            place.storeBytes(of: run.first.littleEndian, as: UInt32.self)
            place.storeBytes(of: run.size.littleEndian, toByteOffset: 4, as: UInt32.self)
        } else {
            entry.storeBytes(of: UInt16(value.count).littleEndian, toByteOffset: 2, as: UInt16.self)
            place.copyMemory(from: value.start, byteCount: value.count)
        }
        lastKey.removeAll()
        lastKey.append(key.buffer.bytes)
        entries += 1
    }

    /// The page of `level` is full: it waits as the last but one, and the one that waited before is written.
    private func turnPage(level: Int, separator: Bytes) throws(StorageError) {
        try writeHeld(level)
        levels[level].turn(separator)
    }

    private func writeHeld(_ level: Int) throws(StorageError) {
        guard levels[level].hasHeld else { return }
        let page = try write(levels[level].held, level: level)
        try addChild(page, separator: levels[level].heldSeparator, to: level + 1)
    }

    private func addChild(_ page: UInt32, separator key: IOBuffer, to level: Int) throws(StorageError) {
        if levels.count == level { levels.append(BuilderLevel(level, pageBytes: options.pageBytes)) }
        let key = Bytes(key.base, key.count)
        let size = PageFormat.branchEntryHeader + key.count
        if !levels[level].hasRoom(size, target: target) { try turnPage(level: level, separator: key) }
        levels[level].append(child: page, key)
    }

    // MARK: Pages

    /// Gives a finished node its number and writes it.
    private func write(_ node: Node, level: Int) throws(StorageError) -> UInt32 {
        let page = try takePages(1)
        node.own(page: page, commit: commit)
        node.finishKeys()
        node.seal(pageBytes: options.pageBytes)
        try put(UnsafeRawBufferPointer(start: node.base, count: options.pageBytes))
        return page
    }

    private func takePages(_ count: Int) throws(StorageError) -> UInt32 {
        try store.reserve(UInt64(nextPage) + UInt64(count))
        nextPage += UInt32(count)
        return nextPage - UInt32(count)
    }

    private func writeOverflow(_ value: Bytes) throws(StorageError) -> OverflowReference {
        let pageBytes = options.pageBytes
        let count = PageFormat.runPages(value: value.count, pageBytes: pageBytes)
        let first = try takePages(count)
        let header = overflowHeader(first: first, pages: count, value)
        try header.withBytes { bytes throws(StorageError) in try put(bytes) }
        try put(value.buffer)
        var padding = count * pageBytes - PageFormat.headerSize - value.count
        while padding > 0 {
            let length = min(padding, Self.outputBytes - output.count)
            output.append(zeros: length)
            padding -= length
            try flushIfFull()
        }
        return OverflowReference(first: first, size: UInt32(value.count))
    }

    private func overflowHeader(first: UInt32, pages: Int, _ value: Bytes) -> IOBuffer {
        let header = IOBuffer(capacity: PageFormat.headerSize)
        header.append(zeros: PageFormat.headerSize)
        header.store(littleEndian: first, at: PageFormat.Field.page)
        header.store(littleEndian: commit, at: PageFormat.Field.commit)
        header.store(littleEndian: PageFormat.Kind.overflow.rawValue, at: PageFormat.Field.kind)
        header.store(littleEndian: UInt32(value.count), at: PageFormat.Field.valueSize)
        header.store(littleEndian: UInt32(pages), at: PageFormat.Field.runPages)
        let front = header.withBytes(in: 4..<PageFormat.headerSize) { CRC32C.checksum($0) }
        header.store(littleEndian: CRC32C.checksum(value.buffer.bytes, seed: front), at: PageFormat.Field.crc)
        return header
    }

    private func put(_ bytes: RawSpan) throws(StorageError) {
        var rest = bytes
        while rest.byteCount > 0 {
            let length = min(rest.byteCount, Self.outputBytes - output.count)
            output.append(rest.extracting(first: length))
            rest = rest.extracting(droppingFirst: length)
            try flushIfFull()
        }
    }

    private func put(_ bytes: UnsafeRawBufferPointer) throws(StorageError) { try put(bytes.bytes) }

    private func flushIfFull() throws(StorageError) {
        if output.count == Self.outputBytes { try flush() }
    }

    /// Whole pages, for the output holds a whole number of the largest.
    private func flush() throws(StorageError) {
        if output.isEmpty { return }
        try output.withBytes { bytes throws(StorageError) in try store.write(bytes, at: outputPage) }
        outputPage += UInt32(output.count / options.pageBytes)
        output.removeAll()
    }

    // MARK: The end

    /// Writes what is left and both metas, syncs, and gives the file its name, durably.
    ///
    /// - Returns: the newest meta.
    func finish(
        appliedIndex: UInt64, treeID: UInt64, isNamed: Bool = true
    ) throws(StorageError) -> TreeMeta {
        var level = 0
        var root: UInt32 = 0
        while level < levels.count {
            let isRoot = !levels[level].hasHeld
            if !isRoot {
                if level > 0 { levels[level].evenOut() }
                try writeHeld(level)
            }
            let page = try write(levels[level].current, level: level)
            if isRoot { root = page } else { try addChild(page, separator: levels[level].separator, to: level + 1) }
            level += 1
        }
        try flush()
        try store.reserve(UInt64(nextPage))
        let size = UInt64(nextPage) * UInt64(options.pageBytes)
        if try file.size() > size { try file.truncate(to: size) }
        var meta = TreeMeta(
            commit: commit, appliedIndex: appliedIndex, treeID: treeID, entries: entries, pageBytes: options.pageBytes,
            root: root, depth: levels.count, pages: nextPage, freeList: 0, freePages: 0)
        // The name comes after the sync, so until then nobody can see one without the other.
        try store.write(meta)
        meta.commit += 1
        try store.write(meta)
        try store.sync()
        if isNamed {
            try file.close()
            try disk.rename(BTree.draft(of: name), to: name)
            if options.sync { try disk.syncDirectory() }
        }
        return meta
    }

    /// Removes the draft as far as that is possible; what is left goes with the next opening.
    func discard() {
        try? file.close()
        try? disk.remove(BTree.draft(of: name))
    }
}
