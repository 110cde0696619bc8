import Glibc
import StrataDisk

/// The layers that a reader looks through, newest first. What the active buffer gets later shows too, up to the next freeze; a reader
/// that needs one moment asks by revision. Holds its layers in memory and in the file: not to be kept for long. Any thread.
package final class TreeView: Sendable {
    let active: ChangeBuffer
    let frozen: ChangeBuffer?
    /// The committed tree below.
    package let snapshot: TreeSnapshot

    init(active: ChangeBuffer, frozen: ChangeBuffer?, snapshot: TreeSnapshot) {
        self.active = active
        self.frozen = frozen
        self.snapshot = snapshot
    }

    /// Lends the value under `key`; nil where there is none.
    @inlinable
    package func get<R>(
        _ key: RawSpan, _ body: (RawSpan) throws(StorageError) -> R
    ) throws(StorageError) -> R? {
        var result: R?
        try find(key) { (value) throws(StorageError) in result = try body(value) }
        return result
    }

    /// As `get`, without a type of its own: what other modules inline.
    package func find(
        _ key: RawSpan, _ body: (RawSpan) throws(StorageError) -> Void
    ) throws(StorageError) {
        let cell = key.withUnsafeBytes { active.find($0) ?? frozen?.find($0) }
        guard let cell else {
            _ = try snapshot.get(key, body)
            return
        }
        if !cell.isTombstone { try body(cell.bytes.bytes) }
    }

    /// Lends the first entry at or after `key` whose key begins with the first `prefixLength` bytes of `key`, from the newest layer
    /// that has one: nil where none has.
    ///
    /// For keys that end in a falling revision, where an entry of a newer layer always comes before those of older ones: one search
    /// in most cases, against one in every layer by a cursor. A tombstone in a buffer ends the search with nil.
    @inlinable
    package func newest<R>(
        atOrAfter key: RawSpan, prefixLength: Int, _ body: (_ key: RawSpan, _ value: RawSpan) throws(StorageError) -> R
    ) throws(StorageError) -> R? {
        var result: R?
        try findNewest(atOrAfter: key, prefixLength: prefixLength) { (key, value) throws(StorageError) in
            result = try body(key, value)
        }
        return result
    }

    /// As `newest`, without a type of its own.
    package func findNewest(
        atOrAfter key: RawSpan, prefixLength: Int,
        _ body: (_ key: RawSpan, _ value: RawSpan) throws(StorageError) -> Void
    ) throws(StorageError) {
        if let node = Self.first(in: active, key, prefixLength) {
            if !node.cell.isTombstone { try body(node.key.bytes, node.cell.bytes.bytes) }
            return
        }
        try findNewest(belowActive: key, prefixLength: prefixLength, body)
    }

    /// The same in the layers below the active buffer.
    func findNewest(
        belowActive key: RawSpan, prefixLength: Int,
        _ body: (_ key: RawSpan, _ value: RawSpan) throws(StorageError) -> Void
    ) throws(StorageError) {
        if let frozen, let node = Self.first(in: frozen, key, prefixLength) {
            if !node.cell.isTombstone { try body(node.key.bytes, node.cell.bytes.bytes) }
            return
        }
        _ = try snapshot.first(atOrAfter: key, prefixLength: prefixLength, body)
    }

    private static func first(in buffer: ChangeBuffer, _ key: RawSpan, _ prefixLength: Int) -> ChangeNode? {
        guard let node = key.withUnsafeBytes({ buffer.first(atOrAfter: $0) }) else { return nil }
        return begins(node.key.bytes, with: key, prefixLength) ? node : nil
    }

    @inline(__always)
    static func begins(_ found: RawSpan, with key: RawSpan, _ length: Int) -> Bool {
        precondition(length <= key.byteCount, "a prefix longer than its key")
        guard found.byteCount >= length else { return false }
        return found.withUnsafeBytes { found in
            key.withUnsafeBytes { key in length == 0 || memcmp(found.baseAddress!, key.baseAddress!, length) == 0 }
        }
    }

    package func makeCursor() -> MergedCursor { MergedCursor(self) }
}
