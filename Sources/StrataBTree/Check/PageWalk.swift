import StrataDisk

/// Reads the pages of one commit straight from the file, past the page cache: a walk over everything would drive out of it
/// what readers want. One thread at a time.
final class PageWalk {
    let file: any File
    let meta: TreeMeta
    var pageBytes: Int { meta.pageBytes }
    /// One page of memory for each level, so that a branch stays while its children are read.
    private let pages: [IOBuffer]
    private let overflow = IOBuffer(capacity: 4096)
    /// Only for its way to read overflow pages, which it does not keep.
    private let reader: PageCache

    init(_ meta: TreeMeta, of file: any File) {
        self.file = file
        self.meta = meta
        pages = (0..<max(1, meta.depth)).map { _ in IOBuffer(capacity: meta.pageBytes) }
        reader = PageCache(file: file, pageBytes: meta.pageBytes, cacheBytes: 0)
    }

    func offset(_ page: UInt32) -> UInt64 { UInt64(page) * UInt64(pageBytes) }

    /// The verified leaf or branch `page`; good until the next one of its level is read.
    ///
    /// - Parameter newest: the commit of what refers to it: copying on write makes no parent older than its child.
    func node(_ page: UInt32, level: Int, newest: UInt64) throws(StorageError) -> Node {
        let memory = pages[level]
        memory.removeAll()
        var got = 0
        try memory.appendInPlace(atMost: pageBytes) { (room) throws(StorageError) -> Int in
            var span = room.mutableBytes
            got = try file.read(into: &span, at: offset(page))
            return got
        }
        guard got == pageBytes else {
            throw .corrupt("page \(page)", "\(pageBytes) bytes", "\(got) bytes", file.name, offset(page))
        }
        let node = Node(memory.base)
        if let flaw = node.flaw(page: page, pageBytes: pageBytes, pages: meta.pages) {
            throw .corrupt(flaw.field, flaw.expected, flaw.found, file.name, offset(page))
        }
        guard node.level == level, node.commit <= newest else {
            throw .corrupt(
                "place of page \(page)", "level \(level) of commit \(newest) or older",
                "level \(node.level) of commit \(node.commit)", file.name, offset(page))
        }
        return node
    }

    /// The verified value in overflow pages; good until the next is read.
    func value(_ run: OverflowReference, newest: UInt64) throws(StorageError) -> Bytes {
        try reader.read(run, newest: newest, into: overflow)
        let length = UInt32(
            littleEndian: overflow.base.load(fromByteOffset: PageFormat.Field.runPages, as: UInt32.self))
        let expected = PageFormat.runPages(value: Int(run.size), pageBytes: pageBytes)
        guard Int(length) == expected else {
            throw .corrupt("overflow: run pages", "\(expected)", "\(length)", file.name, offset(run.first))
        }
        return Bytes(overflow.base + PageFormat.headerSize, overflow.count - PageFormat.headerSize)
    }

    /// The value of a leaf's entry, wherever it stands.
    func value(_ index: Int, of leaf: Node) throws(StorageError) -> Bytes {
        if let value = leaf.inlineValue(index) { return value }
        guard let run = leaf.overflow(index) else { preconditionFailure("a value is inline or in overflow pages") }
        return try value(run, newest: leaf.commit)
    }

    /// Gives all leaves to `body`, in key order, until it returns false.
    func forEachLeaf(_ body: (Node) throws(StorageError) -> Bool) throws(StorageError) {
        guard meta.depth > 0 else { return }
        _ = try forEachLeaf(below: meta.root, level: meta.depth - 1, newest: meta.commit, body)
    }

    private func forEachLeaf(
        below page: UInt32, level: Int, newest: UInt64, _ body: (Node) throws(StorageError) -> Bool
    ) throws(StorageError) -> Bool {
        let node = try node(page, level: level, newest: newest)
        guard level > 0 else { return try body(node) }
        for index in 0..<node.count {
            guard try forEachLeaf(below: node.child(index), level: level - 1, newest: node.commit, body) else {
                return false
            }
        }
        return true
    }
}
