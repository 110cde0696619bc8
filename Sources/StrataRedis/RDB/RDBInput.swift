import StrataCodec
import StrataDisk
import StrataRESP

/// Bytes of a dump in order, out of a file by large reads or out of memory, with their running CRC-64.
///
/// Lent bytes are good until the next call. Every size is compared with what is left of the file before anything is
/// allocated for it.
package final class RDBInput {
    package let name: String
    private let file: (any File)?
    private var base: UnsafeMutableRawPointer
    private var capacity: Int
    /// In the buffer: the next byte, and the end of what was read.
    private var start = 0
    private var limit: Int
    /// Offset in the file of the buffer's end.
    private var filled: UInt64
    private let end: UInt64
    /// Checksum of what lies before `summed` in the buffer, and all that was dropped from it.
    private var checksum: UInt64 = 0
    private var summed = 0
    /// False where nobody will ask for the checksum.
    package var sums = true
    /// Told the offset after each read of the file.
    package var onProgress: ((UInt64) -> Void)?

    /// 1 MiB: a hundredth of the calls of a page-sized buffer, and it stays in the second-level cache.
    private static let chunk = 1 << 20

    /// The bytes of `file` from `offset` on. The file stays the caller's.
    package init(_ file: any File, from offset: UInt64 = 0) throws(StorageError) {
        self.file = file
        name = file.name
        end = try file.size()
        filled = min(offset, end)
        capacity = Int(min(UInt64(Self.chunk), max(end - min(offset, end), 64)))
        base = .allocate(byteCount: capacity, alignment: 64)
        limit = 0
    }

    /// Bytes in memory, which the caller keeps in place meanwhile.
    package init(_ bytes: Bytes, name: String) {
        file = nil
        self.name = name
        base = UnsafeMutableRawPointer(mutating: bytes.start)
        capacity = bytes.count
        limit = bytes.count
        filled = UInt64(bytes.count)
        end = filled
    }

    deinit { if file != nil { base.deallocate() } }

    /// Bytes from the start of the file to the next one read.
    package var offset: UInt64 { filled - UInt64(limit - start) }
    package var remaining: UInt64 { end - offset }

    /// Of every byte taken so far.
    package func checksumSoFar() -> UInt64 {
        sum()
        return checksum
    }

    /// The next `count` bytes. Throws where fewer are left.
    @inline(__always)
    package func take(_ count: Int) throws(StorageError) -> Bytes {
        if count < 0 || limit - start < count { try refill(count) }
        defer { start += count }
        return Bytes(base + start, count)
    }

    @inline(__always)
    package func byte() throws(StorageError) -> UInt8 {
        if limit == start { try refill(1) }
        defer { start += 1 }
        return base.load(fromByteOffset: start, as: UInt8.self)
    }

    /// The next byte, which stays the next; nil at the end.
    package func peek() throws(StorageError) -> UInt8? {
        if remaining == 0 { return nil }
        if limit == start { try refill(1) }
        return base.load(fromByteOffset: start, as: UInt8.self)
    }

    @inline(__always)
    package func integer<T: FixedWidthInteger & BitwiseCopyable>(_ type: T.Type = T.self) throws(StorageError) -> T {
        let size = MemoryLayout<T>.size
        if limit - start < size { try refill(size) }
        defer { start += size }
        return T(littleEndian: base.loadUnaligned(fromByteOffset: start, as: T.self))
    }

    /// A size from outside as one of memory: no more than `share` of it can be true for each byte that is left.
    package func checked(_ size: UInt64, _ field: String, bytesEach: UInt64 = 1) throws(StorageError) -> Int {
        guard size <= remaining / bytesEach else {
            throw corrupt(field, expected: "at most the \(remaining) bytes that follow", found: "\(size)")
        }
        return Int(size)
    }

    package func corrupt(_ field: String, expected: String, found: String) -> StorageError {
        StorageError(
            kind: .corrupt(field: field, expected: expected, found: found), file: name, offset: offset)
    }

    @inline(never)
    private func refill(_ count: Int) throws(StorageError) {
        guard count >= 0, UInt64(count) <= remaining, let file else {
            throw corrupt("length", expected: "\(count) more bytes", found: "\(remaining) up to the end")
        }
        sum()
        let left = limit - start
        if count > capacity || capacity > 4 * Self.chunk && count <= Self.chunk {
            let needed = max(count, Int(min(UInt64(Self.chunk), remaining)))
            let other = UnsafeMutableRawPointer.allocate(byteCount: max(needed, left), alignment: 64)
            other.copyMemory(from: base + start, byteCount: left)
            base.deallocate()
            base = other
            capacity = max(needed, left)
        } else {
            base.copyMemory(from: base + start, byteCount: left)
        }
        start = 0
        limit = left
        summed = 0
        while limit < count {
            let room = UnsafeMutableRawBufferPointer(start: base + limit, count: capacity - limit)
            var span = room.mutableBytes
            let got = try file.read(into: &span, at: filled)
            guard got > 0 else {
                throw corrupt("length", expected: "\(count) more bytes", found: "a file that became shorter")
            }
            // What was appended meanwhile is not of this dump.
            let used = Int(min(UInt64(got), end - filled))
            limit += used
            filled += UInt64(used)
        }
        onProgress?(offset)
    }

    private func sum() {
        guard sums else { return }
        checksum = CRC64.checksum(
            UnsafeRawBufferPointer(start: base + summed, count: start - summed).bytes, seed: checksum)
        summed = start
    }
}
