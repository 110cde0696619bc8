import StrataDisk
import Synchronization

/// An ordered map of bytes to bytes in one file: a copy-on-write B+tree with one writer and any number of readers, who
/// never wait for each other.
///
/// A reader holds a `TreeSnapshot`, the tree as of one commit. The writer changes copies of pages and makes them the
/// next commit at once, by writing one of two meta pages after everything else is durable. So a power cut leaves the
/// newest durable commit, and opening reads a meta and the free list only. See `PageFormat` for what stands where.
///
/// After a failed write or sync nothing more is committed until the tree is opened anew; snapshots go on.
package final class BTree: @unchecked Sendable {
    // Unchecked because `shared` is a plain property, only ever reached under `gate`, and what belongs to the writer is
    // only reached by the one `TreeWriter` that `shared.isWriting` admits.
    package let opening: TreeOpening
    package let treeID: UInt64
    package let options: BTreeOptions
    /// Bytes of the longest key.
    package let maximumKeySize: Int
    let disk: any Disk
    let name: String
    /// Replaced by `goOn(with:)` only: under `gate`, in the writer's turn.
    private(set) var store: TreeStore
    let pageBytes: Int
    /// A compaction is under way.
    let isCompacting = Atomic<Bool>(false)
    private let gate = BargingMutex(())
    private var shared: Shared

    // The writer's.
    var free: FreePages
    var freeListPages: [UInt32]

    private struct Shared {
        var latest: TreeMeta
        var isDurable: Bool
        var olderApplied: UInt64
        var lock: (any DiskLock)?
        var isWriting = false
        var poison: String?
        var isClosed = false
        /// How many snapshots of each commit live.
        var snapshots: [UInt64: Int] = [:]
        /// Those that read a file which a compaction has replaced.
        var oldSnapshots = 0
        var statistics = TreeStatistics()
        /// Pages, bytes and syncs written to files that a compaction has replaced.
        var earlier = TreeStatistics()
    }

    /// Opens the tree `name`, or makes it. Holds the lock file `<name>.lock` until it is closed.
    ///
    /// - Throws: `.locked`; `.corrupt` where neither meta page is good; `.newerVersion`; `.io`.
    package convenience init(
        on disk: any Disk, name: String = "store.tree", options: BTreeOptions = BTreeOptions(),
        clock: any MonotonicClock = SystemClock()
    ) throws(StorageError) {
        let began = clock.nanoseconds()
        let lock = try disk.lock(name + ".lock")
        let opened = try Self.open(name, on: disk, options: options)
        self.init(
            opened, on: disk, name: name, options: options, lock: lock, nanoseconds: clock.nanoseconds() - began)
    }

    /// - Parameter lock: nil for a draft, which nobody else knows.
    init(
        _ opened: Opened, on disk: any Disk, name: String, options: BTreeOptions, lock: (any DiskLock)?,
        nanoseconds: UInt64
    ) {
        let isDurable = options.sync && options.method.isDurable
        self.disk = disk
        self.name = name
        self.options = options
        self.treeID = opened.meta.treeID
        store = opened.store
        pageBytes = opened.meta.pageBytes
        maximumKeySize = PageFormat.maximumKey(pageBytes: opened.meta.pageBytes)
        free = opened.free
        freeListPages = opened.freeListPages
        shared = Shared(
            latest: opened.meta, isDurable: isDurable,
            olderApplied: min(opened.older?.appliedIndex ?? .max, opened.meta.appliedIndex), lock: lock)
        opening = TreeOpening(
            isNew: opened.isNew, commit: TreeCommit(opened.meta, isDurable: isDurable),
            olderCommit: opened.older?.commit, damage: opened.damage, isFreeListLost: opened.isFreeListLost,
            nanoseconds: nanoseconds)
        shared.statistics.freePages = free.pageCount
        shared.statistics.fileBytes = store.capacityPages * UInt64(pageBytes)
    }

    /// The newest commit.
    package var latest: TreeCommit {
        gate.withLock { _ in TreeCommit(shared.latest, isDurable: shared.isDurable) }
    }

    /// Applied indexes of the two durable commits. Entries of the log after `older` must be kept: should the newest
    /// meta page be damaged, the tree opens as of the older one.
    package var durableAppliedIndexes: (newest: UInt64, older: UInt64) {
        gate.withLock { _ in (shared.latest.appliedIndex, shared.olderApplied) }
    }

    package var statistics: TreeStatistics {
        gate.withLock { _ in
            var result = shared.statistics
            (result.cacheBytes, result.cacheMisses, result.cacheEvictions) = store.cache.usage
            result.snapshots = shared.snapshots.values.reduce(0, +) + shared.oldSnapshots
            return result
        }
    }

    /// The tree as of the newest commit. Its pages are not written again while it lives.
    package func snapshot() -> TreeSnapshot {
        let (cache, meta, isDurable) = gate.withLock { _ in
            shared.snapshots[shared.latest.commit, default: 0] += 1
            return (store.cache, shared.latest, shared.isDurable)
        }
        return TreeSnapshot(self, cache, meta, isDurable: isDurable)
    }

    func release(snapshot commit: UInt64, of cache: PageCache) {
        gate.withLock { _ in
            guard cache === store.cache else { return shared.oldSnapshots -= 1 }
            let left = (shared.snapshots[commit] ?? 1) - 1
            shared.snapshots[commit] = left == 0 ? nil : left
        }
    }

    /// The one writer. Throws `.invalid` while there is another, `.poisoned` after a failed write or sync, `.closed`.
    package func begin() throws(StorageError) -> TreeWriter {
        let (meta, live) = try takeTurn()
        do throws(StorageError) {
            return try TreeWriter(self, meta, live: live)
        } catch {
            writerEnded()
            throw error
        }
    }

    // MARK: For the writer

    /// Takes the one writer's turn, which `writerEnded` ends. `live` are the commits that have snapshots, and the
    /// newest, in rising order.
    func takeTurn() throws(StorageError) -> (newest: TreeMeta, live: [UInt64]) {
        try gate.withLock { (_) throws(StorageError) -> (TreeMeta, [UInt64]) in
            if shared.isClosed { throw .init(kind: .closed, file: store.file.name) }
            if let poison = shared.poison { throw .init(kind: .poisoned(poison), file: store.file.name) }
            guard !shared.isWriting else {
                throw .init(kind: .invalid("a writer is open already"), file: store.file.name)
            }
            shared.isWriting = true
            let newest = shared.latest.commit
            return (shared.latest, shared.snapshots.keys.filter { $0 != newest }.sorted() + [newest])
        }
    }

    /// Goes on with another file that holds the same, in the writer's turn. Snapshots taken before stay with the old
    /// file, which is closed with the last of them.
    func goOn(with opened: Opened) {
        free = opened.free
        freeListPages = opened.freeListPages
        gate.withLock { _ in
            shared.earlier.pagesWritten += store.pagesWritten
            shared.earlier.bytesWritten += store.bytesWritten
            shared.earlier.syncs += store.syncs
            shared.oldSnapshots += shared.snapshots.values.reduce(0, +)
            shared.snapshots = [:]
            store = opened.store
            shared.latest = opened.meta
            shared.olderApplied = min(opened.older?.appliedIndex ?? .max, opened.meta.appliedIndex)
            countWrites()
        }
    }

    /// Under `gate`.
    private func countWrites() {
        shared.statistics.pagesWritten = shared.earlier.pagesWritten + store.pagesWritten
        shared.statistics.bytesWritten = shared.earlier.bytesWritten + store.bytesWritten
        shared.statistics.syncs = shared.earlier.syncs + store.syncs
        shared.statistics.fileBytes = store.capacityPages * UInt64(pageBytes)
        shared.statistics.freePages = free.pageCount
        shared.statistics.pinnedPages = free.pinnedPages
    }

    func publish(_ meta: TreeMeta) -> TreeCommit {
        gate.withLock { _ in
            shared.olderApplied = shared.latest.appliedIndex
            shared.latest = meta
            shared.isDurable = options.sync && options.method.isDurable
            shared.statistics.commits += 1
            countWrites()
            return TreeCommit(meta, isDurable: shared.isDurable)
        }
    }

    func poison(_ error: StorageError) {
        gate.withLock { _ in if shared.poison == nil { shared.poison = error.description } }
    }

    func writerEnded() { gate.withLock { _ in shared.isWriting = false } }

    // MARK: The end

    /// Closes the file and releases the lock. Snapshots that still live find only what is cached. Idempotent.
    package func close() throws(StorageError) {
        let isFirst = gate.withLock { _ in
            precondition(!shared.isWriting, "closed while a writer is open")
            defer { shared.isClosed = true }
            return !shared.isClosed
        }
        guard isFirst else { return }
        defer { abandon() }
        try store.file.close()
    }

    /// Lets go of file and lock as a killed process would.
    package func abandon() {
        gate.withLock { _ in
            shared.isClosed = true
            shared.lock = nil
        }
    }
}

extension TreeCommit {
    init(_ meta: TreeMeta, isDurable: Bool) {
        self.init(
            number: meta.commit, appliedIndex: meta.appliedIndex, entries: meta.entries, pages: UInt64(meta.pages),
            freePages: UInt64(meta.freePages), depth: meta.depth, isDurable: isDurable)
    }
}
