import Glibc
import Synchronization

// One node of the skip list, in the arena of its buffer.
//
//  byte 0         8         16           20       24       32                 24 + 16 x height
//       +---------+---------+------------+--------+--------+--------+-- ... --+-----------+--------------------+
//       | value   | head    | key length | height | next 0 | head 0 |         | key bytes | zeros, up to 8     |
//       +---------+---------+------------+--------+--------+--------+-- ... --+-----------+--------------------+
//
//  value points to a cell:   | length (8): -1 for a tombstone | bytes |
//
// `head` is the number that `KeyHeads` gives for the key, so that most comparisons are one of integers. The head of the node
// behind each link stands beside it: a search that does not follow the link, as the last on every level, then never touches
// that node, which mostly is in no cache.
//
// Everything but `value` and the links is written before the node can be reached and never again. Of a link the head is stored
// before the pointer, and loaded after it: what is loaded belongs to the node behind the pointer or to one that was put before
// that node since. Larger than a key's head it therefore proves that the node behind is at or after the key; smaller it proves
// nothing, and the node's own head decides.

/// A reference to a node; a value of one word.
struct ChangeNode: Equatable {
    /// With half of the nodes a level higher: a million entries. Beyond that the topmost level is walked a little further.
    static let maximumHeight = 20
    private static let linksOffset = 24
    private static let linkSize = 16

    let base: UnsafeMutableRawPointer

    @inline(__always)
    init(_ base: UnsafeMutableRawPointer) { self.base = base }

    @inline(__always)
    static func size(height: Int, keyLength: Int) -> Int { linksOffset + linkSize * height + keyLength }

    /// What a search that passes over a node looks at, but for the few tall ones.
    @inline(__always)
    static func searchedBytes(height: Int) -> Int { min(64, linksOffset + linkSize * height) }

    /// Writes everything but the links.
    @inline(__always)
    func initialize(key: UnsafeRawBufferPointer, head: UInt64, height: Int, cell: UnsafeMutableRawPointer?) {
        word(0).initialize(to: Atomic(UInt(bitPattern: cell)))
        base.storeBytes(of: head, toByteOffset: 8, as: UInt64.self)
        base.storeBytes(of: UInt32(key.count), toByteOffset: 16, as: UInt32.self)
        base.storeBytes(of: UInt32(height), toByteOffset: 20, as: UInt32.self)
        for offset in stride(from: Self.linksOffset, to: Self.linksOffset + Self.linkSize * height, by: 8) {
            word(offset).initialize(to: Atomic(0))
        }
        if let start = key.baseAddress { keyStart.copyMemory(from: start, byteCount: key.count) }
    }

    @inline(__always)
    private func word(_ offset: Int) -> UnsafeMutablePointer<Atomic<UInt>> {
        (base + offset).assumingMemoryBound(to: Atomic<UInt>.self)
    }

    @inline(__always)
    var head: UInt64 { base.load(fromByteOffset: 8, as: UInt64.self) }
    @inline(__always)
    var keyLength: Int { Int(base.load(fromByteOffset: 16, as: UInt32.self)) }
    @inline(__always)
    var height: Int { Int(base.load(fromByteOffset: 20, as: UInt32.self)) }
    @inline(__always)
    private var keyStart: UnsafeMutableRawPointer { base + (Self.linksOffset + Self.linkSize * height) }
    @inline(__always)
    var key: UnsafeRawBufferPointer { .init(start: keyStart, count: keyLength) }

    // MARK: Links

    @inline(__always)
    private static func link(_ level: Int) -> Int { linksOffset + linkSize * level }

    @inline(__always)
    func next(_ level: Int) -> ChangeNode? {
        UnsafeMutableRawPointer(bitPattern: word(Self.link(level)).pointee.load(ordering: .acquiring))
            .map { ChangeNode($0) }
    }

    /// Whether the link's own head proves the node behind it to be after all keys of `head`. To be asked after `next`.
    @inline(__always)
    func isNext(_ level: Int, after head: UInt64) -> Bool {
        UInt64(word(Self.link(level) + 8).pointee.load(ordering: .relaxed)) > head
    }

    /// The writer's: makes `node`, which is complete, reachable.
    @inline(__always)
    func link(_ level: Int, to node: ChangeNode) {
        word(Self.link(level) + 8).pointee.store(UInt(node.head), ordering: .relaxed)
        word(Self.link(level)).pointee.store(UInt(bitPattern: node.base), ordering: .releasing)
    }

    /// The writer's, before this node can be reached on `level`: what comes after `node` comes after this one.
    @inline(__always)
    func linkBehind(_ node: ChangeNode, _ level: Int) {
        let link = Self.link(level)
        word(link).pointee.store(node.word(link).pointee.load(ordering: .relaxed), ordering: .relaxed)
        word(link + 8).pointee.store(node.word(link + 8).pointee.load(ordering: .relaxed), ordering: .relaxed)
    }

    // MARK: Values

    static func cellSize(_ length: Int) -> Int { 8 + length }

    /// The present value, which stays readable as long as the buffer lives even when it is replaced.
    @inline(__always)
    var cell: ChangeCell {
        // Never nil but in the first node of all, whose value nobody asks for.
        ChangeCell(UnsafeMutableRawPointer(bitPattern: word(0).pointee.load(ordering: .acquiring))!)
    }

    @inline(__always)
    func replaceCell(by cell: UnsafeMutableRawPointer) {
        word(0).pointee.store(UInt(bitPattern: cell), ordering: .releasing)
    }

    // MARK: Order

    /// Below zero where this node's key is smaller than `key`, whose head in the same buffer `head` is.
    @inline(__always)
    func compare(_ key: UnsafeRawBufferPointer, head: UInt64) -> Int {
        let own = self.head
        if own != head { return own < head ? -1 : 1 }
        return compare(key)
    }

    /// The same by the whole keys, for a `key` of anywhere.
    @inline(__always)
    func compare(_ key: UnsafeRawBufferPointer) -> Int { compareBytes(self.key.bytes, key.bytes) }
}

/// A value or a tombstone in the arena of a buffer.
struct ChangeCell: Equatable {
    let base: UnsafeMutableRawPointer

    @inline(__always)
    init(_ base: UnsafeMutableRawPointer) { self.base = base }

    /// `value` nil is a tombstone.
    @inline(__always)
    func initialize(_ value: UnsafeRawBufferPointer?) {
        base.storeBytes(of: value.map { Int64($0.count) } ?? -1, as: Int64.self)
        if let start = value?.baseAddress { (base + 8).copyMemory(from: start, byteCount: value!.count) }
    }

    @inline(__always)
    var isTombstone: Bool { base.load(as: Int64.self) < 0 }
    /// The bytes of a value.
    @inline(__always)
    var bytes: UnsafeRawBufferPointer { .init(start: base + 8, count: Int(base.load(as: Int64.self))) }
}
