import StrataDisk

/// A moving view on one file for reading it from front to back in large calls.
final class SegmentWindow {
    /// 1 MiB a call: the copy out of the page cache stays within the second-level cache's reach.
    private static let readSize = 1 << 20

    let file: any File
    let size: UInt64
    private let clock: (any MonotonicClock)?
    private let buffer: IOBuffer
    /// Where in the file the buffer begins.
    private var start: UInt64 = 0
    private(set) var bytesRead: UInt64 = 0
    private(set) var readNanoseconds: UInt64 = 0

    /// With a clock, the time spent in reads is kept.
    init(_ file: any File, clock: (any MonotonicClock)?) throws(StorageError) {
        self.file = file
        self.clock = clock
        size = try file.size()
        buffer = IOBuffer(capacity: Int(min(UInt64(Self.readSize), size)))
    }

    /// Lends `count` bytes at `offset`; nil where the file ends before.
    func withBytes<R>(
        at offset: UInt64, count: Int, _ body: (RawSpan) throws(StorageError) -> R
    ) throws(StorageError) -> R? {
        guard UInt64(count) <= size, offset <= size - UInt64(count) else { return nil }
        if offset < start || offset + UInt64(count) > start + UInt64(buffer.count) { try fill(from: offset, count) }
        // A file that shrank under us ends early.
        guard offset + UInt64(count) <= start + UInt64(buffer.count) else { return nil }
        let from = Int(offset - start)
        return try buffer.withBytes(in: from..<from + count, body)
    }

    private func fill(from offset: UInt64, _ count: Int) throws(StorageError) {
        let wanted = Int(min(UInt64(max(count, Self.readSize)), size - offset))
        let began = clock?.nanoseconds() ?? 0
        buffer.removeAll()
        start = offset
        try buffer.appendInPlace(atMost: wanted) { (room) throws(StorageError) in
            var bytes = room.mutableBytes
            return try file.read(into: &bytes, at: offset)
        }
        bytesRead += UInt64(buffer.count)
        if let clock { readNanoseconds += clock.nanoseconds() - began }
    }

    /// Where the first byte that is not zero stands at or after `offset`; nil where there is none.
    func firstNonZero(from offset: UInt64) throws(StorageError) -> UInt64? {
        var at = offset
        while at < size {
            let count = Int(min(UInt64(Self.readSize), size - at))
            let found = try withBytes(at: at, count: count) { (bytes) -> Int? in
                bytes.withUnsafeBytes { buffer in
                    var index = 0
                    while index + 8 <= buffer.count, buffer.loadUnaligned(fromByteOffset: index, as: UInt64.self) == 0 {
                        index += 8
                    }
                    while index < buffer.count { if buffer[index] != 0 { return index } else { index += 1 } }
                    return nil
                }
            }
            guard let found else { return nil }
            if let index = found { return at + UInt64(index) }
            at += UInt64(count)
        }
        return nil
    }

    /// Byte after the last one that is not zero.
    func usedSize(from offset: UInt64) throws(StorageError) -> UInt64 {
        var used = offset
        var at = offset
        while at < size {
            let count = Int(min(UInt64(Self.readSize), size - at))
            let last = try withBytes(at: at, count: count) { (bytes) -> Int? in
                bytes.withUnsafeBytes { buffer in buffer.lastIndex { $0 != 0 } }
            }
            guard let last else { break }
            if let last { used = at + UInt64(last) + 1 }
            at += UInt64(count)
        }
        return used
    }
}
