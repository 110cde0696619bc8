import Glibc

/// Bytes that somebody else owns for as long as the call lasts.
struct Bytes {
    let start: UnsafeRawPointer
    let count: Int

    @inline(__always)
    init(_ start: UnsafeRawPointer, _ count: Int) {
        self.start = start
        self.count = count
    }

    @inline(__always)
    init(_ buffer: UnsafeRawBufferPointer) {
        // An empty span may have no address; nothing is ever read from this one.
        start = buffer.baseAddress ?? UnsafeRawPointer(bitPattern: 64).unsafelyUnwrapped
        count = buffer.count
    }

    @inline(__always)
    var buffer: UnsafeRawBufferPointer { UnsafeRawBufferPointer(start: start, count: count) }

    /// Less, equal or greater than 0 as `self` stands before, at or after `other`: bytewise, a prefix first.
    @inline(__always)
    func order(_ other: Bytes) -> Int {
        let order = memcmp(start, other.start, min(count, other.count))
        return order != 0 ? Int(order) : count - other.count
    }

    /// Bytes in which both agree from the start.
    func commonPrefix(_ other: Bytes) -> Int {
        let limit = min(count, other.count)
        var length = 0
        while length < limit
            && start.load(fromByteOffset: length, as: UInt8.self)
                == other.start.load(fromByteOffset: length, as: UInt8.self)
        { length += 1 }
        return length
    }

    /// The four bytes after the first `prefix`, zeros beyond the end, as a number that orders as they do.
    @inline(__always)
    func head(after prefix: Int) -> UInt32 {
        let left = count - prefix
        if left >= 4 { return UInt32(bigEndian: start.loadUnaligned(fromByteOffset: prefix, as: UInt32.self)) }
        var head: UInt32 = 0
        var shift: UInt32 = 24
        var place = prefix
        while place < count {
            head |= UInt32(start.load(fromByteOffset: place, as: UInt8.self)) << shift
            shift &-= 8
            place += 1
        }
        return head
    }
}
