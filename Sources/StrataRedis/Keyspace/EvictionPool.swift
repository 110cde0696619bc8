import StrataRESP

/// The best candidates for eviction that samples have shown so far: at most 16, the best last. Keys, not entries:
/// they may be gone when they are wanted.
struct EvictionPool {
    static let size = 16

    struct Candidate {
        /// The larger, the better to evict.
        var score: UInt64
        var database: Int
        var key: [UInt8]
    }

    private var candidates: [Candidate] = []

    var isEmpty: Bool { candidates.isEmpty }

    /// Takes a candidate in where it is better than the worst, or there is room.
    mutating func offer(score: UInt64, database: Int, key: Bytes) {
        if candidates.count == Self.size {
            guard let worst = candidates.first, score > worst.score else { return }
        }
        if candidates.contains(where: { $0.database == database && $0.key.withLent { $0 == key } }) { return }
        if candidates.count == Self.size { candidates.removeFirst() }
        let at = candidates.firstIndex { $0.score >= score } ?? candidates.count
        candidates.insert(Candidate(score: score, database: database, key: key.copy()), at: at)
    }

    mutating func takeBest() -> Candidate? { candidates.popLast() }

    mutating func removeAll() { candidates.removeAll(keepingCapacity: true) }
}
