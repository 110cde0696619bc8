import StrataDisk

/// A place in a `ChangeBuffer`, which may grow meanwhile. Tombstones are entries here.
struct ChangeCursor {
    let buffer: ChangeBuffer
    /// nil: on no entry.
    private(set) var node: ChangeNode?

    init(_ buffer: ChangeBuffer) { self.buffer = buffer }

    /// To the first entry at or after `key`.
    @inline(__always)
    mutating func seek(_ key: UnsafeRawBufferPointer) { node = buffer.first(atOrAfter: key) }

    /// To the last entry before `key`.
    mutating func seekBack(_ key: UnsafeRawBufferPointer) { settle(buffer.last(before: key)) }

    mutating func seekFirst() { node = buffer.front.next(0) }

    mutating func seekLast() { settle(buffer.lastNode()) }

    @inline(__always)
    mutating func next() { node = node?.next(0) }

    /// Links lead forwards only: one search from the top.
    mutating func previous() {
        guard let node else { return }
        seekBack(node.key)
    }

    private mutating func settle(_ found: ChangeNode) { node = found == buffer.front ? nil : found }
}
