import StrataDisk

/// Makes a new tree from entries in rising order, much faster than a writer would: pages are filled one after the other and
/// written once, in a few megabytes of memory whatever the size.
///
/// Until `finish` returns there is no file of that name. One thread at a time; holds the lock file `<name>.lock` until it
/// is over.
package final class BulkLoader {
    private let builder: TreeFileBuilder
    private let treeID: UInt64
    private var lock: (any DiskLock)?
    private var isOver = false

    /// - Parameters:
    ///   - options: `pageBytes`, `growthBytes`, `method`, `sync` and `seed` count.
    ///   - fill: share of each page that is filled, 0.5 to 1. Less than 1 leaves room for keys that will come between.
    /// - Throws: `.invalid` where `name` exists or an option is out of bounds; `.locked`; `.io`.
    package init(
        on disk: any Disk, name: String = "store.tree", options: BTreeOptions = BTreeOptions(), fill: Double = 1
    ) throws(StorageError) {
        lock = try disk.lock(name + ".lock")
        guard try !disk.list().contains(name) else {
            throw .init(kind: .invalid("there is a file of this name already"), file: name)
        }
        var system = SystemRandomNumberGenerator()
        var random = SeededRandom(seed: options.seed ?? system.next())
        treeID = random.next()
        builder = try TreeFileBuilder(name, on: disk, options: options, commit: 1, fill: fill)
    }

    deinit { cancel() }

    package var entries: UInt64 { builder.entries }

    /// - Throws: `.invalid` for a key that is not greater than the one before, or a key or value that is too long: then it
    ///   is as if the call had not been made. After `.io` nothing but `cancel` is of use.
    package func append(_ key: RawSpan, _ value: RawSpan) throws(StorageError) {
        try requireActive()
        try key.withUnsafeBytes { (key) throws(StorageError) in
            try value.withUnsafeBytes { (value) throws(StorageError) in try builder.append(Bytes(key), Bytes(value)) }
        }
    }

    /// Makes the tree durable under its name; it is its first commit, and both metas hold it.
    @discardableResult
    package func finish(appliedIndex: UInt64 = 0) throws(StorageError) -> TreeCommit {
        try requireActive()
        isOver = true
        defer { lock = nil }
        do throws(StorageError) {
            let meta = try builder.finish(appliedIndex: appliedIndex, treeID: treeID)
            return TreeCommit(meta, isDurable: builder.options.sync && builder.options.method.isDurable)
        } catch {
            builder.discard()
            throw error
        }
    }

    /// Removes what was written. Idempotent, and nothing after `finish`.
    package func cancel() {
        guard !isOver else { return }
        isOver = true
        builder.discard()
        lock = nil
    }

    private func requireActive() throws(StorageError) {
        guard !isOver else { throw .init(kind: .closed, file: builder.name) }
    }
}
