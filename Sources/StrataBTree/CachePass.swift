import StrataDisk

/// One reader's stay in the cache: while it lasts, the pages it was given stay where they are. Left by its owner.
struct CachePass {
    let cache: PageCache
    private var ticket: ReaderEpochs.Ticket

    @inline(__always)
    init(_ cache: PageCache) {
        self.cache = cache
        ticket = cache.epochs.enter()
    }

    @inline(__always)
    func leave() { cache.epochs.leave(ticket) }

    /// A verified page of a commit's tree. A page from an earlier call may be gone afterwards if this one had to be
    /// read.
    ///
    /// - Parameters:
    ///   - level: what its parent says it has; a tree that leads in circles ends here.
    ///   - newest: the commit whose tree it is: a page of a later one stands where another should.
    @inline(__always)
    mutating func node(_ page: UInt32, level: Int, newest: UInt64) throws(StorageError) -> Node {
        let memory = if let found = cache.find(page) { found } else { try load(page) }
        let node = Node(memory)
        guard node.level == level, node.commit <= newest else {
            throw misplaced(node, page: page, level: level, newest: newest)
        }
        return node
    }

    /// Reading may take long: the epoch is left meanwhile, so that memory can be reclaimed.
    @inline(never)
    private mutating func load(_ page: UInt32) throws(StorageError) -> UnsafeMutableRawPointer {
        while true {
            cache.epochs.leave(ticket)
            let failure: StorageError?
            do throws(StorageError) {
                try cache.load(page)
                failure = nil
            } catch {
                failure = error
            }
            // Also after a failure: the owner leaves.
            ticket = cache.epochs.enter()
            if let failure { throw failure }
            // A small cache may have evicted it again already.
            if let found = cache.find(page) { return found }
        }
    }

    @inline(never)
    private func misplaced(_ node: Node, page: UInt32, level: Int, newest: UInt64) -> StorageError {
        .corrupt(
            "page \(page)", "level \(level) of commit \(newest) or older",
            "level \(node.level) of commit \(node.commit)",
            cache.fileName, UInt64(page) * UInt64(cache.pageBytes))
    }
}

extension PageCache {
    @inline(__always)
    func enter() -> CachePass { CachePass(self) }
}
