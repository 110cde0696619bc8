import Glibc

/// Memory of one owner from the C heap, which grows in place where it can. It never fails: a process out of memory ends,
/// as one does that allocates a Swift array.
enum MemoryBlock {
    /// Bytes of the allocator's own per block (glibc's malloc on 64-bit machines).
    static let overhead = 8

    /// The size of block that the allocator would hand out for `size` bytes anyway: 24, 40, 56 ...
    @inline(__always)
    static func usableSize(_ size: Int) -> Int { max(24, (size + overhead + 15) / 16 * 16 - overhead) }

    @inline(__always)
    static func allocate(_ size: Int) -> UnsafeMutableRawPointer {
        guard let block = malloc(size) else { preconditionFailure("no memory for \(size) bytes") }
        return block
    }

    @inline(__always)
    static func reallocate(_ block: UnsafeMutableRawPointer, to size: Int) -> UnsafeMutableRawPointer {
        guard let block = realloc(block, size) else { preconditionFailure("no memory for \(size) bytes") }
        return block
    }
}
