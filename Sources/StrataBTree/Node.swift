import Glibc

/// A leaf or branch in memory, at least `page bytes` long: see `PageFormat`. What comes from a file has passed
/// `Node+Validation` before it is looked at, so nothing here checks bounds again.
struct Node {
    typealias Field = PageFormat.Field
    let base: UnsafeMutableRawPointer

    @inline(__always)
    init(_ base: UnsafeMutableRawPointer) { self.base = base }

    @inline(__always)
    private func field<T: FixedWidthInteger & BitwiseCopyable>(_ offset: Int, as type: T.Type) -> T {
        T(littleEndian: base.load(fromByteOffset: offset, as: type))
    }

    @inline(__always)
    func setField<T: FixedWidthInteger & BitwiseCopyable>(_ offset: Int, _ value: T) {
        base.storeBytes(of: value.littleEndian, toByteOffset: offset, as: T.self)
    }

    @inline(__always) var page: UInt32 { field(Field.page, as: UInt32.self) }
    @inline(__always) var commit: UInt64 { field(Field.commit, as: UInt64.self) }
    @inline(__always) var kind: UInt8 { field(Field.kind, as: UInt8.self) }
    @inline(__always) var level: Int { Int(field(Field.level, as: UInt8.self)) }
    @inline(__always) var isLeaf: Bool { kind == PageFormat.Kind.leaf.rawValue }
    @inline(__always) var count: Int { Int(field(Field.count, as: UInt16.self)) }
    @inline(__always) var prefix: Int { Int(field(Field.prefix, as: UInt16.self)) }
    @inline(__always) var heapStart: Int { Int(field(Field.heapStart, as: UInt32.self)) }
    /// Bytes of all entries together.
    @inline(__always) var liveHeap: Int { Int(field(Field.liveHeap, as: UInt32.self)) }
    /// The first entry whose key counts: a branch's first has none.
    @inline(__always) var firstKeyed: Int { isLeaf ? 0 : 1 }

    // MARK: Entries

    @inline(__always)
    private func slot(_ index: Int) -> UnsafeMutableRawPointer {
        base + (PageFormat.headerSize &+ index &* PageFormat.slotSize)
    }

    @inline(__always)
    func head(_ index: Int) -> UInt32 { UInt32(littleEndian: slot(index).loadUnaligned(as: UInt32.self)) }

    @inline(__always)
    func offset(_ index: Int) -> Int {
        Int(UInt16(littleEndian: slot(index).loadUnaligned(fromByteOffset: 4, as: UInt16.self)))
    }

    @inline(__always)
    func setSlot(_ index: Int, head: UInt32, offset: Int) {
        slot(index).storeBytes(of: head.littleEndian, as: UInt32.self)
        slot(index).storeBytes(of: UInt16(truncatingIfNeeded: offset).littleEndian, toByteOffset: 4, as: UInt16.self)
    }

    @inline(__always)
    func entry(_ index: Int) -> UnsafeMutableRawPointer { base + offset(index) }

    @inline(__always)
    private static func short(_ entry: UnsafeRawPointer, _ offset: Int) -> UInt16 {
        UInt16(littleEndian: entry.loadUnaligned(fromByteOffset: offset, as: UInt16.self))
    }

    /// Bytes of an entry at `entry`, without its slot.
    @inline(__always)
    static func size(_ entry: UnsafeRawPointer, isLeaf: Bool) -> Int {
        guard isLeaf else { return PageFormat.branchEntryHeader + Int(short(entry, 4)) }
        let value = short(entry, 2)
        return PageFormat.leafEntryHeader + Int(short(entry, 0))
            + (value == PageFormat.overflowMark ? PageFormat.overflowReferenceSize : Int(value))
    }

    @inline(__always)
    static func key(_ entry: UnsafeRawPointer, isLeaf: Bool) -> Bytes {
        isLeaf
            ? Bytes(entry + PageFormat.leafEntryHeader, Int(short(entry, 0)))
            : Bytes(entry + PageFormat.branchEntryHeader, Int(short(entry, 4)))
    }

