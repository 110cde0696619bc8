import Glibc

/// One node of a `RankedTree`: memory by hand, since a node is touched on every command of a sorted set.
///
///     leaf    count u16, level u16 = 0, pad, previous leaf, next leaf | 62 scores | 62 blobs
///     inner   count u16, level u16, pad                               | 31 scores | 31 blobs | 31 children | 31 sizes
///
/// A leaf takes 1,016 and an inner node 1,000 bytes: with malloc's word, 1 KiB or less. The scores and blobs of an
/// inner node are those of the first entry below each child, and its sizes count the entries below.
struct RankedNode: Equatable {
    static let leafCapacity = 62
    static let innerCapacity = 31
    static let leafBytes = 24 + leafCapacity * 16
    static let innerBytes = 8 + innerCapacity * 32

    let raw: UnsafeMutableRawPointer

    static func makeLeaf() -> RankedNode { make(level: 0, bytes: leafBytes) }
    static func makeInner(level: Int) -> RankedNode { make(level: level, bytes: innerBytes) }

    private static func make(level: Int, bytes: Int) -> RankedNode {
        let raw = UnsafeMutableRawPointer.allocate(byteCount: bytes, alignment: 8)
        memset(raw, 0, 24)
        raw.storeBytes(of: UInt16(level), toByteOffset: 2, as: UInt16.self)
        return RankedNode(raw: raw)
    }

    func free() { raw.deallocate() }

    @inline(__always)
    var count: Int {
        get { Int(raw.load(as: UInt16.self)) }
        nonmutating set { raw.storeBytes(of: UInt16(newValue), as: UInt16.self) }
    }
    @inline(__always)
    var level: Int { Int(raw.load(fromByteOffset: 2, as: UInt16.self)) }
    @inline(__always)
    var isLeaf: Bool { level == 0 }
    @inline(__always)
    var capacity: Int { isLeaf ? Self.leafCapacity : Self.innerCapacity }

    /// Neighbours of a leaf.
    var previous: RankedNode? {
        get { raw.load(fromByteOffset: 8, as: UnsafeMutableRawPointer?.self).map(RankedNode.init(raw:)) }
        nonmutating set { raw.storeBytes(of: newValue?.raw, toByteOffset: 8, as: UnsafeMutableRawPointer?.self) }
    }
    var next: RankedNode? {
        get { raw.load(fromByteOffset: 16, as: UnsafeMutableRawPointer?.self).map(RankedNode.init(raw:)) }
        nonmutating set { raw.storeBytes(of: newValue?.raw, toByteOffset: 16, as: UnsafeMutableRawPointer?.self) }
    }

    @inline(__always)
    var scores: UnsafeMutablePointer<Double> {
        (raw + (isLeaf ? 24 : 8)).assumingMemoryBound(to: Double.self)
    }
    @inline(__always)
    var blobs: UnsafeMutablePointer<UnsafeMutableRawPointer> {
        (raw + (isLeaf ? 24 + 8 * Self.leafCapacity : 8 + 8 * Self.innerCapacity))
            .assumingMemoryBound(to: UnsafeMutableRawPointer.self)
    }
    /// Of an inner node.
    @inline(__always)
    var children: UnsafeMutablePointer<RankedNode> {
        (raw + 8 + 16 * Self.innerCapacity).assumingMemoryBound(to: RankedNode.self)
    }
    /// Of an inner node: entries below each child.
    @inline(__always)
    var sizes: UnsafeMutablePointer<Int> { (raw + 8 + 24 * Self.innerCapacity).assumingMemoryBound(to: Int.self) }

    /// Entries in it and below.
    var total: Int {
        if isLeaf { return count }
        var sum = 0
        for index in 0..<count { sum += sizes[index] }
        return sum
    }

    /// Makes room at `index` for one more, which the caller fills in. There is space.
    @inline(__always)
    func open(at index: Int) {
        let tail = count - index
        memmove(scores + index + 1, scores + index, 8 * tail)
        memmove(blobs + index + 1, blobs + index, 8 * tail)
        if !isLeaf {
            memmove(children + index + 1, children + index, 8 * tail)
            memmove(sizes + index + 1, sizes + index, 8 * tail)
        }
        count += 1
    }

    @inline(__always)
    func close(at index: Int) {
        let tail = count - index - 1
        memmove(scores + index, scores + index + 1, 8 * tail)
        memmove(blobs + index, blobs + index + 1, 8 * tail)
        if !isLeaf {
            memmove(children + index, children + index + 1, 8 * tail)
            memmove(sizes + index, sizes + index + 1, 8 * tail)
        }
        count -= 1
    }

    /// Copies `length` of the other's, from `from` on, to `to` here; counts stay as they are.
    private func take(_ other: RankedNode, from: Int, to: Int, _ length: Int) {
        memmove(scores + to, other.scores + from, 8 * length)
        memmove(blobs + to, other.blobs + from, 8 * length)
        if !isLeaf {
            memmove(children + to, other.children + from, 8 * length)
            memmove(sizes + to, other.sizes + from, 8 * length)
        }
    }

    /// Moves the last `length` of this node before the first of `right`.
    func give(_ length: Int, toNext right: RankedNode) {
        right.take(right, from: 0, to: length, right.count)
        right.take(self, from: count - length, to: 0, length)
        right.count += length
        count -= length
    }

    /// Moves the first `length` of `right` behind this node's last.
    func takeFirst(_ length: Int, ofNext right: RankedNode) {
        take(right, from: 0, to: count, length)
        right.take(right, from: length, to: 0, right.count - length)
        count += length
        right.count -= length
    }
}
