import StrataDisk
import StrataWorkload
import Testing

@Suite struct OperationStreamTests {
    private func stream(
        _ mix: OperationMix, keys: KeyDistribution? = nil, records: UInt64 = 1000, client: Int = 0, clients: Int = 1,
        seed: UInt64 = 9
    ) -> OperationStream {
        OperationStream(
            mix, keys: keys, records: records, firstInsert: 1 << 40, client: client, clients: clients, seed: seed)
    }

    /// YCSB's workload files: proportions of reads, updates, inserts, scans and read-modify-writes.
    @Test(arguments: [
        (OperationMix.ycsbA, [0.5, 0.5, 0, 0, 0]), (.ycsbB, [0.95, 0.05, 0, 0, 0]), (.ycsbC, [1, 0, 0, 0, 0]),
        (.ycsbD, [0.95, 0, 0.05, 0, 0]), (.ycsbE, [0, 0, 0.05, 0.95, 0]), (.ycsbF, [0.5, 0, 0, 0, 0.5]),
        (.write, [0, 1, 0, 0, 0]), (.read, [1, 0, 0, 0, 0]), (.insert, [0, 0, 1, 0, 0]),
    ])
    func sharesAreThoseOfTheWorkload(_ mix: OperationMix, _ shares: [Double]) {
        #expect(abs(mix.shares.reduce(0) { $0 + $1.share } - 1) < 1e-12)
        let draws = 200_000
        var stream = stream(mix)
        var counts = [Int](repeating: 0, count: 5)
        for _ in 0..<draws {
            let operation = stream.next()
            counts[operation.kind.index] += 1
            if operation.kind == .insert { stream.acknowledgeInsert() }
        }
        for (count, share) in zip(counts, shares) where share == 0 { #expect(count == 0, "seed 9") }
        let seen = zip(counts, shares).filter { $0.1 > 0 }
        let test = chiSquare(seen.map(\.0), expected: seen.map { $0.1 * Double(draws) })
        #expect(seen.count == 1 || test.statistic < test.bound, "\(mix), seed 9")
    }

    @Test func scanLengthsAreUniformFromOneToAHundred() {
        var stream = stream(.ycsbE)
        var counts = [Int](repeating: 0, count: 100)
        for _ in 0..<200_000 {
            let operation = stream.next()
            if operation.kind == .scan { counts[operation.count - 1] += 1 } else { #expect(operation.count == 1) }
        }
        let each = Double(counts.reduce(0, +)) / 100
        let test = chiSquare(counts, expected: [Double](repeating: each, count: 100))
        #expect(test.statistic < test.bound, "seed 9")
    }

    @Test func theSameSeedGivesTheSameOperationsAndClientsDiffer() {
        for mix in OperationMix.allCases {
            var a = stream(mix, client: 1, clients: 3)
            var b = stream(mix, client: 1, clients: 3)
            var other = stream(mix, client: 2, clients: 3)
            let first = (0..<500).map { _ in a.next() }
            #expect(first == (0..<500).map { _ in b.next() })
            #expect(first != (0..<500).map { _ in other.next() })
        }
    }

    @Test func keysAreLoadedOnesOrTheClientsOwnAcknowledgedInserts() {
        let order = OperationStream.order(OperationMix.ycsbD.keys)
        let loaded = Set((0..<1000).map { order.key(of: $0) })
        var stream = stream(.ycsbD, client: 2, clients: 4)
        var begun: [UInt64] = []
        var acknowledged: Set<UInt64> = []
        var readNew = 0
        for step in 0..<100_000 {
            let operation = stream.next()
            if operation.kind == .insert {
                #expect(operation.key == order.key(of: 1 << 40 + UInt64(begun.count + acknowledged.count) * 4 + 2))
                begun.append(operation.key)
            } else if acknowledged.contains(operation.key) {
                readNew += 1
            } else if !loaded.contains(operation.key) {
                Issue.record("step \(step): read a key that is neither loaded nor acknowledged, seed 9")
                return
            }
            // A window of writes: acknowledgements come late.
            if begun.count > 10 {
                acknowledged.insert(begun.removeFirst())
                stream.acknowledgeInsert()
            }
        }
        // Of a zipfian over 1,000 and more records, counted back from the newest, most go to the new ones.
        #expect(readNew > 50_000)
    }

    @Test func withoutLoadedKeysAWriteIsAnInsert() {
        var clients = (0..<3).map { stream(.write, keys: .sequential, records: 0, client: $0, clients: 3) }
        var keys: [UInt64] = []
        for _ in 0..<5 {
            for index in clients.indices {
                let operation = clients[index].next()
                #expect(operation.kind == .insert)
                keys.append(operation.key - 1 << 40)
            }
        }
        #expect(keys == Array(0..<15))
    }

    @Test func scatteredKeysAreAllDifferentAndHaveNoOrder() {
        let keys = (0..<100_000).map { KeyOrder.scattered.key(of: UInt64($0)) }
        #expect(Set(keys).count == keys.count)
        #expect(zip(keys, keys.dropFirst()).count { $0 < $1 } > 49_000)
        #expect(zip(keys, keys.dropFirst()).count { $0 < $1 } < 51_000)
        var slots = [Int](repeating: 0, count: 64)
        for key in keys { slots[Int(key >> 58)] += 1 }
        let test = chiSquare(slots, expected: [Double](repeating: 100_000 / 64, count: 64))
        #expect(test.statistic < test.bound)
        #expect(KeyOrder.ascending.key(of: 77) == 77)
    }
}
