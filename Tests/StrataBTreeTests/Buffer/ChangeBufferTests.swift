import StrataBTree
import StrataDisk
import Testing

@Suite struct ChangeBufferTests {
    @Test(arguments: [1, 2, 3, 4] as [UInt64])
    func itHoldsWhatADictionaryHolds(_ seed: UInt64) {
        var random = SeededRandom(seed: seed)
        let buffer = ChangeBuffer()
        var model: [[UInt8]: [UInt8]?] = [:]
        for _ in 0..<20_000 {
            let key = bufferKey(&random)
            switch random.below(4) {
            case 0:
                buffer.remove(key.span.bytes)
                model[key] = .some(nil)
            case 1:
                let probe = bufferKey(&random)
                let found = buffer.get(probe.span.bytes) { bytes($0) }
                switch (found, model[probe]) {
                case (.absent, nil), (.removed, .some(nil)): break
                case (.found(let value), .some(.some(let expected))) where value == expected: break
                default: Issue.record("seed \(seed): \(probe) is \(found), not \(String(describing: model[probe]))")
                }
            default:
                let value = bufferValue(&random)
                buffer.put(key.span.bytes, value.span.bytes)
                model[key] = value
            }
        }
        var found: [([UInt8], [UInt8]?)] = []
        buffer.forEach { key, value in
            found.append((bytes(key), value.map { Array($0) }))
            return true
        }
        let expected = model.sorted { $0.key.lexicographicallyPrecedes($1.key) }
        #expect(found.map(\.0) == expected.map(\.key), "seed \(seed)")
        #expect(found.map(\.1) == expected.map(\.value), "seed \(seed)")
        #expect(buffer.count == model.count)
    }

    @Test func aWalkEndsWhereItsBodySays() {
        let buffer = ChangeBuffer()
        for key in 0..<10 as Range<UInt8> { buffer.put([key].span.bytes, [key].span.bytes) }
        var seen = 0
        buffer.forEach { _, _ in
            seen += 1
            return seen < 3
        }
        #expect(seen == 3)
    }

    @Test func aValueLargerThanAChunkFits() {
        let buffer = ChangeBuffer()
        let large = [UInt8](repeating: 7, count: 3 << 20)
        buffer.put(([1] as [UInt8]).span.bytes, large.span.bytes)
        buffer.put(([0] as [UInt8]).span.bytes, ([1] as [UInt8]).span.bytes)
        buffer.put(([2] as [UInt8]).span.bytes, ([2] as [UInt8]).span.bytes)
        let key: [UInt8] = [1]
        guard case .found(let value) = buffer.get(key.span.bytes, { bytes($0) }) else {
            Issue.record("the large value is gone")
            return
        }
        #expect(value == large)
        #expect(buffer.bytes >= 3 << 20)
    }

    /// Readers beside the writer see keys in order, whole values, and everything that was put before they began.
    @Test func readersBesideTheWriterSeeOrderAndWholeValues() {
        let buffer = ChangeBuffer()
        let count: UInt64 = 60_000
        let isDone = FutexWord()
        let problems = Problems()
        let readers = (0..<2).map { reader in
            WorkerThread(name: "reader \(reader)") {
                while isDone.value == 0 {
                    let before = buffer.count
                    var seen = 0
                    var last: [UInt8] = []
                    buffer.forEach { key, value in
                        let key = bytes(key)
                        if seen > 0 && !last.lexicographicallyPrecedes(key) { problems.add("\(last) before \(key)") }
                        last = key
                        seen += 1
                        guard let value, value.count >= 8, value.allSatisfy({ $0 == value[0] }) else {
                            problems.add("torn value under \(key)")
                            return false
                        }
                        return true
                    }
                    if seen < before { problems.add("saw \(seen) of \(before)") }
                }
            }
        }
        var random = SeededRandom(seed: 5)
        for number in 0..<count {
            let key = withUnsafeBytes(of: random.below(count).bigEndian) { Array($0) }
            let value = [UInt8](repeating: UInt8(truncatingIfNeeded: number), count: 8 + Int(number % 30))
            buffer.put(key.span.bytes, value.span.bytes)
        }
        isDone.advance()
        for reader in readers { reader.join() }
        #expect(problems.all.isEmpty, "\(problems.all.prefix(3))")
    }

    /// A key that is there is found, whatever is put right before it meanwhile.
    @Test func aKeyIsFoundWhileItsNeighboursArePut() {
        let buffer = ChangeBuffer()
        let kept: [UInt8] = [9, 9]
        buffer.put(kept.span.bytes, kept.span.bytes)
        let isDone = FutexWord()
        let problems = Problems()
        let reader = WorkerThread(name: "reader") {
            var gets = 0
            while isDone.value == 0 {
                gets += 1
                guard case .found = buffer.get(kept.span.bytes, { _ in true }) else {
                    return problems.add("not found by get \(gets)")
                }
            }
        }
        // Rising, so that each comes between the one before and the key that is looked up.
        for number in 0..<300_000 as Range<UInt32> {
            let key: [UInt8] = [9] + withUnsafeBytes(of: number.bigEndian) { Array($0) }
            buffer.put(key.span.bytes, kept.span.bytes)
        }
        isDone.advance()
        reader.join()
        #expect(problems.all.isEmpty, "\(problems.all)")
    }
}
