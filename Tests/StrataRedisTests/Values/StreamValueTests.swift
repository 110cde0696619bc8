import StrataDisk
import StrataRESP
import StrataRedis
import StrataTesting
import Testing

@Suite struct StreamValueTests {
    private func append(_ id: StreamID, _ arguments: [String], to stream: StreamValue, _ limits: EncodingLimits) throws
    {
        let bytes = arguments.map { Array($0.utf8) }
        let flat = bytes.flatMap { $0 }
        try flat.withLent { lent in
            var offsets = [0]
            for part in bytes { offsets.append(offsets[offsets.count - 1] + part.count) }
            try stream.append(id, fields: arguments.count / 2, limits: limits) { lent[offsets[$0]..<offsets[$0 + 1]] }
        }
    }

    private func entries(
        _ stream: StreamValue, from: StreamID = .zero, to: StreamID = .max, descending: Bool = false
    ) -> [String] {
        var found: [String] = []
        stream.forEach(from: from, to: to, descending: descending) { entry in
            var text = entry.id.text
            entry.forEachField { field, value in
                text += " " + String(decoding: field.copy(), as: UTF8.self)
                text += " " + String(decoding: value.copy(), as: UTF8.self)
            }
            found.append(text)
            return true
        }
        return found
    }

    /// Ten XADDs, two XDELs and an XTRIM MAXLEN 6, with stream-node-max-entries 4: the nodes of redis-server 7.0.15's
    /// DUMP.
    @Test func nodesAreThoseOfRedis() throws {
        var limits = EncodingLimits()
        limits.streamNodeMaxEntries = 4
        let stream = StreamValue()
        for index in 0..<10 {
            let id = StreamID(UInt64(1000 + index * 7), UInt64(index % 3))
            let fields =
                index % 4 == 3
                ? ["other", String(repeating: "x", count: 70)] : ["temp", "\(index * 100 - 300)", "name", "v\(index)"]
            try append(id, fields, to: stream, limits)
        }
        for id in [StreamID(1007, 1), StreamID(1021, 0)] {
            #expect(stream.delete(id))
            stream.largestDeleted = max(stream.largestDeleted, id)
        }
        stream.settleFirst()
        #expect(stream.trim(.length(6), approximately: false, limit: 0) == 2)
        let golden = [
            """
            a2 00 00 00 1f 00 04 01 00 01 02 01 84 74 65 6d 70 05 84 6e 61 6d 65 05 00 01 02 01
            00 01 00 01 64 01 82 76 34 03 05 01 02 01 07 01 01 01 c0 c8 02 82 76 35 03 05 01 02
            01 0e 01 df ff 02 c1 2c 02 82 76 36 03 05 01 00 01 15 01 00 01 01 01 85 6f 74 68 65
            72 06 e0 46 78 78*69 48 06 01 ff
            """,
            """
            3a 00 00 00 12 00 02 01 00 01 02 01 84 74 65 6d 70 05 84 6e 61 6d 65 05 00 01 02 01
            00 01 00 01 c1 f4 02 82 76 38 03 05 01 02 01 07 01 df fe 02 c2 58 02 82 76 39 03 05
            01 ff
            """,
        ]
        #expect(stream.nodes.count == 2)
        for (index, text) in golden.enumerated() { try GoldenBytes(text).expect(stream.nodes.node(index).bytes.copy()) }
        #expect(stream.nodes.node(0).id == StreamID(1028, 1) && stream.nodes.node(1).id == StreamID(1056, 2))
        #expect(stream.length == 6 && stream.last == StreamID(1063, 0) && stream.first == StreamID(1028, 1))
        #expect(stream.largestDeleted == StreamID(1021, 0) && stream.entriesAdded == 10)
        let loaded = StreamValue()
        for index in 0..<2 {
            let node = stream.nodes.node(index)
            guard let listpack = Listpack(validating: node.bytes) else { Issue.record("no listpack"); return }
            let isTaken = loaded.appendNode(node.id, listpack)
            #expect(isTaken)
        }
        #expect(loaded.length == 6 && entries(loaded) == entries(stream))
    }

    @Test func damagedNodesAreRefused() throws {
        let stream = StreamValue()
        try append(StreamID(1, 1), ["a", "1", "b", "2"], to: stream, EncodingLimits())
        try append(StreamID(2, 1), ["a", "1"], to: stream, EncodingLimits())
        let elements = Listpack.validate(stream.nodes.node(0).bytes) ?? 0
        #expect(elements == 19)
        for index in 0..<elements {
            guard var damaged = Listpack(validating: stream.nodes.node(0).bytes) else { return }
            guard let position = damaged.position(at: index) else { return }
            damaged.remove(at: position)
            let isTaken = StreamValue().appendNode(StreamID(1, 1), damaged)
            #expect(!isTaken, "element \(index) removed")
        }
    }

