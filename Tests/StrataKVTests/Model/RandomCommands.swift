import StrataDisk
import StrataKV

/// Commands and reads drawn from a seed over a few hundred keys, zeros and other awkward bytes among them.
struct RandomCommands {
    var random: SeededRandom
    private static let symbols: [UInt8] = [0, 1, 0x61, 0x62, 0xFF]

    init(seed: UInt64) { random = SeededRandom(seed: seed) }

    mutating func key() -> [UInt8] {
        (0..<(1 + random.below(4))).map { _ in Self.symbols[random.below(Self.symbols.count)] }
    }

    /// Mostly a single key, at times a few, now and then any range at all.
    mutating func rangeEnd(of key: [UInt8]) -> [UInt8] {
        switch random.below(100) {
        case 0: [0]
        case 1..<5: self.key()
        case 5..<30: key + [0x61]
        case 30..<35: key.dropLast() + [key[key.count - 1] &+ 1]
        default: []
        }
    }

    mutating func value() -> [UInt8] {
        // Now and then above a quarter of a page, which a tree keeps apart.
        let size = random.chance(0.01) ? 1000 + random.below(9000) : random.below(24)
        let byte = UInt8(truncatingIfNeeded: random.next())
        return (0..<size).map { UInt8(truncatingIfNeeded: $0) &+ byte }
    }

    mutating func lease() -> Int64 { Int64(1 + random.below(12)) }

    mutating func put() -> PutRequest {
        var request = PutRequest(key: key(), value: value())
        if random.chance(0.2) { request.lease = lease() }
        request.prevKV = random.chance(0.1)
        if random.chance(0.05) {
            request.ignoreValue = true
            if random.chance(0.9) { request.value = [] }
        }
        if random.chance(0.05) {
            request.ignoreLease = true
            if random.chance(0.9) { request.lease = 0 }
        }
        return request
    }

    mutating func delete() -> DeleteRangeRequest {
        // A wide one now and then only, or little would be left.
        let key = key()
        let end = random.chance(0.1) ? rangeEnd(of: key) : []
        return DeleteRangeRequest(key: key, rangeEnd: end, prevKV: random.chance(0.2))
    }

    /// `newest`, `oldest`: revisions; one in a hundred misses them.
    mutating func range(_ oldest: Int64, _ newest: Int64) -> RangeRequest {
        let key = key()
        var request = RangeRequest(key: key, rangeEnd: rangeEnd(of: key))
        if random.chance(0.3) { request.limit = Int64(random.below(12)) }
        if random.chance(0.5) { request.revision = revision(oldest, newest) }
        if random.chance(0.2) {
            request.sortOrder = RangeRequest.SortOrder.allCases[random.below(3)]
            request.sortTarget = RangeRequest.SortTarget.allCases[random.below(5)]
        }
        request.keysOnly = random.chance(0.1)
        request.countOnly = random.chance(0.1)
        if random.chance(0.05) { request.minModRevision = revision(oldest, newest) }
        if random.chance(0.05) { request.maxModRevision = revision(oldest, newest) }
        if random.chance(0.05) { request.minCreateRevision = revision(oldest, newest) }
        if random.chance(0.05) { request.maxCreateRevision = revision(oldest, newest) }
        return request
    }

    mutating func revision(_ oldest: Int64, _ newest: Int64) -> Int64 {
        if random.chance(0.005) { return newest + 1 + Int64(random.below(3)) }
        if random.chance(0.005) { return max(1, oldest - 1) }
        if random.chance(0.1) { return max(1, oldest) }
        let low = max(1, oldest)
        return low + Int64(random.below(Int(newest - low + 1)))
    }

    mutating func compare(_ newest: Int64) -> Compare {
        let result = Compare.Result.allCases[random.below(4)]
        let target: Compare.Target
        switch random.below(5) {
        case 0: target = .version(Int64(random.below(4)))
        case 1: target = .create(Int64(random.below(Int(newest) + 1)))
        case 2: target = .mod(Int64(random.below(Int(newest) + 1)))
        case 3: target = .lease(random.chance(0.5) ? 0 : lease())
        default: target = .value(value())
        }
        let key = key()
        return Compare(key: key, rangeEnd: random.chance(0.2) ? rangeEnd(of: key) : [], result, target)
    }

    mutating func txn(_ oldest: Int64, _ newest: Int64, depth: Int = 0) -> TxnRequest {
        var request = TxnRequest()
        request.compare = (0..<random.below(3)).map { _ in compare(newest) }
        request.success = operations(oldest, newest, depth)
        request.failure = operations(oldest, newest, depth)
        return request
    }

    private mutating func operations(_ oldest: Int64, _ newest: Int64, _ depth: Int) -> [RequestOp] {
        (0..<random.below(4)).map { _ in
            switch random.below(depth < 3 ? 8 : 7) {
            case 0...2: .put(put())
            case 3: .deleteRange(delete())
            case 4...6: .range(range(oldest, newest))
            default: .txn(txn(oldest, newest, depth: depth + 1))
            }
        }
    }

    mutating func command(_ oldest: Int64, _ newest: Int64) -> KVCommand {
        switch random.below(1000) {
        case 0..<700: .put(put())
        case 700..<860: .deleteRange(delete())
        case 860..<950: .txn(txn(oldest, newest))
        case 950..<960: .range(range(oldest, newest))
        case 960..<980: .leaseGrant(LeaseGrantRequest(ttl: Int64(random.below(100)), id: lease()))
        case 980..<998: .leaseRevoke(LeaseRevokeRequest(id: lease()))
        default: .compaction(CompactionRequest(revision: revision(oldest, newest)))
        }
    }
}
