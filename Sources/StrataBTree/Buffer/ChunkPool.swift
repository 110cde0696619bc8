import Synchronization

/// Chunks of memory that pass from one buffer to the next: a fresh one costs a page fault for each of its pages, which is a tenth
/// of what putting the changes costs.
final class ChunkPool: Sendable {
    /// 1 MiB: a buffer of 64 MiB asks for 64.
    static let chunkBytes = 1 << 20
    /// 96 MiB: about what one buffer holds while the next one fills.
    private static let limit = 96

    private struct Free: ~Copyable, @unchecked Sendable {
        var chunks: [UnsafeMutableRawPointer] = []
        deinit { for chunk in chunks { chunk.deallocate() } }
    }
    private let free = Mutex(Free())

    /// `ChunkPool.chunkBytes`, with whatever they held.
    func take() -> UnsafeMutableRawPointer {
        let address = free.withLock { UInt(bitPattern: $0.chunks.popLast()) }
        return UnsafeMutableRawPointer(bitPattern: address)
            ?? .allocate(byteCount: Self.chunkBytes, alignment: 64)
    }

    func give(_ chunk: UnsafeMutableRawPointer) {
        let address = UInt(bitPattern: chunk)
        let isKept = free.withLock { free in
            guard free.chunks.count < Self.limit else { return false }
            free.chunks.append(UnsafeMutableRawPointer(bitPattern: address)!)
            return true
        }
        if !isKept { chunk.deallocate() }
    }
}