    /// Appends, deletions, trims and range reads against an array.
    @Test(arguments: [31, 32, 33] as [UInt64])
    func agreesWithAnArray(_ seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        var limits = EncodingLimits()
        limits.streamNodeMaxEntries = 1 + random.below(12)
        let stream = StreamValue()
        var model: [(id: StreamID, text: String)] = []
        var id = StreamID(5, 0)
        for step in 0..<2500 {
            let place: Comment = "seed \(seed) step \(step)"
            switch random.below(12) {
            case 0...6:
                id =
                    random.chance(0.5)
                    ? StreamID(id.milliseconds + 1 + random.next() % 1000, random.next() % 5) : id.next ?? id
                let count = 1 + random.below(3)
                let fields = (0..<2 * count).map { $0 % 2 == 0 ? "f\($0)" : "\(random.below(100_000))" }
                try append(id, fields, to: stream, limits)
                model.append((id, ([id.text] + fields).joined(separator: " ")))
            case 7, 8:
                guard let victim = model.indices.randomElement(using: &random) else { continue }
                #expect(stream.delete(model[victim].id), place)
                #expect(!stream.delete(model[victim].id), place)
                model.remove(at: victim)
                stream.settleFirst()
            case 9 where random.chance(0.2):
                let keep = random.below(model.count + 1)
                let removed = stream.trim(.length(keep), approximately: false, limit: 0)
                #expect(removed == model.count - keep, place)
                model.removeFirst(removed)
            case 10 where random.chance(0.2):
                guard let least = model.randomElement(using: &random)?.id else { continue }
                let removed = stream.trim(.below(least), approximately: random.chance(0.5), limit: 0)
                #expect(removed <= model.prefix { $0.id < least }.count, place)
                model.removeFirst(removed)
                #expect(stream.length == model.count, place)
            default:
                let from = StreamID(random.next() % (id.milliseconds + 2), random.next() % 3)
                let to = StreamID(from.milliseconds + random.next() % 5000, random.next() % 3)
                let inside = model.filter { $0.id >= from && $0.id <= to }.map(\.text)
                #expect(entries(stream, from: from, to: to) == inside, place)
                #expect(entries(stream, from: from, to: to, descending: true) == inside.reversed(), place)
            }
            #expect(stream.length == model.count, place)
            #expect(stream.first == model.first?.id ?? .zero, place)
        }
        #expect(entries(stream) == model.map(\.text))
        #expect(entries(stream.copy() as? StreamValue ?? StreamValue()) == model.map(\.text))
    }

    @Test(arguments: [41, 42] as [UInt64])
    func pendingEntriesStayInOrder(_ seed: UInt64) {
        var random = SeededRandom(seed: seed)
        let map = StreamIDMap<Int>()
        var model: [StreamID: Int] = [:]
        for step in 0..<20_000 {
            let id = StreamID(random.next() % 3000, random.next() % 2)
            if random.chance(step / 5000 % 2 == 0 ? 0.3 : 0.7) {
                #expect(map.remove(id) == model.removeValue(forKey: id), "seed \(seed) step \(step)")
            } else {
                #expect(map.insert(step, at: id) == (model[id] == nil), "seed \(seed) step \(step)")
                if model[id] == nil { model[id] = step }
            }
            #expect(map[id] == model[id] && map.count == model.count, "seed \(seed) step \(step)")
        }
        var found: [StreamID] = []
        map.forEach(from: StreamID(1000, 1)) { id, value in
            #expect(model[id] == value)
            found.append(id)
            return true
        }
        #expect(found == model.keys.filter { $0 >= StreamID(1000, 1) }.sorted())
    }

    @Test func aPendingEntryBelongsToOneConsumer() throws {
        let group = ConsumerGroup(last: .zero, entriesRead: 0)
        let name = (Array("alice".utf8), Array("bob".utf8))
        let alice = try #require(name.0.withLent { group.addConsumer($0, seenAt: 1) })
        let bob = try #require(name.1.withLent { group.addConsumer($0, seenAt: 2) })
        #expect(name.1.withLent { group.addConsumer($0, seenAt: 3) } == nil)
        for index in 1...5 { group.deliver(StreamID(UInt64(index), 0), to: alice, at: 10) }
        group.deliver(StreamID(2, 0), to: bob, at: 20, deliveries: 2)
        #expect(alice.pending.count == 4 && bob.pending.count == 1 && group.pending.count == 5)
        #expect(group.acknowledge(StreamID(2, 0)) && !group.acknowledge(StreamID(2, 0)))
        #expect(bob.pending.isEmpty)
        group.removeConsumer(alice)
        #expect(group.pending.isEmpty && group.consumerCount == 1)
    }
}
