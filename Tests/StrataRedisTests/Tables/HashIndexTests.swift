import Glibc
import StrataDisk
import StrataRESP
import StrataRedis
import Testing

/// Blobs of a test: key length, four bytes of nothing, the key.
final class Blobs {
    let index: HashIndex
    let hash: (Bytes) -> UInt64
    private(set) var live: [[UInt8]: UnsafeMutableRawPointer] = [:]

    init(hash: @escaping (Bytes) -> UInt64) {
        self.hash = hash
        index = HashIndex(keyOffset: 8, hash: hash)
    }

    deinit { index.removeAll { free($0) } }

    func hash(_ key: [UInt8]) -> UInt64 { key.withLent { hash($0) } }

    func insert(_ key: [UInt8]) {
        let blob = malloc(8 + key.count)!
        blob.storeBytes(of: UInt32(key.count), as: UInt32.self)
        key.withUnsafeBytes { (blob + 8).copyMemory(from: $0.baseAddress!, byteCount: key.count) }
        index.insert(blob, hash: hash(key))
        live[key] = blob
    }

    func remove(_ key: [UInt8]) -> Bool {
        let found = key.withLent { index.remove($0, hash: hash(key)) }
        guard let found else { return false }
        #expect(live[key] == found)
        live[key] = nil
        free(found)
        return true
    }

    func move(_ key: [UInt8]) {
        let old = live[key]!
        let new = malloc(8 + key.count)!
        new.copyMemory(from: old, byteCount: 8 + key.count)
        index.replace(old, by: new, hash: hash(key))
        live[key] = new
        free(old)
    }

    func find(_ key: [UInt8]) -> UnsafeMutableRawPointer? { key.withLent { index.find($0, hash: hash(key)) } }

    static func key(_ blob: UnsafeMutableRawPointer) -> [UInt8] {
        Bytes(blob + 8, Int(blob.load(as: UInt32.self))).copy()
    }

    func expectAll() {
        var seen = 0
        index.forEach { blob in
            #expect(live[Blobs.key(blob)] == blob)
            seen += 1
            return true
        }
        #expect(seen == live.count)
        #expect(index.count == live.count)
    }
}

enum Hashing {
    static func sip(_ seed: UInt64) -> (Bytes) -> UInt64 {
        let function = SipHash(k0: seed, k1: ~seed)
        return { function.hash($0) }
    }
    /// Hashes of which only `bits` at the top (or the bottom) vary.
    static func poor(top: Int, bottom: Int) -> (Bytes) -> UInt64 {
        let function = SipHash(k0: 1, k1: 2)
        return {
            let hash = function.hash($0)
            return (top == 0 ? 0 : (hash >> UInt64(64 - top)) << UInt64(64 - top)) | hash & ((1 << UInt64(bottom)) - 1)
        }
    }
}

struct HashIndexTests {
    static func key(_ number: Int) -> [UInt8] { Array("key:\(number)".utf8) }

    @Test func sipHashAgreesWithItsPublishedVector() {
        // Of the first bytes of 0, 1, 2 ... under the key 0...15.
        let sip = SipHash(k0: 0x0706_0504_0302_0100, k1: 0x0F0E_0D0C_0B0A_0908)
        let bytes = (0..<16).map { UInt8($0) }
        #expect(Array(bytes[..<0]).withLent { sip.hash($0) } == 0xABAC_0158_050F_C4DC)
        #expect(Array(bytes[..<1]).withLent { sip.hash($0) } == 0xC9F4_9BF3_7D57_CA93)
        // CPython's hash of byte strings is the same function, under the key 0 when PYTHONHASHSEED=0.
        let python = SipHash(k0: 0, k1: 0)
        #expect(Array("abcdefgh".utf8).withLent { python.hash($0) } == 0x3F7B_849C_0B8E_35EA)
        #expect(Array("abcdefghijklm".utf8).withLent { python.hash($0) } == 0x954A_A964_997A_E4E6)
    }

