import StrataDisk
import StrataRESP
import StrataRedis
import StrataTesting
import Testing

struct HashValueTests {
    /// Both sides of the border between listpack and table.
    @Test(arguments: [0, 8, 512], 0..<3)
    func doesWhatADictionaryDoes(_ most: Int, _ seed: UInt64) {
        var random = SeededRandom(seed: seed)
        var limits = EncodingLimits()
        limits.hashMaxListpackEntries = most
        limits.hashMaxListpackValue = 1 << 20
        let hash = HashValue()
        var model: [[UInt8]: [UInt8]] = [:]
        for step in 0..<rounds(3000) {
            let field = RandomElement.make(&random)
            switch random.below(5) {
            case 0, 1, 2:
                let value = RandomElement.make(&random)
                let isNew = field.withLent { field in value.withLent { hash.set(field, $0, limits: limits) } }
                #expect(isNew == (model.updateValue(value, forKey: field) == nil), "seed \(seed)")
            case 3:
                let wasThere = field.withLent { hash.remove($0) }
                #expect(wasThere == (model.removeValue(forKey: field) != nil), "seed \(seed)")
            default:
                #expect(field.withLent { hash.value(of: $0)?.copy() } == model[field], "seed \(seed)")
                #expect(field.withLent { hash.contains($0) } == (model[field] != nil), "seed \(seed)")
            }
            #expect(hash.count == model.count, "seed \(seed)")
            if step % 200 == 0, let copy = hash.copy() as? HashValue {
                #expect(Self.pairs(hash) == model, "seed \(seed)")
                #expect(Self.pairs(copy) == model, "seed \(seed)")
                #expect(copy.encoding == hash.encoding)
                #expect(Self.scanned(hash) == model, "seed \(seed)")
            }
        }
        #expect(hash.encoding == (most < 512 ? .hashtable : hash.count > 512 ? .hashtable : .listpack))
        if most == 0 { #expect(hash.memoryBytes < 400 * hash.count + 4096) }
    }

    @Test func becomesATableAtTheBordersOfTheSettings() {
        let limits = EncodingLimits()
        let hash = HashValue()
        for index in 0..<512 { Self.set(hash, "\(index)", "v", limits) }
        #expect(hash.encoding == .listpack)
        Self.set(hash, "511", "w", limits)
        #expect(hash.encoding == .listpack)
        Self.set(hash, "512", "v", limits)
        #expect(hash.encoding == .hashtable)
        #expect(hash.listpackBytes == nil)
        #expect(hash.count == 513)
        for (field, value, encoding) in [(64, 64, ValueEncoding.listpack), (65, 1, .hashtable), (1, 65, .hashtable)] {
            let hash = HashValue()
            Self.set(hash, String(repeating: "f", count: field), String(repeating: "v", count: value), limits)
            #expect(hash.encoding == encoding)
        }
    }

    @Test func takesOverAListpackThatHasPairs() {
        let limits = EncodingLimits()
        #expect(HashValue(ListpackTests.listpack(["a", "1", "b", "2"]), limits: limits)?.count == 2)
        #expect(HashValue(ListpackTests.listpack([]), limits: limits) == nil)
        #expect(HashValue(ListpackTests.listpack(["a"]), limits: limits) == nil)
        #expect(HashValue(ListpackTests.listpack(["a", "1", "a", "2"]), limits: limits) == nil)
        let many = ListpackTests.listpack((0..<1026).map { "\($0)" })
        #expect(HashValue(many, limits: limits)?.encoding == .hashtable)
    }

    /// 10 fields, 20,000 picks: each within five deviations of its share.
    @Test(arguments: [0, 512])
    func picksAreFair(_ most: Int) {
        var random = SeededRandom(seed: 7)
        var limits = EncodingLimits()
        limits.hashMaxListpackEntries = most
        let hash = HashValue()
        for index in 0..<10 { Self.set(hash, "f\(index)", "v", limits) }
        var single: [[UInt8]: Int] = [:]
        var triple: [[UInt8]: Int] = [:]
        for _ in 0..<20_000 {
            single[hash.random(&random).field.copy(), default: 0] += 1
            var different = Set<[UInt8]>()
            hash.randomDistinct(3, &random) { field, _ in different.insert(field.copy()) }
            #expect(different.count == 3)
            for field in different { triple[field, default: 0] += 1 }
        }
        for index in 0..<10 {
            let field = Array("f\(index)".utf8)
            #expect(abs((single[field] ?? 0) - 2000) < 5 * 43)
            #expect(abs((triple[field] ?? 0) - 6000) < 5 * 65)
        }
        var all = Set<[UInt8]>()
        hash.randomDistinct(100, &random) { field, _ in all.insert(field.copy()) }
        #expect(all.count == 10)
    }

    // MARK: Parts

    static func set(_ hash: HashValue, _ field: String, _ value: String, _ limits: EncodingLimits) {
        Array(field.utf8).withLent { field in
            Array(value.utf8).withLent { _ = hash.set(field, $0, limits: limits) }
        }
    }

    static func pairs(_ hash: HashValue) -> [[UInt8]: [UInt8]] {
        var pairs: [[UInt8]: [UInt8]] = [:]
        hash.forEach { field, value in
            pairs[field.copy()] = value.copy()
            return true
        }
        return pairs
    }

    static func scanned(_ hash: HashValue) -> [[UInt8]: [UInt8]] {
        var pairs: [[UInt8]: [UInt8]] = [:]
        var cursor: UInt64 = 0
        repeat {
            cursor = hash.scan(cursor: cursor, count: 7) { field, value in pairs[field.copy()] = value.copy() }
        } while cursor != 0
        return pairs
    }
}
