import StrataDisk

/// The free list as it is stored: a chain of pages. See `PageFormat`.
enum FreeList {
    /// Fills the frames of `pages` with `list`, in the order of both. There are enough pages.
    static func write(
        _ list: [PageExtent], to pages: [UInt32], commit: UInt64, cache: PageCache
    ) {
        let perPage = PageFormat.extentsPerPage(pageBytes: cache.pageBytes)
        for (place, page) in pages.enumerated() {
            let node = Node(cache.makeDirty(page))
            node.format(.freeList, level: 0, page: page, commit: commit, pageBytes: 0)
            let part = list.dropFirst(place * perPage).prefix(perPage)
            node.setField(PageFormat.Field.count, UInt16(part.count))
            node.setField(PageFormat.Field.next, place + 1 < pages.count ? pages[place + 1] : 0)
            var offset = PageFormat.headerSize
            for extent in part {
                node.setField(offset, extent.first)
                node.setField(offset + 4, extent.count)
                offset += PageFormat.extentSize
            }
        }
    }

    /// Reads and checks the list that `meta` refers to.
    static func read(
        _ meta: TreeMeta, from file: any File
    ) throws(StorageError) -> (extents: [PageExtent], pages: [UInt32]) {
        var extents: [PageExtent] = []
        var pages: [UInt32] = []
        let memory = IOBuffer(capacity: meta.pageBytes)
        var next = meta.freeList
        while next != 0 {
            let offset = UInt64(next) * UInt64(meta.pageBytes)
            func corrupt(_ field: String, _ expected: String, _ found: String) -> StorageError {
                .corrupt("free list: \(field)", expected, found, file.name, offset)
            }
            guard next >= PageFormat.metaPages, next < meta.pages, pages.count < Int(meta.pages) else {
                throw corrupt("page number", "2 to \(meta.pages - 1), each once", "\(next)")
            }
            memory.removeAll()
            memory.append(zeros: meta.pageBytes)
            var span = UnsafeMutableRawBufferPointer(start: memory.base, count: meta.pageBytes).mutableBytes
            guard try file.read(into: &span, at: offset) == meta.pageBytes else {
                throw corrupt("page", "\(meta.pageBytes) bytes", "fewer")
            }
            let node = Node(memory.base)
            let crc = Node.checksum(memory.base, meta.pageBytes)
            let stored = UInt32(littleEndian: memory.base.load(as: UInt32.self))
            guard stored == crc else { throw corrupt("crc32c", hex(stored), hex(crc)) }
            guard node.page == next else { throw corrupt("page number", "\(next)", "\(node.page)") }
            guard node.kind == PageFormat.Kind.freeList.rawValue, node.commit <= meta.commit else {
                throw corrupt("kind", "\(PageFormat.Kind.freeList)", "\(node.kind) of commit \(node.commit)")
            }
            guard node.count <= PageFormat.extentsPerPage(pageBytes: meta.pageBytes) else {
                throw corrupt("extent count", "at most a page", "\(node.count)")
            }
            for index in 0..<node.count {
                let place = memory.base + (PageFormat.headerSize + index * PageFormat.extentSize)
                let first = UInt32(littleEndian: place.load(as: UInt32.self))
                let count = UInt32(littleEndian: place.load(fromByteOffset: 4, as: UInt32.self))
                // Extents that touch would have been one.
                let least = extents.last.map { UInt64($0.end) + 1 } ?? UInt64(PageFormat.metaPages)
                guard UInt64(first) >= least, count > 0, UInt64(first) + UInt64(count) <= UInt64(meta.pages) else {
                    throw corrupt("extent", "\(least) to \(meta.pages - 1)", "\(count) pages from \(first)")
                }
                extents.append(PageExtent(first: first, count: count))
            }
            pages.append(next)
            next = UInt32(littleEndian: memory.base.load(fromByteOffset: PageFormat.Field.next, as: UInt32.self))
        }
        guard PageExtent.pageCount(extents) == Int(meta.freePages) else {
            throw .corrupt(
                "free list: pages", "\(meta.freePages)", "\(PageExtent.pageCount(extents))", file.name,
                UInt64(meta.freeList) * UInt64(meta.pageBytes))
        }
        return (extents, pages)
    }
}
