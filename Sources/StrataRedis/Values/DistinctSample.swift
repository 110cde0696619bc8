import Glibc
import StrataDisk

/// Picks different elements of a collection, each choice as likely as any other.
struct DistinctSample {
    private var remaining: Int
    private(set) var wanted: Int

    /// `wanted` of `total` elements; at most all of them.
    init(of total: Int, _ wanted: Int) {
        remaining = total
        self.wanted = min(wanted, total)
    }

    var isDone: Bool { wanted == 0 }

    /// Few of many: drawing until they differ is cheaper than a walk over all. A third is Redis' border; at it, a draw
    /// fails one time in three at the end.
    var isSparse: Bool { wanted * 3 <= remaining }

    /// Whether the next element of a walk is one of them (selection sampling: Knuth, TAOCP vol. 2, 3.4.2, algorithm S).
    mutating func takesNext(_ random: inout SeededRandom) -> Bool {
        let isTaken = random.below(remaining) < wanted
        remaining -= 1
        if isTaken { wanted -= 1 }
        return isTaken
    }

    /// Draws from a table until enough different ones were found.
    func pick(
        from table: HashIndex, _ random: inout SeededRandom, _ body: (UnsafeMutableRawPointer) -> Void
    ) {
        var seen = Set<UnsafeMutableRawPointer>(minimumCapacity: wanted)
        while seen.count < wanted, let blob = table.randomBlob(&random) {
            if seen.insert(blob).inserted { body(blob) }
        }
    }
}
