import StrataDisk
import Synchronization

/// The file of one tree as its writer sees it: room, writes and syncs. One thread at a time.
final class TreeStore {
    let file: any File
    let cache: PageCache
    let pageBytes: Int
    let options: BTreeOptions
    private(set) var capacityPages: UInt64
    private(set) var pagesWritten: UInt64 = 0
    private(set) var bytesWritten: UInt64 = 0
    private(set) var syncs: UInt64 = 0
    private let runs = IOBuffer(capacity: 1 << 20)

    init(file: any File, pageBytes: Int, options: BTreeOptions) throws(StorageError) {
        self.file = file
        self.pageBytes = pageBytes
        self.options = options
        capacityPages = try file.size() / UInt64(pageBytes)
        cache = PageCache(file: file, pageBytes: pageBytes, cacheBytes: options.cacheBytes)
    }

    /// Makes the file long enough for pages below `end`, in steps, before any of them is written: a full disk is
    /// noticed while nothing has happened.
    func reserve(_ end: UInt64) throws(StorageError) {
        guard end > capacityPages else { return }
        guard end <= UInt64(UInt32.max) else {
            throw .init(kind: .invalid("a tree has at most \(UInt32.max) pages"), file: file.name)
        }
        let step = UInt64(max(1, options.growthBytes / pageBytes))
        let generous = (end + step - 1) / step * step
        do throws(StorageError) {
            try grow(to: generous)
        } catch {
            // The last step of a disk that is nearly full may be a small one.
            guard case .io = error.kind, generous > end else { throw error }
            try grow(to: end)
        }
    }

    private func grow(to pages: UInt64) throws(StorageError) {
        let size = pages * UInt64(pageBytes)
        do throws(StorageError) {
            try file.allocate(to: size, by: .fallocate)
        } catch {
            guard case .unsupported = error.kind else { throw error }
            try file.allocate(to: size, by: .none)
        }
        capacityPages = pages
    }

    /// Two references to one page, or a reference to a free one: the writer stops before it makes things worse.
    func freedTwice() -> StorageError {
        .corrupt("free list", "every free page once", "a page that is free twice", file.name, 0)
    }

    /// Seals and writes dirty pages, neighbours together. `pages` are in rising order; one may come twice.
    func write(_ pages: some Sequence<UInt32>) throws(StorageError) {
        runs.removeAll()
        var start: UInt32 = 0
        var next: UInt32 = 0
        for page in pages {
            guard page + 1 != next, let memory = cache.dirty(page) else { continue }
            if !runs.isEmpty && (page != next || runs.count + pageBytes > 1 << 20) {
                try writeRuns(at: start)
            }
            if runs.isEmpty { start = page }
            Node(memory).checkInvariants(pageBytes: pageBytes, pages: cache.pages.load(ordering: .relaxed))
            Node(memory).seal(pageBytes: pageBytes)
            runs.append(UnsafeRawBufferPointer(start: memory, count: pageBytes).bytes)
            next = page + 1
        }
        if !runs.isEmpty { try writeRuns(at: start) }
    }

    private func writeRuns(at page: UInt32) throws(StorageError) {
        try runs.withBytes { bytes throws(StorageError) in try write(bytes, at: page) }
        runs.removeAll()
    }

    /// Whole pages from aligned memory.
    func write(_ bytes: RawSpan, at page: UInt32) throws(StorageError) {
        try file.write(bytes, at: UInt64(page) * UInt64(pageBytes))
        pagesWritten += UInt64(bytes.byteCount / pageBytes)
        bytesWritten += UInt64(bytes.byteCount)
    }

    func sync() throws(StorageError) {
        guard options.sync else { return }
        syncs += 1
        try file.sync()
    }

    /// Writes a meta record to its slot, durable on return.
    func write(_ meta: TreeMeta) throws(StorageError) {
        let page = metaPage(meta)
        let offset = UInt64(meta.slot) * UInt64(pageBytes)
        bytesWritten += UInt64(page.count)
        guard options.sync else {
            return try page.withBytes { bytes throws(StorageError) in try file.write(bytes, at: offset) }
        }
        syncs += 1
        try page.withBytes { bytes throws(StorageError) in try file.writeAndSync(bytes, at: offset) }
    }

    /// Makes what was read from the metas true of the device. Seen is not durable: a killed process may have written a
    /// meta and never synced it, or its sync may have failed and the kernel kept the bytes, or dropped them while the
    /// device may still get them. Written anew and synced, both slots are what they were taken for; a damaged one
    /// becomes zeros. What the metas refer to was durable before they were first written.
    func renew(_ newest: TreeMeta, older: TreeMeta?) throws(StorageError) {
        let twin = older.map { metaPage($0) } ?? IOBuffer(capacity: 4096)
        if older == nil { twin.append(zeros: max(PageFormat.metaSize, file.writeAlignment)) }
        let offset = UInt64(1 - newest.slot) * UInt64(pageBytes)
        bytesWritten += UInt64(twin.count)
        try twin.withBytes { bytes throws(StorageError) in try file.write(bytes, at: offset) }
        try sync()
        try write(newest)
    }

    /// A record as it is written: direct writes need whole blocks, and the rest of the page is zeros anyway.
    private func metaPage(_ meta: TreeMeta) -> IOBuffer {
        let buffer = IOBuffer(capacity: 4096)
        buffer.append(meta.encoded().span.bytes)
        buffer.append(zeros: max(PageFormat.metaSize, file.writeAlignment) - buffer.count)
        return buffer
    }
}
