import StrataBTree
import StrataDisk
import Testing

func contents(_ span: RawSpan) -> [UInt8] { span.withUnsafeBytes { Array($0) } }

extension TreeWriter {
    func put(_ key: [UInt8], _ value: [UInt8]) throws(StorageError) { try put(key.span.bytes, value.span.bytes) }
    @discardableResult
    func remove(_ key: [UInt8]) throws(StorageError) -> Bool { try remove(key.span.bytes) }
    func value(_ key: [UInt8]) throws(StorageError) -> [UInt8]? {
        try get(key.span.bytes) { (span) throws(StorageError) in contents(span) }
    }
}

extension TreeSnapshot {
    func value(_ key: [UInt8]) throws(StorageError) -> [UInt8]? {
        try get(key.span.bytes) { (span) throws(StorageError) in contents(span) }
    }

    /// Everything, in order.
    func all() throws(StorageError) -> [Pair] {
        let cursor = makeCursor()
        var result: [Pair] = []
        var found = try cursor.seekFirst()
        while found {
            result.append(try cursor.pair())
            found = try cursor.next()
        }
        return result
    }

    /// Everything, backwards, turned round.
    func allBackwards() throws(StorageError) -> [Pair] {
        let cursor = makeCursor()
        var result: [Pair] = []
        var found = try cursor.seekLast()
        while found {
            result.append(try cursor.pair())
            found = try cursor.previous()
        }
        return result.reversed()
    }
}

extension TreeCursor {
    func pair() throws(StorageError) -> Pair {
        Pair(key: withKey { contents($0) }, value: try withValue { (span) throws(StorageError) in contents(span) })
    }
    func seek(_ key: [UInt8]) throws(StorageError) -> Bool { try seek(key.span.bytes) }
    func seekBack(_ key: [UInt8]) throws(StorageError) -> Bool { try seekBack(key.span.bytes) }
}

struct Pair: Equatable {
    var key: [UInt8]
    var value: [UInt8]
}

/// Small steps and a small cache, so that growth and eviction happen in tests.
func smallOptions(cachePages: Int = 64) -> BTreeOptions {
    var options = BTreeOptions()
    options.cacheBytes = cachePages * 4160
    options.growthBytes = 64 * 1024
    options.seed = 1
    return options
}

/// Writes and commits.
@discardableResult
func commit(
    _ tree: BTree, at index: UInt64 = 1, _ body: (TreeWriter) throws(StorageError) -> Void
) throws(StorageError) -> TreeCommit {
    let writer = try tree.begin()
    try body(writer)
    return try writer.commit(appliedIndex: index)
}
