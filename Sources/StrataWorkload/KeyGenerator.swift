import StrataDisk

/// Draws keys 0..<itemCount of a `KeyDistribution`. A value owned by one client; a draw allocates nothing.
package struct KeyGenerator: Sendable {
    /// How many ranks a scrambled zipfian draws from, whatever the key set's size: YCSB's choice, which makes the skew over the
    /// hash independent of the set, so that a growing set keeps its popular keys' share.
    package static let scrambledRanks: UInt64 = 10_000_000_000

    private enum Kind {
        case sequential, uniform, ranked, scrambled, latest, hotspot
    }

    package let distribution: KeyDistribution
    package private(set) var itemCount: UInt64
    private let kind: Kind
    private var ranks: ZipfianRanks?
    private var position: UInt64
    private let step: UInt64
    private let hotFraction: Double
    private let hotOperations: Double
    private var hotCount: UInt64 = 0

    /// `client` of `clients` matters for `.sequential` alone: together they take every key in turn.
    package init(_ distribution: KeyDistribution, itemCount: UInt64, client: Int = 0, clients: Int = 1) {
        precondition(itemCount > 0, "an empty key set has no key to draw")
        precondition(distribution.isValid, "\(distribution) is out of range")
        precondition(clients > 0 && (0..<clients).contains(client), "client \(client) of \(clients)")
        self.distribution = distribution
        self.itemCount = itemCount
        position = UInt64(client)
        step = UInt64(clients)
        (hotFraction, hotOperations) =
            if case .hotspot(let keys, let operations) = distribution { (keys, operations) } else { (0, 0) }
        switch distribution {
        case .sequential: kind = .sequential
        case .uniform: kind = .uniform
        case .zipfian(let theta, let scrambled):
            kind = scrambled ? .scrambled : .ranked
            ranks = ZipfianRanks(count: scrambled ? Self.scrambledRanks : itemCount, theta: theta)
        case .latest(let theta):
            kind = .latest
            ranks = ZipfianRanks(count: itemCount, theta: theta)
        case .hotspot: kind = .hotspot
        }
        setHotCount()
    }

    /// The key set is now 0..<`count`. Constant time; a set never shrinks.
    package mutating func grow(to count: UInt64) {
        precondition(count >= itemCount, "a key set never shrinks")
        itemCount = count
        if kind == .ranked || kind == .latest { ranks?.resize(to: count) }
        setHotCount()
    }

    @inline(__always)
    package mutating func next(_ random: inout SeededRandom) -> UInt64 {
        switch kind {
        case .sequential:
            let key = position % itemCount
            position = key &+ step
            return key
        case .uniform: return random.below(itemCount)
        case .ranked: return rank(&random)
        case .scrambled: return fnv1a64(rank(&random)) % itemCount
        case .latest: return itemCount - 1 - rank(&random)
        case .hotspot:
            // Both numbers are drawn every time, so that the stream does not depend on the first.
            let isHot = random.chance(hotOperations)
            if isHot || hotCount == itemCount { return random.below(hotCount) }
            return hotCount + random.below(itemCount - hotCount)
        }
    }

    @inline(__always)
    private func rank(_ random: inout SeededRandom) -> UInt64 {
        guard let ranks else { preconditionFailure("a zipfian kind without its ranks") }
        return ranks.rank(at: random.unit())
    }

    private mutating func setHotCount() {
        guard kind == .hotspot else { return }
        hotCount = max(1, UInt64(Double(itemCount) * hotFraction))
    }
}

/// FNV-1a, 64 bits, over the eight bytes of `value` in little-endian order (Fowler, Noll, Vo; RFC 9923).
package func fnv1a64(_ value: UInt64) -> UInt64 {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    var rest = value
    for _ in 0..<8 {
        hash = (hash ^ (rest & 0xFF)) &* 0x0000_0100_0000_01B3
        rest >>= 8
    }
    return hash
}
