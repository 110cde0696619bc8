import StrataDisk
import Synchronization

/// Making, finding and choosing.
extension BTree {
    struct Opened {
        let store: TreeStore
        let meta: TreeMeta
        let older: TreeMeta?
        let free: FreePages
        let freeListPages: [UInt32]
        let damage: [StorageError]
        let isFreeListLost: Bool
        let isNew: Bool
    }

    /// Opens the file or makes it. A tree is made under another name and renamed when it is whole, so that a file of
    /// this name always has both metas.
    static func open(
        _ name: String, on disk: any Disk, options: BTreeOptions
    ) throws(StorageError) -> Opened {
        let names = try disk.list()
        let isNew = !names.contains(name)
        // What a creation, copy or compaction left that was interrupted.
        if names.contains(draft(of: name)) { try disk.remove(draft(of: name)) }
        if isNew { try create(name, on: disk, options: options) }
        // Seen is not durable: a process that was killed may have renamed the file and not synced the directory.
        if !isNew && options.sync { try disk.syncDirectory() }
        let file = try disk.open(name, .readWrite, method: options.method)
        let (meta, older, damage) = try chooseMeta(of: file)
        let store = try TreeStore(file: file, pageBytes: meta.pageBytes, options: options)
        store.cache.pages.store(meta.pages, ordering: .releasing)
        try store.renew(meta, older: older)
        var problems = damage.map { [$0] } ?? []
        do throws(StorageError) {
            let (extents, pages) = try FreeList.read(meta, from: file)
            return Opened(
                store: store, meta: meta, older: older, free: FreePages(available: extents, end: meta.pages),
                freeListPages: pages, damage: problems, isFreeListLost: false, isNew: isNew)
        } catch {
            guard case .corrupt = error.kind else { throw error }
            problems.append(error)
            return Opened(
                store: store, meta: meta, older: older, free: FreePages(available: [], end: meta.pages),
                freeListPages: [], damage: problems, isFreeListLost: true, isNew: isNew)
        }
    }

    /// The name under which a file is written that becomes the tree `name`.
    static func draft(of name: String) -> String { name + ".new" }

    private static func create(
        _ name: String, on disk: any Disk, options: BTreeOptions
    ) throws(StorageError) {
        guard PageFormat.pageSizes.contains(options.pageBytes) else {
            throw .init(
                kind: .invalid("\(options.pageBytes) bytes a page; it must be one of \(PageFormat.pageSizes)"),
                file: name)
        }
        var system = SystemRandomNumberGenerator()
        var random = SeededRandom(seed: options.seed ?? system.next())
        let treeID = random.next()
        let draft = draft(of: name)
        let file = try disk.open(draft, .create, method: options.method)
        let store = try TreeStore(file: file, pageBytes: options.pageBytes, options: options)
        try store.reserve(UInt64(PageFormat.metaPages))
        for commit in UInt64(0)...1 {
            try store.write(
                TreeMeta(
                    commit: commit, appliedIndex: 0, treeID: treeID, entries: 0, pageBytes: options.pageBytes, root: 0,
                    depth: 0, pages: PageFormat.metaPages, freeList: 0, freePages: 0))
        }
        try store.sync()
        try file.close()
        try disk.rename(draft, to: name)
        if options.sync { try disk.syncDirectory() }
    }

    /// Reads both metas and lets the table decide. A failed read is no damage: it is thrown, and may succeed next time.
    static func chooseMeta(
        of file: any File
    ) throws(StorageError) -> (meta: TreeMeta, older: TreeMeta?, damage: StorageError?) {
        let (first, second) = try readMetas(of: file)
        switch MetaTable(first, second, file: file.name).verdict {
        case .open(let meta, let older, let damage): return (meta, older, damage)
        case .refuse(let error): throw error
        }
    }

    /// What both slots hold.
    static func readMetas(
        of file: any File
    ) throws(StorageError) -> (first: MetaTable.State, second: MetaTable.State) {
        let size = try file.size()
        let first = try readMeta(slot: 0, at: 0, of: file, size: size)
        var second: MetaTable.State
        if let meta = first.meta {
            second = try readMeta(slot: 1, at: UInt64(meta.pageBytes), of: file, size: size)
        } else {
            // Without the first one the page size is unknown, and with it where the second stands.
            second = try readMeta(slot: 1, at: UInt64(PageFormat.pageSizes[0]), of: file, size: size)
            for pageBytes in PageFormat.pageSizes.dropFirst() {
                guard case .damaged = second else { break }
                second = try readMeta(slot: 1, at: UInt64(pageBytes), of: file, size: size)
            }
        }
        return (first, second)
    }

    private static func readMeta(
        slot: Int, at offset: UInt64, of file: any File, size: UInt64
    ) throws(StorageError) -> MetaTable.State {
        let buffer = IOBuffer(capacity: PageFormat.metaSize)
        try buffer.appendInPlace(atMost: PageFormat.metaSize) { (room) throws(StorageError) -> Int in
            var span = room.mutableBytes
            return try file.read(into: &span, at: offset)
        }
        do throws(StorageError) {
            let meta = try buffer.withBytes { (bytes) throws(StorageError) -> TreeMeta in
                try TreeMeta.decode(bytes, slot: slot, fileBytes: size, file: file.name, offset: offset)
            }
            guard slot == 0 || UInt64(meta.pageBytes) == offset else {
                throw .corrupt("page bytes", "\(offset)", "\(meta.pageBytes)", file.name, offset + 48)
            }
            return .good(meta)
        } catch {
            if case .newerVersion = error.kind { return .newerVersion(error) }
            return .damaged(error)
        }
    }
}
