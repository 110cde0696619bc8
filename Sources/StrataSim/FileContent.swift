import Glibc

/// The bytes of one simulated file, shared copy-on-write: a copy costs one reference, and a change to it copies the page
/// table and the pages that it touches.
///
/// 1. A page is `pageSize` bytes, or empty for a hole, which reads as zeros; holes at the end are not stored.
/// 2. Bytes at and after `size` are zeros, so growing needs no writing.
struct FileContent: Sendable {
    /// 4 KiB, the block of the real file systems: what a direct write is aligned to and a full disk runs out of.
    static let pageSize = 4096

    /// Bytes.
    private(set) var size = 0
    private var pages: [[UInt8]] = []

    init() {}

    init(_ bytes: [UInt8]) {
        bytes.withUnsafeBytes { write($0, at: 0) }
    }

    func hasPage(_ index: Int) -> Bool { index < pages.count && !pages[index].isEmpty }

    /// Bytes from `offset` on into `target`, fewer only at the end of the file; returns how many.
    func read(into target: UnsafeMutableRawBufferPointer, at offset: Int) -> Int {
        let count = min(target.count, max(0, size - offset))
        var done = 0
        while done < count {
            let (index, start) = (offset + done).quotientAndRemainder(dividingBy: Self.pageSize)
            let length = min(Self.pageSize - start, count - done)
            if hasPage(index) {
                pages[index].withUnsafeBytes { page in
                    _ = memcpy(target.baseAddress! + done, page.baseAddress! + start, length)
                }
            } else {
                memset(target.baseAddress! + done, 0, length)
            }
            done += length
        }
        return count
    }

    /// All bytes.
    var bytes: [UInt8] {
        [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
            count = read(into: UnsafeMutableRawBufferPointer(buffer), at: 0)
        }
    }

    /// Stores `source` from `offset` on, growing the file to hold it.
    mutating func write(_ source: UnsafeRawBufferPointer, at offset: Int) {
        guard !source.isEmpty else { return }
        var done = 0
        while done < source.count {
            let (index, start) = (offset + done).quotientAndRemainder(dividingBy: Self.pageSize)
            let length = min(Self.pageSize - start, source.count - done)
            makePage(index)
            pages[index].withUnsafeMutableBytes { page in
                _ = memcpy(page.baseAddress! + start, source.baseAddress! + done, length)
            }
            done += length
        }
        size = max(size, offset + source.count)
    }

    private mutating func makePage(_ index: Int) {
        while pages.count <= index { pages.append([]) }
        if pages[index].isEmpty { pages[index] = [UInt8](repeating: 0, count: Self.pageSize) }
    }

    /// Cuts, or extends with zeros.
    mutating func resize(to newSize: Int) {
        if newSize < size {
            let kept = (newSize + Self.pageSize - 1) / Self.pageSize
            if kept < pages.count { pages.removeLast(pages.count - kept) }
            let start = newSize % Self.pageSize
            if start != 0, hasPage(kept - 1) {
                pages[kept - 1].withUnsafeMutableBytes { page in
                    _ = memset(page.baseAddress! + start, 0, Self.pageSize - start)
                }
            }
        }
        size = newSize
    }

    mutating func grow(to newSize: Int) {
        if newSize > size { size = newSize }
    }

    /// Inverts the bits of `mask` in the byte at `offset`, which lies inside the file.
    mutating func flip(_ mask: UInt8, at offset: Int) {
        precondition(offset < size, "a bit outside the file")
        let (index, start) = offset.quotientAndRemainder(dividingBy: Self.pageSize)
        makePage(index)
        pages[index][start] ^= mask
    }
}