    @Test(arguments: 0..<8 as Range<UInt64>)
    func agreesWithADictionary(_ seed: UInt64) {
        var random = SeededRandom(seed: seed)
        let blobs = Blobs(hash: Hashing.sip(seed))
        var largest = 1
        for _ in 0..<6 {
            largest = [3, 40, 700, 5_000, 20_000][random.below(5)]
            let growth = random.unit()
            for _ in 0..<(largest + 1000) {
                let key = Self.key(random.below(largest))
                if random.unit() < growth {
                    if let found = blobs.find(key) {
                        #expect(found == blobs.live[key])
                        if random.chance(0.1) { blobs.move(key) }
                    } else {
                        #expect(blobs.live[key] == nil)
                        blobs.insert(key)
                    }
                } else {
                    let isThere = blobs.live[key] != nil
                    #expect(blobs.remove(key) == isThere)
                }
            }
            blobs.expectAll()
        }
        for key in Array(blobs.live.keys) { #expect(blobs.remove(key)) }
        #expect(blobs.index.count == 0)
        #expect(blobs.index.memoryBytes < 300)
    }

    @Test(arguments: [(0, 0), (0, 40), (3, 0), (12, 0), (12, 30), (2, 3)])
    func hashesThatAgreeKeepTheDirectorySmall(_ bits: (top: Int, bottom: Int)) {
        let blobs = Blobs(hash: Hashing.poor(top: bits.top, bottom: bits.bottom))
        for number in 0..<3_000 { blobs.insert(Self.key(number)) }
        blobs.expectAll()
        #expect(blobs.index.memoryBytes < 3_000 * 40)
        for number in 0..<3_000 { #expect(blobs.find(Self.key(number)) == blobs.live[Self.key(number)]) }
        var seen: [[UInt8]: Int] = [:]
        var cursor: UInt64 = 0
        repeat {
            cursor = blobs.index.scan(cursor: cursor, count: 10) { seen[Blobs.key($0), default: 0] += 1 }
        } while cursor != 0
        #expect(seen.count == 3_000)
        #expect(seen.values.allSatisfy { $0 == 1 })
        for number in 0..<2_990 { #expect(blobs.remove(Self.key(number))) }
        blobs.expectAll()
        #expect(blobs.index.memoryBytes < 20_000)
    }

    @Test(arguments: 0..<20 as Range<UInt64>)
    func scanGivesWhatIsThereThroughout(_ seed: UInt64) {
        var random = SeededRandom(seed: seed)
        let blobs = Blobs(hash: Hashing.sip(seed))
        let kept = [1, 10, 200, 2_000, 5_000][random.below(5)]
        for number in 0..<kept { blobs.insert(Self.key(number)) }
        let others = kept * random.below(12)
        for number in 0..<others { blobs.insert(Self.key(kept + number)) }
        // Growing, shrinking, or both.
        let growth = [0.0, 1.0, 0.5][random.below(3)]
        var seen: [[UInt8]: Int] = [:]
        var cursor: UInt64 = 0
        var calls = 0
        repeat {
            let count = 1 + random.below(30)
            cursor = blobs.index.scan(cursor: cursor, count: count) { seen[Blobs.key($0), default: 0] += 1 }
            calls += 1
            for _ in 0..<random.below(100) {
                let key = Self.key(kept + random.below(10 * kept + 10))
                if random.unit() < growth {
                    if blobs.live[key] == nil { blobs.insert(key) }
                } else {
                    _ = blobs.remove(key)
                }
            }
        } while cursor != 0
        let lost = (0..<kept).filter { seen[Self.key($0)] == nil }
        #expect(lost.isEmpty, "seed \(seed): keys \(lost.prefix(5)) were lost")
        if growth == 1 {
            let doubled = (0..<kept).filter { seen[Self.key($0)] ?? 0 > 1 }
            #expect(doubled.isEmpty, "seed \(seed): keys \(doubled.prefix(5)) came twice from a table that grew")
        }
        #expect(calls <= kept + others + 10)
    }

    @Test func cursorsAreSmallNumbers() {
        let blobs = Blobs(hash: Hashing.sip(9))
        for number in 0..<10_000 { blobs.insert(Self.key(number)) }
        var cursor: UInt64 = 0
        repeat {
            cursor = blobs.index.scan(cursor: cursor, count: 10) { _ in }
            #expect(cursor < 1 << 36)
        } while cursor != 0
    }

    @Test(arguments: [5, 90, 150, 1_000, 4_000])
    func randomPicksAreFair(_ size: Int) {
        var random = SeededRandom(seed: UInt64(size))
        let blobs = Blobs(hash: Hashing.sip(UInt64(size)))
        for number in 0..<(3 * size) { blobs.insert(Self.key(number)) }
        for number in size..<(3 * size) { _ = blobs.remove(Self.key(number)) }
        var picks: [UnsafeMutableRawPointer: Int] = [:]
        let perKey = 30
        for _ in 0..<(perKey * size) { picks[blobs.index.randomBlob(&random)!, default: 0] += 1 }
        // Pearson's statistic has mean size - 1 and variance 2 (size - 1): six deviations.
        var statistic = 0.0
        for blob in blobs.live.values {
            let difference = Double((picks[blob] ?? 0) - perKey)
            statistic += difference * difference / Double(perKey)
        }
        let freedom = Double(size - 1)
        #expect(abs(statistic - freedom) < 6 * (2 * freedom).squareRoot(), "\(statistic) of \(freedom)")
        #expect(HashIndex(keyOffset: 8).randomBlob(&random) == nil)
    }

    @Test func memoryPerKeyIsAboutNineBytes() {
        let blobs = Blobs(hash: Hashing.sip(4))
        for number in 0..<100_000 { blobs.insert(Self.key(number)) }
        #expect(blobs.index.memoryBytes < 100_000 * 11)
        let small = Blobs(hash: Hashing.sip(4))
        for number in 0..<3 { small.insert(Self.key(number)) }
        #expect(small.index.memoryBytes <= 208)
    }

    @Test(arguments: 0..<4 as Range<UInt64>)
    func segmentsFromAPositionGiveEachBlobOnce(_ seed: UInt64) {
        var random = SeededRandom(seed: seed)
        let blobs = Blobs(hash: Hashing.sip(seed))
        for number in 0..<20_000 { blobs.insert(Self.key(number)) }
        var seen: Set<[UInt8]> = []
        var position: UInt64 = 0
        repeat {
            var part: [UnsafeMutableRawPointer] = []
            let from = position
            position = blobs.index.segmentBlobs(from: position, into: &part)
            for blob in part {
                #expect(blobs.hash(Blobs.key(blob)) >= from)
                if position != 0 { #expect(blobs.hash(Blobs.key(blob)) < position) }
                #expect(seen.insert(Blobs.key(blob)).inserted)
            }
            // Shrinks to a tenth as it goes: segments merge behind and before.
            for _ in 0..<150 { _ = blobs.remove(Self.key(2_000 + random.below(18_000))) }
        } while position != 0
        for number in 0..<2_000 { #expect(seen.contains(Self.key(number))) }
    }
}
