import StrataDisk
import StrataRESP
import StrataRedis
import StrataTesting
import Testing

struct SetValueTests {
    @Test(arguments: [0, 8, 512], 0..<4)
    func doesWhatASetDoes(_ most: Int, _ seed: UInt64) {
        var random = SeededRandom(seed: seed)
        var limits = EncodingLimits()
        limits.setMaxIntsetEntries = most
        let set = SetValue()
        var model = Set<[UInt8]>()
        for step in 0..<rounds(3000) {
            // Half of the runs see integers alone.
            let member = seed % 2 == 0 ? RandomElement.make(&random) : Array("\(random.below(900))".utf8)
            switch random.below(4) {
            case 0, 1:
                let isNew = member.withLent { set.add($0, limits: limits) }
                #expect(isNew == model.insert(member).inserted, "seed \(seed)")
            case 2:
                let wasThere = member.withLent { set.remove($0) }
                #expect(wasThere == (model.remove(member) != nil), "seed \(seed)")
            default:
                #expect(member.withLent { set.contains($0) } == model.contains(member), "seed \(seed)")
            }
            #expect(set.count == model.count, "seed \(seed)")
            if step % 100 == 0, !model.isEmpty, let copy = set.copy() as? SetValue {
                #expect(Self.members(set) == model, "seed \(seed)")
                #expect(Self.members(copy) == model, "seed \(seed)")
                #expect(copy.encoding == set.encoding)
                let gone = set.popRandom(&random) { $0.copy() }
                #expect(model.remove(gone) != nil, "seed \(seed)")
                #expect(set.count == model.count, "seed \(seed)")
            }
        }
        var scanned = Set<[UInt8]>()
        var cursor: UInt64 = 0
        repeat { cursor = set.scan(cursor: cursor, count: 5) { scanned.insert($0.copy()) } } while cursor != 0
        #expect(scanned == model, "seed \(seed)")
    }

    @Test func becomesATableAtTheBorderOrWithTheFirstText() {
        let limits = EncodingLimits()
        let set = SetValue()
        for index in 0..<512 { Self.add(set, "\(index)", limits) }
        #expect(set.encoding == .intset)
        Self.add(set, "511", limits)
        #expect(set.encoding == .intset)
        Self.add(set, "512", limits)
        #expect(set.encoding == .hashtable)
        let mixed = SetValue()
        Self.add(mixed, "1", limits)
        #expect(mixed.encoding == .intset)
        Self.add(mixed, "01", limits)
        #expect(mixed.encoding == .hashtable)
        #expect(Self.members(mixed) == [Array("1".utf8), Array("01".utf8)])
    }

    @Test func takesOverWhatDumpsHold() {
        let limits = EncodingLimits()
        var integers = Intset()
        for index in 0..<600 { _ = integers.insert(Int64(index)) }
        #expect(SetValue(integers.copy(), limits: limits)?.encoding == .hashtable)
        for index in 0..<100 { _ = integers.remove(Int64(index)) }
        let taken = SetValue(integers, limits: limits)
        #expect(taken?.encoding == .intset)
        #expect(taken?.count == 500)
        #expect(SetValue(Intset(), limits: limits) == nil)
        #expect(SetValue(ListpackTests.listpack(["a", "7"]), limits: limits)?.count == 2)
        #expect(SetValue(ListpackTests.listpack(["8", "7"]), limits: limits)?.encoding == .intset)
        #expect(SetValue(ListpackTests.listpack(["7", "7"]), limits: limits) == nil)
        #expect(SetValue(ListpackTests.listpack([]), limits: limits) == nil)
    }

    /// 10 members, 20,000 picks: each within five deviations of its share.
    @Test(arguments: ["", "m"])
    func picksAreFair(_ prefix: String) {
        var random = SeededRandom(seed: 9)
        let set = SetValue()
        for index in 0..<10 { Self.add(set, "\(prefix)\(index)", EncodingLimits()) }
        var single: [[UInt8]: Int] = [:]
        var triple: [[UInt8]: Int] = [:]
        for _ in 0..<20_000 {
            single[set.random(&random).copy(), default: 0] += 1
            set.randomDistinct(3, &random) { triple[$0.copy(), default: 0] += 1 }
        }
        for index in 0..<10 {
            let member = Array("\(prefix)\(index)".utf8)
            #expect(abs((single[member] ?? 0) - 2000) < 5 * 43)
            #expect(abs((triple[member] ?? 0) - 6000) < 5 * 65)
        }
    }

    // MARK: Parts

    static func add(_ set: SetValue, _ member: String, _ limits: EncodingLimits) {
        Array(member.utf8).withLent { _ = set.add($0, limits: limits) }
    }

    static func members(_ set: SetValue) -> Set<[UInt8]> {
        var members = Set<[UInt8]>()
        set.forEach { member in
            members.insert(member.copy())
            return true
        }
        return members
    }
}
