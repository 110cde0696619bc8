import Glibc
import StrataRESP

// An intset, the sorted array of integers of Redis, in memory and in RDB files, little-endian.
//  byte 0         4         8
//       +---------+---------+---------+---------+-----+
//       | width   | count   | integer | integer | ... |  width: 2, 4 or 8 bytes, of every integer
//       +---------+---------+---------+---------+-----+
// 1. Integers ascend, none twice.
// 2. The width grows with the first integer that needs it and never shrinks.

/// A sorted set of integers in one block of memory: the very bytes of a Redis intset. Look-up is a binary search; a
/// change moves what is behind its place.
package struct Intset: ~Copyable {
    package static let headerSize = 8
    private var base: UnsafeMutableRawPointer
    /// Bytes of the block.
    private var capacity: Int

    /// An empty one. `capacity`: integers of 16 bits to have room for without growing.
    package init(capacity: Int = 0) {
        self.capacity = MemoryBlock.usableSize(Self.headerSize + 2 * capacity)
        base = MemoryBlock.allocate(self.capacity)
        setWidth(2)
        setCount(0)
    }

    /// A copy of `bytes` from outside, nil unless they are a whole, valid intset.
    package init?(validating bytes: Bytes) {
        guard Self.isValid(bytes) else { return nil }
        self.init(copying: bytes)
    }

    private init(copying bytes: Bytes) {
        capacity = MemoryBlock.usableSize(bytes.count)
        base = MemoryBlock.allocate(capacity)
        memcpy(base, bytes.start, bytes.count)
    }

    deinit { free(base) }

    package borrowing func copy() -> Intset { Intset(copying: bytes) }

    @inline(__always)
    package var count: Int { Int(UInt32(littleEndian: base.load(fromByteOffset: 4, as: UInt32.self))) }
    /// Bytes of each integer: 2, 4 or 8.
    @inline(__always)
    package var width: Int { Int(UInt32(littleEndian: base.load(as: UInt32.self))) }
    package var byteCount: Int { Self.headerSize + count * width }
    package var memoryBytes: Int { capacity + MemoryBlock.overhead }
    /// Lends the whole intset, as RDB files hold it, until the next change.
    package var bytes: Bytes { Bytes(base, byteCount) }

    /// The integer that is `index` others greater than the smallest.
    @inline(__always)
    package subscript(index: Int) -> Int64 {
        precondition(index >= 0 && index < count, "an integer that is not there")
        return load(index, width)
    }

    @inline(__always)
    package func contains(_ value: Int64) -> Bool { Self.width(of: value) <= width && search(value).isFound }

    /// - Returns: whether it was not there.
    package mutating func insert(_ value: Int64) -> Bool {
        let needed = Self.width(of: value)
        if needed > width {
            // Wider than all others: smaller or greater than every one of them.
            widen(to: needed, leavingRoomInFront: value < 0)
            setCount(count + 1)
            store(value, value < 0 ? 0 : count - 1, needed)
            return true
        }
        let (index, isFound) = search(value)
        if isFound { return false }
        let count = count
        let width = width
        reserve(Self.headerSize + (count + 1) * width)
        let place = base + Self.headerSize + index * width
        memmove(place + width, place, (count - index) * width)
        store(value, index, width)
        setCount(count + 1)
        return true
    }

    /// - Returns: whether it was there.
    package mutating func remove(_ value: Int64) -> Bool {
        guard Self.width(of: value) <= width else { return false }
        let (index, isFound) = search(value)
        if isFound { remove(at: index) }
        return isFound
    }

    package mutating func remove(at index: Int) {
        let count = count
        let width = width
        precondition(index >= 0 && index < count, "an integer that is not there")
        let place = base + Self.headerSize + index * width
        memmove(place, place + width, (count - 1 - index) * width)
        setCount(count - 1)
        let size = byteCount
        if capacity > 2 * size + 64 { resize(size) }
    }

    /// Bytes that an integer needs.
    @inline(__always)
    package static func width(of value: Int64) -> Int {
        value == Int64(Int16(truncatingIfNeeded: value)) ? 2 : value == Int64(Int32(truncatingIfNeeded: value)) ? 4 : 8
    }

    /// Whether bytes from outside are an intset: sizes, order, no integer twice.
    package static func isValid(_ bytes: Bytes) -> Bool {
        guard bytes.count >= headerSize else { return false }
        let width = UInt32(littleEndian: bytes.start.loadUnaligned(as: UInt32.self))
        let count = UInt32(littleEndian: bytes.start.loadUnaligned(fromByteOffset: 4, as: UInt32.self))
        guard width == 2 || width == 4 || width == 8, Int(count) * Int(width) == bytes.count - headerSize else {
            return false
        }
        guard count > 1 else { return true }
        var previous = load(bytes.start, 0, Int(width))
        for index in 1..<Int(count) {
            let value = load(bytes.start, index, Int(width))
            if value <= previous { return false }
            previous = value
        }
        return true
    }

    // MARK: Parts

    /// Where the value is, or belongs.
    @inline(__always)
    private func search(_ value: Int64) -> (index: Int, isFound: Bool) {
        let width = width
        var low = 0
        var high = count
        // Most come in ascending order.
        if high > 0, load(high - 1, width) < value { return (high, false) }
        while low < high {
            let middle = (low + high) / 2
            let found = load(middle, width)
            if found == value { return (middle, true) }
            if found < value { low = middle + 1 } else { high = middle }
        }
        return (low, false)
    }

    private mutating func widen(to new: Int, leavingRoomInFront isInFront: Bool) {
        let old = width
        let count = count
        reserve(Self.headerSize + (count + 1) * new)
        setWidth(new)
        // From the last down: a wider integer never covers one that is still to be moved.
        for index in stride(from: count - 1, through: 0, by: -1) {
            store(load(index, old), index + (isInFront ? 1 : 0), new)
        }
    }

    private mutating func reserve(_ size: Int) {
        if size > capacity { resize(size <= 256 ? size : size + size / 8) }
    }

    private mutating func resize(_ size: Int) {
        capacity = MemoryBlock.usableSize(size)
        base = MemoryBlock.reallocate(base, to: capacity)
    }

    private func setWidth(_ width: Int) { base.storeBytes(of: UInt32(width).littleEndian, as: UInt32.self) }
    private func setCount(_ count: Int) {
        base.storeBytes(of: UInt32(count).littleEndian, toByteOffset: 4, as: UInt32.self)
    }

    @inline(__always)
    private func load(_ index: Int, _ width: Int) -> Int64 { Self.load(base, index, width) }

    @inline(__always)
    private static func load(_ base: UnsafeRawPointer, _ index: Int, _ width: Int) -> Int64 {
        let place = base + headerSize + index * width
        switch width {
        case 2: return Int64(Int16(littleEndian: place.loadUnaligned(as: Int16.self)))
        case 4: return Int64(Int32(littleEndian: place.loadUnaligned(as: Int32.self)))
        default: return Int64(littleEndian: place.loadUnaligned(as: Int64.self))
        }
    }

    @inline(__always)
    private func store(_ value: Int64, _ index: Int, _ width: Int) {
        let place = base + Self.headerSize + index * width
        switch width {
        case 2: place.storeBytes(of: Int16(value).littleEndian, as: Int16.self)
        case 4: place.storeBytes(of: Int32(value).littleEndian, as: Int32.self)
        default: place.storeBytes(of: value.littleEndian, as: Int64.self)
        }
    }
}
