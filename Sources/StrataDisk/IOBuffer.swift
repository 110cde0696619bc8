import Glibc

/// Growing bytes whose start is aligned to a page, as O_DIRECT asks. One owner at a time; the memory is kept when it is emptied.
package final class IOBuffer: @unchecked Sendable {
    package static let alignment = 4096

    // One owner at a time is the contract; checking every access at run time as well cost a tenth of an append.
    @exclusivity(unchecked) package private(set) var base: UnsafeMutableRawPointer
    @exclusivity(unchecked) package private(set) var capacity: Int
    /// Bytes in use.
    @exclusivity(unchecked) package private(set) var count = 0

    package init(capacity: Int = 64 * 1024) {
        self.capacity = Self.roundUp(max(capacity, 1))
        base = .allocate(byteCount: self.capacity, alignment: Self.alignment)
    }

    deinit { base.deallocate() }

    @inline(__always)
    package var isEmpty: Bool { count == 0 }

    @inline(__always)
    package func removeAll() { count = 0 }

    @inline(__always)
    package func append(_ bytes: RawSpan) {
        bytes.withUnsafeBytes { source in
            guard let start = source.baseAddress else { return }
            reserve(source.count)
            (base + count).copyMemory(from: start, byteCount: source.count)
            count += source.count
        }
    }

    // Generic ones are inlinable: unspecialised they would look their types up at every call.
    @inlinable @inline(__always)
    package func append<T: FixedWidthInteger & BitwiseCopyable>(littleEndian value: T) {
        extend(by: MemoryLayout<T>.size).storeBytes(of: value.littleEndian, as: T.self)
    }

    /// Where `length` more bytes, which are now in use, begin.
    @usableFromInline
    package func extend(by length: Int) -> UnsafeMutableRawPointer {
        reserve(length)
        defer { count += length }
        return base + count
    }

    package func append(zeros length: Int) {
        reserve(length)
        memset(base + count, 0, length)
        count += length
    }

    @inlinable @inline(__always)
    package func store<T: FixedWidthInteger & BitwiseCopyable>(littleEndian value: T, at offset: Int) {
        precondition(offset >= 0 && offset + MemoryLayout<T>.size <= count, "stored outside the bytes in use")
        (base + offset).storeBytes(of: value.littleEndian, as: T.self)
    }

    /// Drops what follows the first `length` bytes.
    package func truncate(to length: Int) {
        precondition(length >= 0 && length <= count, "truncated to more than there is")
        count = length
    }

    /// Keeps only the bytes from `offset` on.
    package func removeFirst(_ offset: Int) {
        precondition(offset >= 0 && offset <= count, "removed more than there is")
        memmove(base, base + offset, count - offset)
        count -= offset
    }

    /// Makes room for `length` more bytes without changing `count`.
    @inline(__always)
    package func reserve(_ length: Int) {
        if count + length > capacity { grow(to: count + length) }
    }

    /// Lends the room after the bytes in use; `body` returns how many of it are now in use.
    package func appendInPlace<E: Error>(
        atMost length: Int, _ body: (UnsafeMutableRawBufferPointer) throws(E) -> Int
    ) throws(E) {
        reserve(length)
        let used = try body(UnsafeMutableRawBufferPointer(start: base + count, count: length))
        precondition(used >= 0 && used <= length, "more bytes than lent")
        count += used
    }

    @inlinable @inline(__always)
    package func withBytes<R, E: Error>(_ body: (RawSpan) throws(E) -> R) throws(E) -> R {
        try body(UnsafeRawBufferPointer(start: base, count: count).bytes)
    }

    @inlinable @inline(__always)
    package func withBytes<R, E: Error>(
        in range: Range<Int>, _ body: (RawSpan) throws(E) -> R
    ) throws(E) -> R {
        precondition(range.lowerBound >= 0 && range.upperBound <= count, "lent bytes that are not in use")
        return try body(UnsafeRawBufferPointer(start: base + range.lowerBound, count: range.count).bytes)
    }

    private static func roundUp(_ size: Int) -> Int { (size + alignment - 1) / alignment * alignment }

    @inline(never)
    private func grow(to needed: Int) {
        let larger = Self.roundUp(max(needed, capacity * 2))
        let moved = UnsafeMutableRawPointer.allocate(byteCount: larger, alignment: Self.alignment)
        moved.copyMemory(from: base, byteCount: count)
        base.deallocate()
        base = moved
        capacity = larger
    }
}
