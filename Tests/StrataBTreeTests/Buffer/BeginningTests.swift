import StrataBTree
import StrataDisk
import StrataSim
import Testing

/// Buffers that know what most of their keys begin with.
@Suite struct BeginningTests {
    /// Around `beginning`: within it, equal to it, behind it with bytes that differ early and late, and before and after all those.
    private func key(near beginning: [UInt8], _ random: inout SeededRandom) -> [UInt8] {
        var key = beginning
        switch random.below(10) {
        case 0: key = Array(beginning.prefix(random.below(beginning.count + 1)))
        case 1:
            guard !key.isEmpty else { break }
            key[random.below(key.count)] &+= random.chance(0.5) ? 1 : 255
            key += [UInt8](repeating: 0x30, count: random.below(3))
        case 2: return bufferKey(&random)
        default: break
        }
        // Differences from the first byte behind the beginning to past the eighth, whose last bit a head does not hold.
        if random.chance(0.5) { key += [UInt8](repeating: UInt8(random.below(2)) * 255, count: random.below(9)) }
        return key + (0..<random.below(4)).map { _ in UInt8(random.below(4)) }
    }

    @Test(arguments: [0, 1, 7, 8, 9, 16, 64, 100])
    func aBufferIsInByteOrderWhateverItsBeginning(_ length: Int) {
        var random = SeededRandom(seed: UInt64(length))
        let beginning = (0..<length).map { UInt8($0 % 3) + 0x75 }
        let buffer = ChangeBuffer(beginning: beginning)
        var model: Set<[UInt8]> = []
        for _ in 0..<8000 {
            let key = key(near: beginning, &random)
            buffer.put(key.span.bytes, key.span.bytes)
            model.insert(key)
            let probe = self.key(near: beginning, &random)
            switch buffer.get(probe.span.bytes, { bytes($0) }) {
            case .absent: #expect(!model.contains(probe), "\(probe) is gone")
            case .found(let value): #expect(value == probe && model.contains(probe))
            case .removed: Issue.record("\(probe) was never removed")
            }
        }
        var found: [[UInt8]] = []
        buffer.forEach { key, _ in
            found.append(bytes(key))
            return true
        }
        #expect(found == model.sorted { $0.lexicographicallyPrecedes($1) }, "\(length) bytes of beginning")
        #expect(buffer.count == model.count)
    }

    /// Keys that end in a falling number, found by the writer before it puts the next one, with other puts between.
    @Test(arguments: [21, 22, 23] as [UInt64])
    func theWriterFindsWhatReadersFind(_ seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        let tree = BufferedTree(try BTree(on: SimulatedDisk(recordsTrace: false)), searchedSpace: 0x76)
        for number in 0..<5000 as Range<UInt64> {
            let name = Array("vuser0000".utf8) + [UInt8(random.below(40)), 0, 1]
            let key = name + withUnsafeBytes(of: (~number).bigEndian) { Array($0) }
            let own = try tree.newest(toPut: key.span.bytes, prefixLength: name.count) {
                (key, value) throws(StorageError) in [bytes(key), bytes(value)]
            }
            let others = try tree.view().newest(atOrAfter: key.span.bytes, prefixLength: name.count) {
                (key, value) throws(StorageError) in [bytes(key), bytes(value)]
            }
            #expect(own == others, "seed \(seed), put \(number)")
            let between: [UInt8] = Array("vuser000".utf8) + [UInt8(random.below(256))]
            if random.chance(0.3) { tree.put(between.span.bytes, between.span.bytes) }
            tree.put(key.span.bytes, key.span.bytes)
            let event: [UInt8] = [0x72] + withUnsafeBytes(of: number.bigEndian) { Array($0) }
            tree.put(event.span.bytes, name.span.bytes)
            if random.chance(0.002) { _ = tree.freeze(appliedIndex: number + 1) }
            if random.chance(0.002) { try tree.commitFrozen() }
        }
    }

    @Test func aTreeTellsWhatTheKeysOfASpaceBeginWith() throws {
        let tree = BufferedTree(try BTree(on: SimulatedDisk(recordsTrace: false)))
        #expect(try tree.tree.snapshot().beginning(ofKeysIn: nil).isEmpty)
        #expect(try tree.tree.snapshot().beginning(ofKeysIn: 0x76).isEmpty)
        for number in 0..<20_000 as Range<UInt32> {
            let digits = withUnsafeBytes(of: number.bigEndian) { Array($0) }
            tree.put((Array("vuser".utf8) + digits).span.bytes, digits.span.bytes)
            tree.put((Array("r".utf8) + digits).span.bytes, digits.span.bytes)
        }
        for stray in ["v", "va", "vz", "vzz", "w"] {
            tree.put(Array(stray.utf8).span.bytes, Array(stray.utf8).span.bytes)
        }
        #expect(tree.freeze(appliedIndex: 1))
        try tree.commitFrozen()
        let snapshot = tree.tree.snapshot()
        #expect(try snapshot.beginning(ofKeysIn: 0x76) == Array("vuser".utf8) + [0, 0])
        #expect(try snapshot.beginning(ofKeysIn: 0x72) == Array("r".utf8) + [0, 0])
        #expect(try snapshot.beginning(ofKeysIn: 0x71).isEmpty)
        #expect(try snapshot.beginning(ofKeysIn: 0xFF).isEmpty)
        #expect(try snapshot.beginning(ofKeysIn: nil).isEmpty)
    }
}
