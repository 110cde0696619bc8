import StrataDisk
import StrataRESP
import StrataRedis
import Testing

@Suite struct RankedTreeTests {
    private struct Entry: Comparable {
        var score: Double
        var member: [UInt8]
        static func < (a: Entry, b: Entry) -> Bool {
            a.score != b.score ? a.score < b.score : a.member.lexicographicallyPrecedes(b.member)
        }
    }

    /// A sorted set in its large form against a sorted array: insertions, changes, removals, ranks, ranges by score
    /// and by member, both ways.
    @Test(arguments: [1, 2, 3, 4] as [UInt64])
    func agreesWithASortedArray(_ seed: UInt64) {
        var random = SeededRandom(seed: seed)
        let set = SortedSetValue(isLarge: true)
        var model: [Entry] = []
        let limits = EncodingLimits()
        // Few scores, so that many are equal; phases that grow and that shrink.
        let scores = seed % 2 == 0 ? 8 : 100_000
        for step in 0..<12_000 {
            let shrinks = step / 3000 % 2 == 1
            if random.below(10) < (shrinks ? 7 : 2), !model.isEmpty {
                let gone = model.remove(at: random.below(model.count))
                let removed = gone.member.withLent { set.remove($0) }
                #expect(removed, "seed \(seed) step \(step)")
            } else {
                let member = Array("m\(random.below(4000))".utf8)
                let score = step < 1500 && seed == 3 ? Double(step) : Double(random.below(scores)) / 4
                if let old = model.firstIndex(where: { $0.member == member }) { model.remove(at: old) }
                let entry = Entry(score: score, member: member)
                model.insert(entry, at: model.firstIndex { entry < $0 } ?? model.count)
                member.withLent { _ = set.set($0, to: score, limits: limits) }
            }
            if step % 400 == 0 { check(set, model, &random, "seed \(seed) step \(step)") }
        }
        while let last = model.popLast() { #expect(last.member.withLent { set.remove($0) }) }
        #expect(set.count == 0)
        set.checkInvariants()
    }

    private func check(
        _ set: SortedSetValue, _ model: [Entry], _ random: inout SeededRandom, _ place: Comment
    ) {
        set.checkInvariants()
        #expect(set.count == model.count, place)
        var found: [Entry] = []
        set.forEach { member, score in
            found.append(Entry(score: score, member: member.copy()))
            return true
        }
        #expect(found == model, place)
        guard !model.isEmpty else { return }
        for _ in 0..<5 {
            let rank = random.below(model.count)
            #expect(model[rank].member.withLent { set.rank(of: $0) } == rank, place)
            #expect(model[rank].member.withLent { set.score(of: $0) } == model[rank].score, place)
            let upper = rank + random.below(model.count - rank + 1)
            var backwards: [Entry] = []
            set.forEach(ranks: rank..<upper, descending: true) { member, score in
                backwards.append(Entry(score: score, member: member.copy()))
                return true
            }
            #expect(backwards == model[rank..<upper].reversed(), place)
            let range = ScoreRange(
                min: model[rank].score, max: model[random.below(model.count)].score, excludesMin: random.chance(0.5),
                excludesMax: random.chance(0.5))
            let inside = model.indices.filter {
                let score = model[$0].score
                return (range.excludesMin ? score > range.min : score >= range.min)
                    && (range.excludesMax ? score < range.max : score <= range.max)
            }
            let ranks = set.ranks(of: range)
            #expect(ranks.count == inside.count, place)
            if let first = inside.first { #expect(ranks.lowerBound == first, place) }
        }
    }

    @Test func scoresThatGrowFillTheLeaves() {
        let set = SortedSetValue(isLarge: true)
        for index in 0..<62_000 {
            Array("\(index)".utf8).withLent { _ = set.set($0, to: Double(index), limits: EncodingLimits()) }
        }
        set.checkInvariants()
        // 1,000 full leaves of 1 KiB, 33 inner nodes.
        #expect(set.orderBytes < 1_070_000)
    }

    @Test func rangesByMemberFollowTheirBytes() {
        for isLarge in [false, true] {
            let set = SortedSetValue(isLarge: isLarge)
            for member in ["b", "a", "d", "ca", "c"] {
                Array(member.utf8).withLent { _ = set.set($0, to: 0, limits: EncodingLimits()) }
            }
            Array("b".utf8).withLent { low in
                Array("c".utf8).withLent { high in
                    #expect(set.ranks(of: LexRange(min: .inclusive(low), max: .inclusive(high))) == 1..<3)
                    #expect(set.ranks(of: LexRange(min: .exclusive(low), max: .exclusive(high))).isEmpty)
                    #expect(set.ranks(of: LexRange(min: .lowest, max: .exclusive(low))) == 0..<1)
                    #expect(set.ranks(of: LexRange(min: .exclusive(high), max: .highest)) == 3..<5)
                    #expect(set.ranks(of: LexRange(min: .highest, max: .lowest)).isEmpty)
                }
            }
        }
    }
}
