import StrataDisk

/// A set of small numbers: the units of pending changes that a power cut keeps.
struct UnitSet: Sendable, Equatable {
    private(set) var words: [UInt64] = []
    /// Numbers below this may be in it.
    private(set) var capacity = 0

    init(capacity: Int = 0) { reset(capacity: capacity) }

    /// Empties it, keeping its memory.
    mutating func reset(capacity: Int, filled: Bool = false) {
        self.capacity = capacity
        let needed = (capacity + 63) / 64
        if words.count > needed { words.removeLast(words.count - needed) }
        for index in words.indices { words[index] = filled ? .max : 0 }
        while words.count < needed { words.append(filled ? .max : 0) }
        if filled && capacity % 64 != 0 { words[needed - 1] = (1 << UInt64(capacity % 64)) - 1 }
    }

    @inline(__always)
    func contains(_ unit: Int) -> Bool { words[unit >> 6] >> UInt64(unit & 63) & 1 == 1 }

    @inline(__always)
    mutating func insert(_ unit: Int) {
        precondition(unit < capacity, "a unit that there is not")
        words[unit >> 6] |= 1 << UInt64(unit & 63)
    }

    @inline(__always)
    mutating func remove(_ unit: Int) { words[unit >> 6] &= ~(1 << UInt64(unit & 63)) }

    /// The low 64 at once.
    mutating func setLow(_ word: UInt64) { if !words.isEmpty { words[0] = word } }

    var count: Int { words.reduce(0) { $0 + $1.nonzeroBitCount } }

    func containsAll(_ units: Range<Int>) -> Bool { units.allSatisfy(contains) }

    /// The longest runs of neighbours, in order.
    @inline(__always)
    func forEachRun(in units: Range<Int>, _ body: (Range<Int>) -> Void) {
        var next = units.lowerBound
        while next < units.upperBound {
            if !contains(next) {
                next += 1
                continue
            }
            let start = next
            while next < units.upperBound && contains(next) { next += 1 }
            body(start..<next)
        }
    }
}

extension UnitSet {
    /// Chooses from `seed` among the units of `changes`: with a chance that differs from seed to seed, and for every
    /// change either as a whole or unit by unit, so that both large losses and small tears are frequent.
    mutating func fillRandomly(_ changes: [PendingChange], seed: UInt64) {
        var random = SeededRandom(seed: seed)
        let eighths = 1 + random.below(UInt64(7))
        var unit = 0
        for change in changes {
            let count = change.unitCount
            guard count > 0 else { continue }
            let choice = random.next()
            if choice & 1 == 0 {
                if choice >> 8 & 7 < eighths { for each in unit..<unit + count { insert(each) } }
            } else {
                for each in unit..<unit + count where random.next() >> 8 & 7 < eighths { insert(each) }
            }
            unit += count
        }
    }
}
