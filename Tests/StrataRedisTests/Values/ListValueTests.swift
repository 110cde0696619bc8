import StrataDisk
import StrataRESP
import StrataRedis
import StrataTesting
import Testing

struct ListValueTests {
    /// Nodes by size, by count, and of one element each.
    @Test(arguments: [-2, -1, 1, 3, 40, 0], 0..<3)
    func doesWhatAnArrayDoes(_ fill: Int, _ seed: UInt64) {
        var random = SeededRandom(seed: seed &* 100 &+ UInt64(bitPattern: Int64(fill)))
        var limits = EncodingLimits()
        limits.listMaxListpackSize = fill
        let list = ListValue()
        var model: [[UInt8]] = []
        for step in 0..<rounds(1500) {
            var element = Self.element(&random)
            switch random.below(13) {
            case 0, 1, 2: element.withLent { list.push($0, at: .head, limits: limits) }; model.insert(element, at: 0)
            case 3, 4, 5: element.withLent { list.push($0, at: .tail, limits: limits) }; model.append(element)
            case 6 where !model.isEmpty:
                let end: ListEnd = random.chance(0.5) ? .head : .tail
                #expect(list.peek(end)?.copy() == (end == .head ? model.first : model.last), "seed \(seed)")
                list.drop(end)
                if end == .head { model.removeFirst() } else { model.removeLast() }
            case 7:
                let index = random.below(model.count + 2) - (random.chance(0.5) ? model.count + 1 : 0)
                let real = index < 0 ? index + model.count : index
                let isSet = element.withLent { list.set(at: index, to: $0, limits: limits) }
                #expect(isSet == model.indices.contains(real), "seed \(seed)")
                if isSet { model[real] = element }
            case 8, 9:
                let pivot = model.randomElement(using: &random) ?? [1, 2]
                let side: ListEnd = random.chance(0.5) ? .head : .tail
                let isDone = element.withLent { new in
                    pivot.withLent { list.insert(new, side, of: $0, limits: limits) }
                }
                let at = model.firstIndex(of: pivot)
                #expect(isDone == (at != nil), "seed \(seed)")
                if let at { model.insert(element, at: side == .head ? at : at + 1) }
            case 10:
                let end: ListEnd = random.chance(0.5) ? .head : .tail
                let most = 1 + random.below(3)
                element = model.randomElement(using: &random) ?? element
                let removed = element.withLent { list.remove($0, from: end, most: most) }
                let places = model.indices.filter { model[$0] == element }
                let gone = end == .head ? Array(places.prefix(most)) : Array(places.suffix(most))
                #expect(removed == gone.count, "seed \(seed)")
                for index in gone.reversed() { model.remove(at: index) }
            case 11 where step % 8 == 0:
                let lower = random.below(model.count + 1)
                let range = lower..<min(model.count, lower + random.below(60))
                list.remove(range)
                model.removeSubrange(range)
            default:
                let index = random.below(model.count + 2) - (random.chance(0.5) ? model.count + 1 : 0)
                let real = index < 0 ? index + model.count : index
                let expected = model.indices.contains(real) ? model[real] : nil
                #expect(list.value(at: index)?.copy() == expected, "seed \(seed)")
            }
            if step % 60 == 0 { Self.compare(list, model, "fill \(fill), seed \(seed), step \(step)", &random) }
        }
        let copy = list.copy()
        list.remove(0..<list.count)
        #expect(list.count == 0)
        #expect(list.nodeCount == 0)
        #expect(copy.count == model.count)
    }

    private static func compare(
        _ list: ListValue, _ model: [[UInt8]], _ place: String, _ random: inout SeededRandom
    ) {
        #expect(list.count == model.count, "\(place)")
        guard !model.isEmpty else { return }
        let start = random.below(model.count)
        var found: [[UInt8]] = []
        list.forEach(from: start, count: model.count - start) { value in
            found.append(value.copy())
            return true
        }
        #expect(found == Array(model[start...]), "\(place)")
        found = []
        list.forEach(from: start, count: start + 1, towards: .head) { value in
            found.append(value.copy())
            return true
        }
        #expect(found == model[...start].reversed(), "\(place)")
        let loaded = ListValue()
        var count = 0
        list.forEachNode { bytes in
            count += Listpack.validate(bytes) ?? -1_000_000
            if let pack = Listpack(validating: bytes) { loaded.appendNode(pack) }
        }
        #expect(count == model.count, "\(place)")
        #expect(loaded.value(at: -1)?.copy() == model.last, "\(place)")
        var held = 0
        list.forEachNode { held += $0.count }
        #expect(list.memoryBytes >= held, "\(place)")
        #expect(list.memoryBytes <= 3 * held + 100 * list.nodeCount + 1000, "\(place)")
    }

    /// Few different ones, and now and then one larger than a node.
    private static func element(_ random: inout SeededRandom) -> [UInt8] {
        random.chance(0.01)
            ? [UInt8](repeating: UInt8(ascii: "L"), count: 3000 + random.below(20_000))
            : RandomElement.make(&random)
    }

    @Test func nodesHaveTheBoundsOfTheSettings() {
        func largest(_ fill: Int, _ size: Int) -> (count: Int, bytes: Int) {
            var limits = EncodingLimits()
            limits.listMaxListpackSize = fill
            let list = ListValue()
            let element = [UInt8](repeating: UInt8(ascii: "x"), count: size)
            for _ in 0..<5000 { element.withLent { list.push($0, at: .tail, limits: limits) } }
            var count = 0
            var bytes = 0
            list.forEachNode { node in
                count = max(count, Listpack.validate(node) ?? 0)
                bytes = max(bytes, node.count)
            }
            return (count, bytes)
        }
        #expect(largest(-2, 10).bytes <= 8192)
        #expect(largest(-2, 10).bytes > 8192 - 12)
        #expect(largest(-1, 10).bytes <= 4096)
        #expect(largest(-5, 10).bytes > 32768)
        #expect(largest(128, 10).count == 128)
        #expect(largest(128, 1000).bytes <= 8192)
        #expect(largest(-2, 9000).count == 1)
    }
}
