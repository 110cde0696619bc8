/// Which pages the writer may use, in memory. A value: a rollback restores the copy that was made before.
struct FreePages {
    /// In rising order; those before `position` are used up.
    private var available: [PageExtent]
    private var position = 0
    /// Pages of `available` from `position` on.
    private(set) var availablePages: Int
    /// Set free by commits; a snapshot of one of `trees` may still read them.
    private struct Pending {
        var trees: Range<UInt64>
        var extents: [PageExtent]
    }
    private var pending: [Pending] = []
    /// Commits that have readers or may get some, in rising order; the last is the newest.
    private var live: [UInt64] = []
    /// One past the last page in use or free.
    private(set) var end: UInt32
    /// Allocated and given back by the running writer: no tree has seen them.
    private var loose: [UInt32] = []
    private var looseRuns: [PageExtent] = []
    /// Set free by the running writer, with the oldest live commit that holds them; the newest one does too.
    private var released: [(oldest: UInt64, extent: PageExtent)] = []
    /// No run of this length or more was found since the writer began: extents only become shorter meanwhile.
    private var missingRun = Int.max

    init(available: [PageExtent], end: UInt32) {
        self.available = available
        availablePages = PageExtent.pageCount(available)
        self.end = end
    }

    /// Pages that `takePage` gives before the file's end moves.
    var takeable: Int { availablePages + loose.count }

    /// All pages that a commit made now would leave free.
    var pageCount: Int {
        takeable + pending.reduce(0) { $0 + PageExtent.pageCount($1.extents) } + PageExtent.pageCount(looseRuns)
            + PageExtent.pageCount(released.lazy.map(\.extent))
    }

    /// Pages that wait for older snapshots.
    var pinnedPages: Int { pending.reduce(0) { $0 + PageExtent.pageCount($1.extents) } }

    /// Whether somebody reads an older commit than the newest.
    var hasOldReaders: Bool { live.count > 1 }

    /// A writer begins: what no snapshot can read any more becomes available.
    ///
    /// - Parameter live: commits that have snapshots, and the newest, in rising order.
    /// - Returns: false if a page is free twice.
    mutating func begin(live: [UInt64]) -> Bool {
        self.live = live
        let isRead = { (entry: Pending) in live.contains { entry.trees.contains($0) } }
        let ready = pending.filter { !isRead($0) }.flatMap(\.extents)
        pending.removeAll { !isRead($0) }
        guard let joined = PageExtent.sorted(ready),
            let usable = PageExtent.merged(available[position...], joined)
        else { return false }
        available = usable
        availablePages = PageExtent.pageCount(usable)
        position = 0
        missingRun = .max
        return true
    }

    mutating func takePage() -> UInt32 {
        if let page = loose.popLast() { return page }
        while position < available.count {
            if available[position].count > 0 {
                let page = available[position].first
                available[position].first += 1
                available[position].count -= 1
                availablePages -= 1
                return page
            }
            position += 1
        }
        end += 1
        return end - 1
    }

    /// A run that is free, or nil: then one at the end is to be taken.
    mutating func takeRun(_ length: Int) -> UInt32? {
        if length == 1 && takeable > 0 { return takePage() }
        guard length < missingRun, availablePages >= length else { return nil }
        for index in position..<available.count where available[index].count >= length {
            let page = available[index].first
            available[index].first += UInt32(length)
            available[index].count -= UInt32(length)
            availablePages -= length
            return page
        }
        missingRun = length
        return nil
    }

    mutating func takeRunAtEnd(_ length: Int) -> UInt32 {
        end += UInt32(length)
        return end - UInt32(length)
    }

    /// Pages of the newest commit are no part of the next. Snapshots from before commit `born`, which wrote them, do
    /// not hold them back.
    mutating func release(_ first: UInt32, count: Int = 1, born: UInt64) {
        let oldest = live.first { $0 >= born } ?? live[0]
        released.append((oldest, PageExtent(first: first, count: UInt32(count))))
    }

    /// Pages that this writer took.
    mutating func giveBack(_ first: UInt32, count: Int = 1) {
        if count == 1 { loose.append(first) } else { looseRuns.append(PageExtent(first: first, count: UInt32(count))) }
    }

    /// Takes pages for the free list itself until it fits, and ends the writer's use: what it set free is pending for
    /// `commit` from now on.
    ///
    /// - Returns: the list to be stored, in rising order, and its pages; nil if a page is free twice.
    mutating func finish(
        commit: UInt64, oldList: [UInt32], perPage: Int
    ) -> (list: [PageExtent], pages: [UInt32])? {
        for page in oldList { release(page, born: commit - 1) }
        var waiting = pending
        for (oldest, entries) in Dictionary(grouping: released, by: \.oldest).sorted(by: { $0.key < $1.key }) {
            guard let extents = PageExtent.sorted(entries.map(\.extent)) else { return nil }
            waiting.append(Pending(trees: oldest..<commit, extents: extents))
        }
        guard let held = PageExtent.sorted(waiting.flatMap(\.extents)) else { return nil }
        var pages: [UInt32] = []
        while true {
            guard
                let mine = PageExtent.sorted(looseRuns + loose.map { PageExtent(first: $0, count: 1) }),
                let usable = PageExtent.merged(available[position...], mine),
                let list = PageExtent.merged(usable, held)
            else { return nil }
            let needed = (list.count + perPage - 1) / perPage
            if pages.count < needed {
                while pages.count < needed { pages.append(takePage()) }
                continue
            }
            available = usable
            position = 0
            availablePages = PageExtent.pageCount(usable)
            (loose, looseRuns) = ([], [])
            pending = waiting
            released = []
            return (list, pages)
        }
    }

    /// More than `finish` can take from the end of the file.
    func listPagesBound(oldList: Int, perPage: Int) -> Int {
        let extents =
            available.count - position + pending.reduce(0) { $0 + $1.extents.count } + loose.count
            + looseRuns.count + released.count + oldList
        return extents / perPage + 2
    }
}