    @inline(__always)
    func leafKey(_ index: Int) -> Bytes { Self.key(entry(index), isLeaf: true) }

    @inline(__always)
    func branchKey(_ index: Int) -> Bytes { Self.key(entry(index), isLeaf: false) }

    @inline(__always)
    func key(_ index: Int) -> Bytes { Self.key(entry(index), isLeaf: isLeaf) }

    @inline(__always)
    func child(_ index: Int) -> UInt32 { UInt32(littleEndian: entry(index).loadUnaligned(as: UInt32.self)) }

    @inline(__always)
    func setChild(_ index: Int, _ page: UInt32) { entry(index).storeBytes(of: page.littleEndian, as: UInt32.self) }

    /// A leaf entry's value, or nil if it stands in overflow pages.
    @inline(__always)
    func inlineValue(_ index: Int) -> Bytes? {
        let entry = UnsafeRawPointer(entry(index))
        let size = Self.short(entry, 2)
        guard size != PageFormat.overflowMark else { return nil }
        return Bytes(entry + (PageFormat.leafEntryHeader + Int(Self.short(entry, 0))), Int(size))
    }

    /// Where a leaf entry's value stands if not inline.
    func overflow(_ index: Int) -> OverflowReference? {
        let entry = UnsafeRawPointer(entry(index))
        guard Self.short(entry, 2) == PageFormat.overflowMark else { return nil }
        let reference = entry + (PageFormat.leafEntryHeader + Int(Self.short(entry, 0)))
        return OverflowReference(
            first: UInt32(littleEndian: reference.loadUnaligned(as: UInt32.self)),
            size: UInt32(littleEndian: reference.loadUnaligned(fromByteOffset: 4, as: UInt32.self)))
    }

    // MARK: Search

    /// The first entry from `first` on whose key is not less than `key`, or `count`.
    @inline(__always)
    func lowerBound(_ key: Bytes, isLeaf: Bool) -> (index: Int, isEqual: Bool) {
        let first = isLeaf ? 0 : 1
        let count = self.count
        guard count > first else { return (count, false) }
        let prefix = self.prefix
        if prefix > 0 {
            let sample = Self.key(entry(first), isLeaf: isLeaf)
            let order = memcmp(key.start, sample.start, min(prefix, key.count))
            if order < 0 { return (first, false) }
            if order > 0 { return (count, false) }
            if key.count < prefix { return (first, false) }
        }
        let head = key.head(after: prefix)
        var low = first
        var length = count - first
        while length > 0 {
            let half = length &>> 1
            let isLess = self.head(low &+ half) < head
            low = isLess ? low &+ half &+ 1 : low
            length = isLess ? length &- half &- 1 : half
        }
        guard low < count, self.head(low) == head else { return (low, false) }
        let order = key.order(Self.key(entry(low), isLeaf: isLeaf))
        if order <= 0 { return (low, order == 0) }
        guard low + 1 < count, self.head(low + 1) == head else { return (low + 1, false) }
        return lowerBound(key, head: head, after: low, isLeaf: isLeaf)
    }

    /// Among the entries after `place` whose heads all equal `head`, by whole keys.
    @inline(never)
    private func lowerBound(_ key: Bytes, head: UInt32, after place: Int, isLeaf: Bool) -> (index: Int, isEqual: Bool) {
        var low = place + 1
        var high = count
        while low < high {
            let middle = (low + high) / 2
            let order = self.head(middle) > head ? -1 : key.order(Self.key(entry(middle), isLeaf: isLeaf))
            if order == 0 { return (middle, true) }
            if order > 0 { low = middle + 1 } else { high = middle }
        }
        return (low, false)
    }

    /// The child whose keys include `key`.
    @inline(__always)
    func childIndex(_ key: Bytes) -> Int {
        let (index, isEqual) = lowerBound(key, isLeaf: false)
        return isEqual ? index : index - 1
    }
}

/// A value in a run of contiguous pages.
struct OverflowReference: Equatable {
    var first: UInt32
    /// Bytes.
    var size: UInt32
}
