import StrataDisk

/// Buffers for commands on their way to the log, so that each is allocated once.
final class BufferPool: Sendable {
    private let free = BargingMutex<[IOBuffer]>([])

    /// Lends an empty buffer.
    func with<R>(_ body: (IOBuffer) throws -> R) rethrows -> R {
        let buffer = free.withLock { $0.popLast() } ?? IOBuffer(capacity: 4096)
        buffer.removeAll()
        defer {
            // One that grew for a large value is not kept: 64 KiB, as many as ever were in use at once.
            if buffer.capacity <= 64 << 10 { free.withLock { $0.append(buffer) } }
        }
        return try body(buffer)
    }
}
