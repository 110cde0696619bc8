import StrataDisk
import StrataRESP
import StrataRedis
import StrataTesting
import Testing

@Suite struct SortedSetValueTests {
    /// The members and scores of a DUMP of redis-server 7.0.15, and its listpack.
    @Test func theListpackIsThatOfRedis() throws {
        let set = SortedSetValue()
        let pairs: [(Double, String)] = [
            (1.5, "a"), (-0.0, "zero"), (3, "7"), (.infinity, "i"), (-.infinity, "n"), (1e17, "big"),
            (12_345_678_901_234_568, "l"), (0.1, "bb"), (3, "-12"), (4_503_599_627_370_497, "p"),
        ]
        for (score, member) in pairs {
            Array(member.utf8).withLent { _ = set.set($0, to: score, limits: EncodingLimits()) }
        }
        let golden = try GoldenBytes(
            """
            73 00 00 00 14 00 81 6e 02 84 2d 69 6e 66 05 84 7a 65 72 6f 05 00 01 82 62 62 03 93
            30 2e 31 30 30 30 30 30 30 30 30 30 30 30 30 30 30 30 31 14 81 61 02 83 31 2e 35 04
            df f4 02 03 01 07 01 03 01 81 70 02 f4 01 00 00 00 00 00 10 00 09 81 6c 02 f4 88 4b
            6b 5d 54 dc 2b 00 09 83 62 69 67 04 f4 00 00 8a 5d 78 45 63 01 09 81 69 02 83 69 6e
            66 04 ff
            """)
        golden.expect(set.packedBytes?.copy() ?? [])
    }

    @Test func becomesLargeWhereRedisDoes() {
        var limits = EncodingLimits()
        limits.zsetMaxListpackEntries = 3
        limits.zsetMaxListpackValue = 4
        let set = SortedSetValue(firstMemberSize: 1, limits: limits)
        for member in ["a", "b", "c", "a"] { Array(member.utf8).withLent { _ = set.set($0, to: 1, limits: limits) } }
        #expect(set.encoding == .listpack)
        Array("d".utf8).withLent { _ = set.set($0, to: 0, limits: limits) }
        #expect(set.encoding == .skiplist)
        #expect(set.count == 4)
        #expect(Array("d".utf8).withLent { set.rank(of: $0) } == 0)
        #expect(SortedSetValue(firstMemberSize: 5, limits: limits).encoding == .skiplist)
        set.remove(ranks: 0..<1)
        #expect(set.encoding == .skiplist)
        set.makePackedIfFits(limits)
        #expect(set.encoding == .listpack)
        let copy = set.copy()
        #expect(copy.count == 3)
        set.remove(ranks: 0..<3)
        #expect(copy.count == 3 && set.count == 0)
    }

    @Test(arguments: [11, 12] as [UInt64])
    func bothFormsAnswerTheSame(_ seed: UInt64) {
        var random = SeededRandom(seed: seed)
        let small = SortedSetValue()
        let large = SortedSetValue(isLarge: true)
        var limits = EncodingLimits()
        limits.zsetMaxListpackEntries = 1000
        for step in 0..<3000 {
            let member = Array("\(random.below(60))".utf8)
            let score = Double(random.below(20)) / 8 - 1
            member.withLent { member in
                if random.chance(0.3) {
                    #expect(small.remove(member) == large.remove(member), "seed \(seed) step \(step)")
                } else {
                    let outcome = small.set(member, to: score, limits: limits)
                    #expect(outcome == large.set(member, to: score, limits: limits), "seed \(seed) step \(step)")
                }
                #expect(small.rank(of: member) == large.rank(of: member), "seed \(seed) step \(step)")
                let range = ScoreRange(min: score, max: score + 1, excludesMin: random.chance(0.5))
                let (a, b) = (small.ranks(of: range), large.ranks(of: range))
                #expect(a.count == b.count && (a.isEmpty || a == b), "seed \(seed) step \(step)")
            }
        }
        #expect(small.encoding == .listpack)
    }

    @Test func scoresArePrintedAsRedisPrintsThem() {
        let cases: [(Double, String)] = [
            (3, "3"), (-0.0, "-0"), (0.1, "0.10000000000000001"), (1e17, "1e+17"), (-1e16, "-10000000000000000"),
            (99_999_999_999_999_984, "99999999999999984"), (.infinity, "inf"), (-.infinity, "-inf"),
            (1.5e-10, "1.5e-10"),
            (12_345_678_901_234_568, "12345678901234568"), (.greatestFiniteMagnitude, "1.7976931348623157e+308"),
        ]
        for (value, text) in cases { #expect(ScoreText.text(of: value) == text) }
    }
}
