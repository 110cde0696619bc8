/// Memory that is handed out piece by piece and given back all at once. One thread takes from it.
struct Arena: ~Copyable {
    private let pool: ChunkPool
    private var chunks: [UnsafeMutableRawPointer] = []
    /// Pieces too large for a chunk, and the first one.
    private var others: [UnsafeMutableRawPointer] = []
    private var next: UnsafeMutableRawPointer
    private var room: Int
    /// Bytes handed out, with what alignment wasted.
    private(set) var usedBytes = 0

    private static let lineBytes = 64

    init(_ pool: ChunkPool) {
        self.pool = pool
        // 16 KiB to begin with: a buffer that stays almost empty should cost almost nothing.
        room = 16 << 10
        next = .allocate(byteCount: room, alignment: Self.lineBytes)
        others.append(next)
    }

    deinit {
        for piece in others { piece.deallocate() }
        for chunk in chunks { pool.give(chunk) }
    }

    /// `size` bytes at a multiple of 8, with whatever they held; the first `together` of them on one cache line.
    @inline(__always)
    mutating func take(_ size: Int, together: Int = 8) -> UnsafeMutableRawPointer {
        let left = Self.lineBytes - Int(bitPattern: next) & (Self.lineBytes - 1)
        let skipped = left < together ? left : 0
        let rounded = (size + 7) & ~7 + skipped
        if rounded > room { return openChunk(for: size) }
        let result = next + skipped
        next += rounded
        room -= rounded
        usedBytes += rounded
        return result
    }

    @inline(never)
    private mutating func openChunk(for size: Int) -> UnsafeMutableRawPointer {
        let rounded = (size + 7) & ~7
        usedBytes += rounded
        // A large piece gets memory of its own, and the chunk goes on.
        if rounded > ChunkPool.chunkBytes / 4 {
            let piece = UnsafeMutableRawPointer.allocate(byteCount: rounded, alignment: Self.lineBytes)
            others.append(piece)
            return piece
        }
        let chunk = pool.take()
        chunks.append(chunk)
        next = chunk + rounded
        room = ChunkPool.chunkBytes - rounded
        return chunk
    }
}
