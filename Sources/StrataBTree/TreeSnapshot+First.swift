import Glibc
import StrataDisk

extension TreeSnapshot {
    /// Lends the first entry at or after `key` whose key begins with the first `prefixLength` bytes of `key`, or returns nil if there
    /// is none. What a cursor's `seek` finds, for the price of `get`: nothing is allocated, but where the entry is the first of
    /// the next leaf. As in `get`, `body` is to be short and must not keep the bytes.
    package func first<R>(
        atOrAfter key: RawSpan, prefixLength: Int,
        _ body: (_ key: RawSpan, _ value: RawSpan) throws(StorageError) -> R
    ) throws(StorageError) -> R? {
        precondition(prefixLength <= key.byteCount, "a prefix longer than its key")
        var result: R?
        var isBeyondLeaf = false
        try withLeaf(of: key) { (leaf, key) throws(StorageError) in
            let index = leaf.lowerBound(key, isLeaf: true).index
            isBeyondLeaf = index == leaf.count
            if isBeyondLeaf { return }
            let found = leaf.leafKey(index)
            guard Self.begins(found, with: key, prefixLength) else { return }
            if let value = leaf.inlineValue(index) {
                result = try body(found.buffer.bytes, value.buffer.bytes)
            } else if let run = leaf.overflow(index) {
                try cache.withOverflow(run, newest: commit.number) { (value) throws(StorageError) in
                    result = try body(found.buffer.bytes, value)
                }
            }
        }
        guard isBeyondLeaf else { return result }
        let cursor = makeCursor()
        guard try cursor.seek(key) else { return nil }
        let begins = key.withUnsafeBytes { Self.begins(cursor.keyBytes, with: Bytes($0), prefixLength) }
        guard begins else { return nil }
        let found = cursor.keyBytes
        return try cursor.withValue { (value) throws(StorageError) in try body(found.buffer.bytes, value) }
    }

    private static func begins(_ found: Bytes, with key: Bytes, _ length: Int) -> Bool {
        found.count >= length && memcmp(found.start, key.start, length) == 0
    }
}
