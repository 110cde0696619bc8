import StrataRESP

/// The large form of a sorted set: members found by hash and ordered by score, over one blob each, which it owns.
final class RankedIndex {
    let members = HashIndex(keyOffset: RankedBlob.memberOffset)
    let order = RankedTree()
    private var blobBytes = 0

    deinit {
        members.forEach { blob in
            blob.deallocate()
            return true
        }
    }

    var count: Int { order.count }
    /// A blob costs a word of the allocator and 4 bytes of rounding on average.
    var memoryBytes: Int { members.memoryBytes + order.memoryBytes + blobBytes + 12 * count }

    @inline(__always)
    func find(_ member: Bytes) -> UnsafeMutableRawPointer? { members.find(member, hash: HashIndex.hash(member)) }

    /// Adds a member that is not there yet.
    func insert(_ member: Bytes, score: Double) {
        let blob = RankedBlob.make(member, score: score)
        blobBytes += RankedBlob.size(of: blob)
        members.insert(blob, hash: HashIndex.hash(member))
        order.insert(blob)
    }

    func setScore(_ score: Double, of blob: UnsafeMutableRawPointer) {
        _ = order.remove(RankedBlob.member(of: blob), score: RankedBlob.score(of: blob))
        RankedBlob.setScore(score, of: blob)
        order.insert(blob)
    }

    func remove(_ blob: UnsafeMutableRawPointer) {
        let member = RankedBlob.member(of: blob)
        _ = order.remove(member, score: RankedBlob.score(of: blob))
        members.remove(blob, hash: HashIndex.hash(member))
        blobBytes -= RankedBlob.size(of: blob)
        blob.deallocate()
    }
}
