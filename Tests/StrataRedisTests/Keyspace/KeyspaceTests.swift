import StrataDisk
import StrataRESP
import StrataRedis
import Testing

extension SetValue {
    /// The numbers below `size`, and a few bytes where that is odd: both encodings.
    static func made(_ size: Int) -> SetValue {
        let set = SetValue()
        for number in 0..<size { set.grow(to: number) }
        return set
    }

    func grow(to number: Int) {
        let text = number % 40 == 39 ? "m\(number)" : "\(number)"
        _ = Array(text.utf8).withLent { add($0, limits: EncodingLimits()) }
    }
}

/// Collects what the keyspace tells.
final class TestDelegate: KeyspaceDelegate {
    var events: [String] = []
    var vanished: [[UInt8]] = []
    func keyspaceEvent(_ kind: NotificationClass, _ event: StaticString, _ key: Bytes, in database: Int) {
        events.append("\(event) \(key.text) \(database)")
    }
    func keyModified(_ key: Bytes, in database: Int) {}
    func keyVanished(_ key: Bytes, in database: Int) { vanished.append(key.copy()) }
}

/// A clock that moves by itself with every look.
final class SteppingClock: MonotonicClock, @unchecked Sendable {
    // One thread.
    var now: UInt64 = 0
    var step: UInt64 = 0
    func nanoseconds() -> UInt64 {
        now += step
        return now
    }
}

extension Database {
    func set(_ key: String, _ value: String) {
        Array(key.utf8).withLent { key in Array(value.utf8).withLent { setString(key, $0) } }
    }
    func get(_ key: String) -> String? {
        Array(key.utf8).withLent { read($0)?.withString { $0.text } }
    }
}

struct KeyspaceTests {
    private enum Model: Equatable {
        case string([UInt8])
        case collection(Int)
    }

