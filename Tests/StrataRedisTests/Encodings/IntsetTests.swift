import StrataDisk
import StrataRESP
import StrataRedis
import StrataTesting
import Testing

struct IntsetTests {
    /// As Redis 7.0.15 dumped sets of these members.
    @Test(arguments: [
        ([1], "02 00 00 00 01 00 00 00 01 00"),
        ([3, 1, 2, -32768, 32767], "02 00 00 00 05 00 00 00 00 80 01 00 02 00 03 00 ff 7f"),
        ([1, 32768], "04 00 00 00 02 00 00 00 01 00 00 00 00 80 00 00"),
        ([1, -32769], "04 00 00 00 02 00 00 00 ff 7f ff ff 01 00 00 00"),
        ([5, 2_147_483_647, -2_147_483_648], "04 00 00 00 03 00*6 80 05 00 00 00 ff ff ff 7f"),
        ([5, 2_147_483_648], "08 00 00 00 02 00 00 00 05 00*10 80 00 00 00 00"),
        ([5, -2_147_483_649], "08 00 00 00 02 00 00 00 ff ff ff 7f ff ff ff ff 05 00*7"),
        ([.max, .min, 0], "08 00 00 00 03 00*10 80 00*8 ff*7 7f"),
    ])
    func isTheBytesOfRedisAtEveryWidth(_ members: [Int64], _ golden: String) throws {
        var set = Intset()
        for member in members {
            let isNew = set.insert(member)
            #expect(isNew)
        }
        for member in members {
            let isNew = set.insert(member)
            #expect(!isNew)
        }
        try GoldenBytes(golden).expect(set.bytes.copy())
        #expect(Intset(validating: set.bytes)?.count == members.count)
        for member in members {
            let isThere = set.contains(member)
            #expect(isThere)
        }
    }

    @Test(arguments: 0..<4)
    func doesWhatASetDoes(_ seed: UInt64) {
        var random = SeededRandom(seed: seed)
        var model = Set<Int64>()
        var set = Intset()
        for step in 0..<rounds(4000) {
            let width = [8, 8, 8, 15, 16, 31, 32, 63][random.below(step < 1000 ? 3 : 8)]
            let value = Int64(bitPattern: random.next()) >> Int64(63 - width)
            switch random.below(3) {
            case 0:
                let isNew = set.insert(value)
                #expect(isNew == model.insert(value).inserted, "seed \(seed)")
            case 1:
                let wasThere = set.remove(value)
                #expect(wasThere == (model.remove(value) != nil), "seed \(seed)")
            default:
                let isThere = set.contains(value)
                #expect(isThere == model.contains(value), "seed \(seed)")
            }
            if step % 100 == 0 {
                #expect((0..<set.count).map { set[$0] } == model.sorted(), "seed \(seed), step \(step)")
                #expect(Intset.isValid(set.bytes), "seed \(seed), step \(step)")
            }
        }
    }

    @Test(arguments: [
        "", "02 00 00 00 00 00 00", "03 00 00 00 00 00 00 00", "02 00 00 00 01 00 00 00",
        "02 00 00 00 ff ff ff ff 00 00",
        "02 00 00 00 02 00 00 00 01 00 01 00", "02 00 00 00 02 00 00 00 02 00 01 00",
    ])
    func brokenIntsetsAreRefused(_ text: String) throws {
        let bytes = try GoldenBytes(text).bytes
        #expect(bytes.withLent { Intset.isValid($0) } == false)
        #expect(bytes.withLent { Intset(validating: $0) == nil })
    }
}
