import Glibc
import StrataDisk
import Synchronization

/// Changes to a tree, made visible by `commit` all at once. For one thread at a time.
///
/// Pages are copied when they are first changed, into free pages, and changed in place from then on. It keeps the path
/// to the leaf it was at last, so that keys in rising order find each leaf once. Changed pages that would fill more
/// than half of the cache are written ahead of the commit.
///
/// After `commit`, also a failed one, or `rollback` it takes no more calls. Room in the file is reserved before a call
/// changes anything: after `ENOSPC` from `put` or `remove` the writer is as it was before that call.
package final class TreeWriter {
    struct Level {
        var node: Node
        var index: Int
    }

    let tree: BTree
    let store: TreeStore
    let cache: PageCache
    let pageBytes: Int
    let room: Int
    /// Of the commit in the making.
    let number: UInt64
    // One thread at a time is the contract; checking every access at run time as well is work for each key.
    @exclusivity(unchecked) var meta: TreeMeta
    @exclusivity(unchecked) var free: FreePages
    @exclusivity(unchecked) private(set) var isActive = true

    /// From the root to a leaf. Nodes belong to the writer and stay put while `hasFinger`.
    @exclusivity(unchecked) var path: [Level] = []
    @exclusivity(unchecked) var hasFinger = false
    /// Keys of the finger's leaf: from `low` on and less than `high`, where there are such bounds.
    private let low = IOBuffer(capacity: 4096)
    private let high = IOBuffer(capacity: 4096)
    @exclusivity(unchecked) private var hasLow = false
    @exclusivity(unchecked) private var hasHigh = false

    /// Pages to be written, some twice, some given back since.
    @exclusivity(unchecked) var dirtyPages: [UInt32] = []
    /// All pages that were taken, for a rollback.
    @exclusivity(unchecked) private var takenPages: [UInt32] = []
    /// First pages of overflow runs written by this writer.
    var ownRuns: Set<UInt32> = []
    private let dirtyLimit: Int

    /// Two pages for rewriting, then one entry, then a separator for each level.
    let scratch: UnsafeMutableRawPointer
    @exclusivity(unchecked) var entries: [EntryReference] = []
    /// The place of the last insertion, and how many before it came one after the other at a leaf's end.
    @exclusivity(unchecked) var lastInsert: (page: UInt32, index: Int) = (0, 0)
    @exclusivity(unchecked) var streak = 0

    init(_ tree: BTree, _ meta: TreeMeta, live: [UInt64]) throws(StorageError) {
        self.tree = tree
        store = tree.store
        cache = tree.store.cache
        pageBytes = tree.pageBytes
        room = PageFormat.room(pageBytes: tree.pageBytes)
        number = meta.commit + 1
        self.meta = meta
        var free = tree.free
        guard free.begin(live: live) else { throw tree.store.freedTwice() }
        self.free = free
        dirtyLimit = max(64, tree.options.cacheBytes / 2 / tree.pageBytes)
        scratch = .allocate(byteCount: (3 + PageFormat.maximumDepth) * tree.pageBytes, alignment: 64)
        path.reserveCapacity(PageFormat.maximumDepth)
    }

    deinit {
        rollback()
        scratch.deallocate()
    }

    // MARK: Reading

    /// As of the newest commit with this writer's changes.
    @inlinable
    package func get<R>(
        _ key: RawSpan, _ body: (RawSpan) throws(StorageError) -> R
    ) throws(StorageError) -> R? {
        var result: R?
        try lookUp(key) { (value) throws(StorageError) in result = try body(value) }
        return result
    }

    @usableFromInline
    package func lookUp(
        _ key: RawSpan, _ body: (RawSpan) throws(StorageError) -> Void
    ) throws(StorageError) {
        try requireActive()
        try key.withUnsafeBytes { (buffer) throws(StorageError) in
            let key = Bytes(buffer)
            let pass = cache.enter()
            defer { pass.leave() }
            guard try find(key) else { return }
            let leaf = path[path.count - 1].node
            let (index, isEqual) = leaf.lowerBound(key, isLeaf: true)
            guard isEqual else { return }
            if let value = leaf.inlineValue(index) { return try body(value.buffer.bytes) }
            guard let run = leaf.overflow(index) else { return }
            try cache.withOverflow(run, newest: number, body)
        }
    }

    func requireActive() throws(StorageError) {
        guard isActive else { throw .init(kind: .closed, file: store.file.name, remedy: "begin another writer") }
    }

    // MARK: The path

    /// Leads `path` to the leaf for `key`; false: the tree is empty. Inside an epoch, which keeps pages that are not
    /// the writer's own.
    func find(_ key: Bytes) throws(StorageError) -> Bool {
        if hasFinger && covers(key) { return true }
        hasFinger = false
        path.removeAll(keepingCapacity: true)
        guard meta.depth > 0 else { return false }
        (hasLow, hasHigh) = (false, false)
        var page = meta.root
        for level in (1..<meta.depth).reversed() {
            let node = try node(page, level: level)
            let index = node.childIndex(key)
            path.append(Level(node: node, index: index))
            page = node.child(index)
            if index > 0 {
                Self.keep(node.branchKey(index), in: low)
                hasLow = true
            }
            if index + 1 < node.count {
                Self.keep(node.branchKey(index + 1), in: high)
                hasHigh = true
            }
        }
        path.append(Level(node: try node(page, level: 0), index: 0))
        return true
    }

    private static func keep(_ key: Bytes, in buffer: IOBuffer) {
        buffer.removeAll()
        buffer.append(key.buffer.bytes)
    }

    private func covers(_ key: Bytes) -> Bool {
        if hasLow && key.order(Bytes(low.base, low.count)) < 0 { return false }
        return !hasHigh || key.order(Bytes(high.base, high.count)) < 0
    }

    /// A page of the tree in the making.
    func node(_ page: UInt32, level: Int) throws(StorageError) -> Node {
        while true {
            // Dirty or not: the writer sees its own.
            if let memory = UnsafeMutableRawPointer(bitPattern: cache.table.load(page) & ~PageTable.marks) {
                let node = Node(memory)
                guard node.level == level, node.commit <= number else {
                    throw .corrupt(
                        "page \(page)", "level \(level) of commit \(number) or older",
                        "level \(node.level) of commit \(node.commit)", store.file.name,
                        UInt64(page) * UInt64(pageBytes))
                }
                return node
            }
            try cache.load(page)
        }
    }

    /// Makes every page of the path the writer's own and dirty. Room is reserved.
    func touchPath() throws(StorageError) {
        if hasFinger { return }
        for level in path.indices {
            let parent = level == 0 ? nil : path[level - 1]
            path[level].node = try touch(path[level].node, parent)
        }
        hasFinger = true
    }

    /// The writer's own copy of a page, with the reference to it changed.
    func touch(_ node: Node, _ parent: Level?) throws(StorageError) -> Node {
        let page = node.page
        guard node.commit != number else {
            if cache.dirty(page) != nil { return node }
            // Written ahead, and now changed again.
            var memory = cache.makeDirtyAgain(page)
            while memory == nil {
                try cache.load(page)
                memory = cache.makeDirtyAgain(page)
            }
            dirtyPages.append(page)
            return Node(memory.unsafelyUnwrapped)
        }
        let copy = takePage(zeroed: false)
        memcpy(copy.memory, node.base, pageBytes)
        let own = Node(copy.memory)
        own.own(page: copy.page, commit: number)
        free.release(page, born: node.commit)
        if let parent { parent.node.setChild(parent.index, copy.page) } else { meta.root = copy.page }
        return own
    }

    // MARK: Pages

    /// Makes sure that `count` pages can be taken, before anything is changed.
    func reserve(_ count: Int) throws(StorageError) {
        let missing = count - free.takeable
        if missing > 0 { try store.reserve(UInt64(free.end) + UInt64(missing)) }
    }

    /// Pages that one call may take: each level's copy, its sibling's, its split, and a new root.
    var pagesPerCall: Int { 3 * (meta.depth + 1) + 2 }

    func takePage(zeroed: Bool = true) -> (page: UInt32, memory: UnsafeMutableRawPointer) {
        let page = free.takePage()
        noteEnd()
        dirtyPages.append(page)
        takenPages.append(page)
        return (page, cache.makeDirty(page, zeroed: zeroed))
    }

    private func noteEnd() {
        if free.end > cache.pages.load(ordering: .relaxed) { cache.pages.store(free.end, ordering: .releasing) }
    }

    /// A page is no longer part of the tree.
    func discard(_ node: Node) {
        let page = node.page
        guard node.commit == number else { return free.release(page, born: node.commit) }
        cache.drop(page)
        free.giveBack(page)
    }

    /// Writes a value to overflow pages. Nothing else is changed.
    func writeOverflow(_ value: Bytes) throws(StorageError) -> OverflowReference {
        let pages = PageFormat.runPages(value: value.count, pageBytes: pageBytes)
        let first: UInt32
        if let found = free.takeRun(pages) {
            first = found
        } else {
            try store.reserve(UInt64(free.end) + UInt64(pages))
            first = free.takeRunAtEnd(pages)
            noteEnd()
        }
        let buffer = IOBuffer(capacity: pages * pageBytes)
        buffer.append(zeros: PageFormat.headerSize)
        buffer.store(littleEndian: first, at: PageFormat.Field.page)
        buffer.store(littleEndian: number, at: PageFormat.Field.commit)
        buffer.store(littleEndian: PageFormat.Kind.overflow.rawValue, at: PageFormat.Field.kind)
        buffer.store(littleEndian: UInt32(value.count), at: PageFormat.Field.valueSize)
        buffer.store(littleEndian: UInt32(pages), at: PageFormat.Field.runPages)
        buffer.append(value.buffer.bytes)
        buffer.store(littleEndian: Node.checksum(buffer.base, buffer.count), at: PageFormat.Field.crc)
        buffer.append(zeros: pages * pageBytes - buffer.count)
        // Written at once: many large values need no memory until the commit. A page of this number that was cached is
        // of a commit that nobody reads any more.
        for page in first..<first + UInt32(pages) { cache.drop(page) }
        do throws(StorageError) {
            try buffer.withBytes { bytes throws(StorageError) in try store.write(bytes, at: first) }
        } catch {
            fail(error)
            throw error
        }
        ownRuns.insert(first)
        return OverflowReference(first: first, size: UInt32(value.count))
    }

    func discard(_ run: OverflowReference) {
        let pages = PageFormat.runPages(value: Int(run.size), pageBytes: pageBytes)
        if ownRuns.remove(run.first) != nil {
            free.giveBack(run.first, count: pages)
        } else {
            free.release(run.first, count: pages, born: free.hasOldReaders ? birth(of: run) : 0)
        }
    }

    /// The commit that wrote a run, which only its header says; 0, which is always safe, if that cannot be read.
    private func birth(of run: OverflowReference) -> UInt64 {
        var commit: UInt64 = 0
        let got = withUnsafeMutableBytes(of: &commit) { memory in
            var span = memory.mutableBytes
            return try? store.file.read(
                into: &span, at: UInt64(run.first) * UInt64(pageBytes) + UInt64(PageFormat.Field.commit))
        }
        return got == 8 ? UInt64(littleEndian: commit) : 0
    }

    /// Writes what is dirty, but for the path, if there is too much of it.
    func spillIfFull() throws(StorageError) {
        guard dirtyPages.count > dirtyLimit else { return }
        let kept = path.map { $0.node.page }
        dirtyPages.sort()
        let written = dirtyPages.filter { !kept.contains($0) }
        do throws(StorageError) {
            try store.write(written)
        } catch {
            fail(error)
            throw error
        }
        for page in written { cache.makeClean(page) }
        dirtyPages = kept
        if !hasFinger { dirtyPages.removeAll { cache.dirty($0) == nil } }
    }

    // MARK: The end

    /// After a failed write or sync: nothing is committed any more.
    func fail(_ error: StorageError) {
        tree.poison(error)
        rollback()
    }

    /// Forgets all changes. Idempotent.
    package func rollback() {
        guard isActive else { return }
        isActive = false
        hasFinger = false
        for page in takenPages { cache.drop(page) }
        tree.writerEnded()
    }

    /// Makes the changes the tree's next commit, durable on return unless the options say otherwise. The writer is
    /// over, also after a throw; then the changes are forgotten.
    ///
    /// - Parameter appliedIndex: the newest log entry whose effects the tree now holds.
    /// - Throws: `.io` with `ENOSPC` before anything was written, and the tree can go on; any other failure of a write
    ///   or sync poisons it.
    @discardableResult
    package func commit(appliedIndex: UInt64) throws(StorageError) -> TreeCommit {
        try requireActive()
        let perPage = PageFormat.extentsPerPage(pageBytes: pageBytes)
        let finished: (list: [PageExtent], pages: [UInt32])
        do throws(StorageError) {
            try reserve(free.listPagesBound(oldList: tree.freeListPages.count, perPage: perPage))
            guard let found = free.finish(commit: number, oldList: tree.freeListPages, perPage: perPage) else {
                throw store.freedTwice()
            }
            finished = found
        } catch {
            rollback()
            throw error
        }
        noteEnd()
        takenPages += finished.pages
        FreeList.write(finished.list, to: finished.pages, commit: number, cache: cache)
        dirtyPages += finished.pages
        dirtyPages.sort()
        meta.commit = number
        meta.appliedIndex = appliedIndex
        meta.pages = free.end
        meta.freeList = finished.pages.first ?? 0
        meta.freePages = UInt32(PageExtent.pageCount(finished.list))
        do throws(StorageError) {
            try store.write(dirtyPages)
            // The meta may reach the device before them if it is written now.
            try store.sync()
            try store.write(meta)
        } catch {
            fail(error)
            throw error
        }
        for page in dirtyPages { cache.makeClean(page) }
        for page in finished.pages { cache.drop(page) }
        isActive = false
        tree.free = free
        tree.freeListPages = finished.pages
        let commit = tree.publish(meta)
        tree.writerEnded()
        return commit
    }
}