    /// Random changes of all kinds; keys, values, expiries and the sum of memory are those of a model.
    @Test(arguments: 0..<10 as Range<UInt64>)
    func agreesWithAModel(_ seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        let keyspace = Keyspace(databases: 1, seed: seed, now: 1000)
        let database = keyspace.database(0)
        let empty = keyspace.memoryBytes
        var values: [[UInt8]: Model] = [:]
        var expiries: [[UInt8]: Int64] = [:]
        let names = [10, 300, 3000][random.below(3)]
        for _ in 0..<20_000 {
            keyspace.now += Int64(random.below(3))
            let name = Array("key:\(random.below(names))".utf8)
            if let expiry = expiries[name], expiry < keyspace.now {
                values[name] = nil
                expiries[name] = nil
            }
            var text = random.chance(0.3) ? Array("\(random.below(100_000))".utf8) : []
            if text.isEmpty {
                text = Array(repeating: UInt8(ascii: "a") + UInt8(random.below(26)), count: random.below(200))
            }
            try name.withLent { key in
                switch random.below(10) {
                case 0, 1:
                    let keeps = random.chance(0.5)
                    text.withLent { database.setString(key, $0, keepingExpiry: keeps) }
                    values[name] = .string(text)
                    if !keeps { expiries[name] = nil }
                case 2:
                    let size = random.below(100)
                    database.set(key, SetValue.made(size))
                    values[name] = .collection(size)
                    expiries[name] = nil
                case 3:
                    #expect(database.delete(key, isLazy: random.chance(0.2)) == (values[name] != nil))
                    values[name] = nil
                    expiries[name] = nil
                case 4:
                    if let entry = database.write(key) {
                        let expiry = keyspace.now + Int64(random.below(4000))
                        database.setExpiry(entry, expiry)
                        expiries[name] = expiry
                    }
                case 5:
                    if let entry = database.write(key) {
                        #expect(database.removeExpiry(entry) == (expiries[name] != nil))
                        expiries[name] = nil
                    }
                case 6:
                    if case .collection = values[name], let set = try database.value(SetValue.self, toChange: key) {
                        for _ in 0..<random.below(5) { set.grow(to: set.count) }
                        values[name] = .collection(set.count)
                    }
                case 7:
                    if case .string(var old) = values[name], let entry = try database.string(toChange: key) {
                        let count = random.below(300)
                        let resized = database.resize(entry, to: count, isGrowing: random.chance(0.5))
                        old = Array(old.prefix(count)) + Array(repeating: 0, count: max(0, count - old.count))
                        if count > 0 {
                            resized.mutableBytes[count - 1] = 7
                            old[count - 1] = 7
                        }
                        values[name] = .string(old)
                    }
                default:
                    let found = database.read(key).map { entry -> Model in
                        if let set = entry.collection { return .collection(set.count) }
                        return .string(entry.withString { $0.copy() })
                    }
                    if found != values[name] { Issue.record("seed \(seed): \(key.text)") }
                }
            }
        }
        keyspace.now += 1
        var bytes = 0
        var seen = 0
        database.forEach { entry in
            bytes += entry.memoryBytes
            seen += 1
            if !entry.isExpired(now: keyspace.now) { #expect(entry.expiry == expiries[entry.key.copy()]) }
            return true
        }
        for (name, expiry) in expiries where expiry < keyspace.now { values[name] = nil }
        for (name, value) in values {
            let found = name.withLent { key in
                database.read(key).map { entry -> Model in
                    if let set = entry.collection { return .collection(set.count) }
                    return .string(entry.withString { $0.copy() })
                }
            }
            #expect(found == value)
        }
        #expect(database.count >= values.count)
        // Entries, the index (some 12 bytes a key at this size) and the array of expiring keys.
        #expect(keyspace.memoryBytes >= bytes)
        #expect(keyspace.memoryBytes - bytes < 600 + 40 * max(seen, names))
        database.removeAll()
        #expect(keyspace.memoryBytes == empty)
        #expect(database.volatileCount == 0)
    }

    @Test func activeExpiryFindsWhatNobodyAsksFor() {
        let keyspace = Keyspace(databases: 3, seed: 5, now: 1000)
        let delegate = TestDelegate()
        keyspace.delegate = delegate
        for index in [0, 2] {
            for number in 0..<2_000 {
                keyspace.database(index).set("k\(number)", "v")
                Array("k\(number)".utf8).withLent {
                    keyspace.database(index).setExpiry($0, number % 2 == 0 ? 2000 : 900_000)
                }
            }
        }
        for _ in 0..<400 { keyspace.activeExpire(now: 3000) }
        // It stops where a tenth of a sample is stale.
        #expect(keyspace.database(0).count < 1_000 + 200)
        #expect(keyspace.database(2).count < 1_000 + 200)
        #expect(keyspace.database(0).count >= 1_000)
        #expect(keyspace.statistics.expired == Int64(delegate.vanished.count))
        #expect(delegate.events.filter { $0.hasPrefix("expired") }.count == delegate.vanished.count)
        let mean = keyspace.database(0).averageTTL(now: 3000)
        #expect((800_000...900_000).contains(mean))
    }

    @Test func activeExpiryEndsWhenItsTimeIsUsedUp() {
        let clock = SteppingClock()
        let keyspace = Keyspace(databases: 1, seed: 5, now: 1000, clock: clock)
        for number in 0..<20_000 {
            keyspace.database(0).set("k\(number)", "v")
            Array("k\(number)".utf8).withLent { keyspace.database(0).setExpiry($0, 2000) }
        }
        // 25 ms at ten cycles a second: two looks are more.
        clock.step = 20_000_000
        keyspace.activeExpire(now: 3000)
        #expect(keyspace.database(0).count == 20_000 - 32 * 20)
        #expect(keyspace.statistics.expiryTimeLimitReached == 1)
    }

    @Test(arguments: EvictionPolicy.allCases)
    func evictionKeepsTheLimit(_ policy: EvictionPolicy) {
        let keyspace = Keyspace(databases: 2, seed: 9, now: 1_000_000)
        keyspace.evictionPolicy = policy
        for number in 0..<4_000 {
            keyspace.now += 1000
            let database = keyspace.database(number % 2)
            database.set("k\(number)", "some value of twenty")
            if number % 4 < 2 {
                Array("k\(number)".utf8).withLent { database.setExpiry($0, 100_000_000 + Int64(number) * 1000) }
            }
        }
        let limit = Int64(keyspace.memoryBytes * 3 / 4)
        var isRoom = false
        for _ in 0..<10_000 {
            isRoom = keyspace.makeRoom(limit: limit, now: keyspace.now)
            if !isRoom || keyspace.memoryBytes <= limit { break }
        }
        if policy == .noEviction {
            #expect(!isRoom)
            #expect(keyspace.keyCount == 4_000)
            return
        }
        #expect(isRoom)
        #expect(keyspace.memoryBytes <= limit)
        #expect(keyspace.statistics.evicted == Int64(4_000 - keyspace.keyCount))
        var old = 0
        var lasting = 0
        for index in 0..<2 {
            keyspace.database(index).forEach { entry in
                let number = Int(entry.key.text.dropFirst()) ?? 0
                if number < 2_000 { old += 1 }
                if number % 4 >= 2 { lasting += 1 }
                return true
            }
        }
        if policy.isVolatile { #expect(lasting == 2_000) }
        switch policy {
        case .allKeysLRU: #expect(old < 1_100)
        case .volatileLRU, .volatileTTL: #expect(old < 1_200)
        default: break
        }
        // Nothing that may go is left, at last.
        if policy.isVolatile {
            while keyspace.makeRoom(limit: 1, now: keyspace.now) {}
            #expect(keyspace.keyCount == 2_000)
        }
    }

    @Test func lfuCountsUseAndForgetsIt() throws {
        let keyspace = Keyspace(databases: 1, seed: 3, now: 600_000)
        keyspace.evictionPolicy = .allKeysLFU
        let database = keyspace.database(0)
        database.set("hot", "1")
        database.set("cold", "1")
        for _ in 0..<1_000 { _ = database.get("hot") }
        func frequency(_ key: String) -> Int {
            Array(key.utf8).withLent { database.read($0, .noTouch).map { database.frequency($0) } ?? -1 }
        }
        #expect((10...25).contains(frequency("hot")), "1,000 accesses count about 18 (redis.conf's table)")
        #expect(frequency("cold") == 5)
        keyspace.now += 4 * 60_000
        #expect(frequency("cold") == 1)
        keyspace.now += 600 * 60_000
        #expect(frequency("hot") == 0)
    }

    @Test func largeValuesAreFreedByTheOtherThread() throws {
        let keyspace = Keyspace(databases: 1, seed: 3)
        for number in 0..<100 {
            Array("k\(number)".utf8).withLent { keyspace.database(0).set($0, SetValue.made(1000)) }
        }
        for number in 0..<50 {
            #expect(Array("k\(number)".utf8).withLent { keyspace.database(0).delete($0, isLazy: true) })
        }
        keyspace.removeAll(isLazy: true)
        while keyspace.lazyFree.pendingCount > 0 {}
        #expect(keyspace.lazyFree.freedCount == 100)
        #expect(keyspace.keyCount == 0)
    }

    @Test func lookupsCountAndTell() {
        let keyspace = Keyspace(databases: 1, seed: 3, now: 10)
        let delegate = TestDelegate()
        keyspace.delegate = delegate
        keyspace.tellsNewKeys = true
        let database = keyspace.database(0)
        database.set("a", "1")
        Array("a".utf8).withLent { database.setExpiry($0, 20) }
        #expect(database.get("a") == "1")
        #expect(database.get("b") == nil)
        keyspace.now = 20
        #expect(database.get("a") == "1", "the very millisecond is not past")
        keyspace.now = 21
        #expect(database.get("a") == nil)
        #expect(keyspace.statistics.hits == 2)
        #expect(keyspace.statistics.misses == 2)
        #expect(delegate.events == ["new a 0", "keymiss b 0", "expired a 0", "keymiss a 0"])
    }
}
