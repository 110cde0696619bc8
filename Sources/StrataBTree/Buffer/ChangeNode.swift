import Glibc
import Synchronization

// One node of the skip list, in the arena of its buffer.
//
//  byte 0         8         16           20       24                                24 + 8 x height
//       +---------+---------+------------+--------+--------+------- ... --+-----------+--------------------+
//       | value   | prefix  | key length | height | next 0 | next 1       | key bytes | zeros, up to 8     |
//       +---------+---------+------------+--------+--------+------- ... --+-----------+--------------------+
//
//  value points to a cell:   | length (8): -1 for a tombstone | bytes |
//
// `prefix` is the key's first 8 bytes, big-endian and padded with zeros, so that most comparisons are one of integers and
// touch no second cache line. Everything but `value` and the `next`s is written before the node can be reached and never
// again; those are stored with release and loaded with acquire.

/// A reference to a node; a value of one word.
struct ChangeNode: Equatable {
    static let maximumHeight = 12  // with a quarter of the nodes a level higher: 4^12 entries, 16 million
    private static let nextOffset = 24
    /// What a search that passes over a node on the ground level looks at.
    static let searchedBytes = nextOffset + 8

    let base: UnsafeMutableRawPointer

    @inline(__always)
    init(_ base: UnsafeMutableRawPointer) { self.base = base }

    static func size(height: Int, keyLength: Int) -> Int { nextOffset + 8 * height + keyLength }

    /// Writes everything but the links.
    @inline(__always)
    func initialize(key: UnsafeRawBufferPointer, prefix: UInt64, height: Int, cell: UnsafeMutableRawPointer?) {
        word(0).initialize(to: Atomic(UInt(bitPattern: cell)))
        base.storeBytes(of: prefix, toByteOffset: 8, as: UInt64.self)
        base.storeBytes(of: UInt32(key.count), toByteOffset: 16, as: UInt32.self)
        base.storeBytes(of: UInt32(height), toByteOffset: 20, as: UInt32.self)
        for level in 0..<height { word(Self.nextOffset + 8 * level).initialize(to: Atomic(0)) }
        if let start = key.baseAddress { keyStart.copyMemory(from: start, byteCount: key.count) }
    }

    @inline(__always)
    private func word(_ offset: Int) -> UnsafeMutablePointer<Atomic<UInt>> {
        (base + offset).assumingMemoryBound(to: Atomic<UInt>.self)
    }

    @inline(__always)
    var prefix: UInt64 { base.load(fromByteOffset: 8, as: UInt64.self) }
    @inline(__always)
    var keyLength: Int { Int(base.load(fromByteOffset: 16, as: UInt32.self)) }
    @inline(__always)
    var height: Int { Int(base.load(fromByteOffset: 20, as: UInt32.self)) }
    @inline(__always)
    private var keyStart: UnsafeMutableRawPointer { base + (Self.nextOffset + 8 * height) }
    @inline(__always)
    var key: UnsafeRawBufferPointer { .init(start: keyStart, count: keyLength) }

    @inline(__always)
    func next(_ level: Int) -> ChangeNode? {
        UnsafeMutableRawPointer(bitPattern: word(Self.nextOffset + 8 * level).pointee.load(ordering: .acquiring))
            .map { ChangeNode($0) }
    }

    /// The writer's: makes `node`, which is complete, reachable.
    @inline(__always)
    func link(_ level: Int, to node: ChangeNode?) {
        word(Self.nextOffset + 8 * level).pointee.store(UInt(bitPattern: node?.base), ordering: .releasing)
    }

    // MARK: Values

    static func cellSize(_ length: Int) -> Int { 8 + length }

    /// The present value, which stays readable as long as the buffer lives even when it is replaced.
    @inline(__always)
    var cell: ChangeCell {
        // Never nil but in the head, whose value nobody asks for.
        ChangeCell(UnsafeMutableRawPointer(bitPattern: word(0).pointee.load(ordering: .acquiring))!)
    }

    @inline(__always)
    func replaceCell(by cell: UnsafeMutableRawPointer) {
        word(0).pointee.store(UInt(bitPattern: cell), ordering: .releasing)
    }

    // MARK: Order

    /// Below zero where this node's key is smaller than `key`. `prefix` is `key`'s.
    @inline(__always)
    func compare(_ key: UnsafeRawBufferPointer, prefix: UInt64) -> Int {
        let own = self.prefix
        if own != prefix { return own < prefix ? -1 : 1 }
        return compareRest(key)
    }

    @inline(__always)
    private func compareRest(_ key: UnsafeRawBufferPointer) -> Int {
        let length = keyLength
        let common = min(length, key.count)
        if common > 8 {
            let order = memcmp(keyStart + 8, key.baseAddress! + 8, common - 8)
            if order != 0 { return Int(order) }
        }
        return length - key.count
    }

    @inline(__always)
    static func prefix(of key: UnsafeRawBufferPointer) -> UInt64 {
        if key.count >= 8 { return UInt64(bigEndian: key.loadUnaligned(as: UInt64.self)) }
        var prefix: UInt64 = 0
        for (place, byte) in key.enumerated() { prefix |= UInt64(byte) << UInt64(56 - 8 * place) }
        return prefix
    }
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
