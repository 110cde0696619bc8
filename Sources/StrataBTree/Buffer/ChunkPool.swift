import Glibc
import Synchronization

/// Chunks of memory that pass from one buffer to the next: fresh memory costs a page fault for each of its pages, which is a tenth
/// of what putting the changes costs.
final class ChunkPool: Sendable {
    /// 2 MiB, a huge page: a search goes all over a buffer of 64 MiB, and with small pages misses the TLB at almost every step.
    static let chunkBytes = 2 << 20
    /// 96 MiB: about what one buffer holds while the next one fills.
    private static let limit = 48

    private struct Free: ~Copyable, @unchecked Sendable {
        var chunks: [UnsafeMutableRawPointer] = []
        deinit { for chunk in chunks { Glibc.free(chunk) } }
    }
    private let free = Mutex(Free())

    /// `ChunkPool.chunkBytes`, with whatever they held.
    func take() -> UnsafeMutableRawPointer {
        let address = free.withLock { UInt(bitPattern: $0.chunks.popLast()) }
        return UnsafeMutableRawPointer(bitPattern: address) ?? Self.allocate()
    }

    private static func allocate() -> UnsafeMutableRawPointer {
        var memory: UnsafeMutableRawPointer?
        guard posix_memalign(&memory, chunkBytes, chunkBytes) == 0, let chunk = memory else {
            preconditionFailure("out of memory")
        }
        // A hint: without huge pages the chunk does all the same.
        _ = madvise(chunk, chunkBytes, MADV_HUGEPAGE)
        return chunk
    }

    func give(_ chunk: UnsafeMutableRawPointer) {
        let address = UInt(bitPattern: chunk)
        let isKept = free.withLock { free in
            guard free.chunks.count < Self.limit else { return false }
            free.chunks.append(UnsafeMutableRawPointer(bitPattern: address)!)
            return true
        }
        if !isKept { Glibc.free(chunk) }
    }
}
