import StrataDisk
import StrataKV
import StrataTesting
import Testing

@Suite struct IntervalIndexTests {
    private struct Interval: Hashable {
        var start: [UInt8]
        var end: [UInt8]?

        func holds(_ key: [UInt8]) -> Bool {
            !key.lexicographicallyPrecedes(start) && (end.map { key.lexicographicallyPrecedes($0) } ?? true)
        }
    }

    private static func key(_ random: inout SeededRandom) -> [UInt8] {
        (0..<(1 + random.below(3))).map { _ in UInt8(random.below(6)) }
    }

    private static func interval(_ random: inout SeededRandom) -> Interval {
        while true {
            let start = key(&random)
            if random.chance(0.1) { return Interval(start: start, end: nil) }
            let end = key(&random)
            if start.lexicographicallyPrecedes(end) { return Interval(start: start, end: end) }
        }
    }

    @Test(arguments: 0..<8)
    func findsWhatAListFinds(_ seed: UInt64) {
        var random = SeededRandom(seed: seed)
        var index = IntervalIndex()
        var model: [Interval] = []
        var numbers: [Int: Interval] = [:]
        for step in 0..<rounds(4000) {
            let grows = random.chance(step % 1500 < 900 ? 0.65 : 0.2)
            if grows || model.isEmpty {
                let interval = Self.interval(&random)
                let isNew = !model.contains(interval)
                #expect((index.number(start: interval.start, end: interval.end) == nil) == isNew, "seed \(seed)")
                if isNew {
                    model.append(interval)
                    let number = index.insert(start: interval.start, end: interval.end)
                    #expect(numbers.updateValue(interval, forKey: number) == nil, "seed \(seed), step \(step)")
                }
            } else {
                let interval = random.chance(0.2) ? Self.interval(&random) : model[random.below(model.count)]
                let number = index.remove(start: interval.start, end: interval.end)
                #expect(number.flatMap { numbers.removeValue(forKey: $0) } == model.first { $0 == interval })
                model.removeAll { $0 == interval }
            }
            let key = Self.key(&random)
            var found: [Interval] = []
            index.forEach(holding: key) { number in
                if let interval = numbers[number] { found.append(interval) }
            }
            let expected = model.filter { $0.holds(key) }
            guard found.count == expected.count, Set(found) == Set(expected), index.count == model.count else {
                Issue.record("seed \(seed), step \(step): \(key) in \(found.count) intervals, not \(expected.count)")
                return
            }
            if step % 50 == 0, let problem = index.inspect().problem {
                Issue.record("seed \(seed), step \(step): \(problem)")
                return
            }
        }
    }

    /// Ascending and nested starts would make a tree without balance a list.
    @Test(arguments: [false, true])
    func staysShallow(_ isNested: Bool) {
        var index = IntervalIndex()
        for number in 0..<20_000 {
            let start = [UInt8(number >> 16), UInt8(number >> 8 & 255), UInt8(number & 255)]
            let far = 40_000 - number
            let end = isNested ? [1, UInt8(far >> 8 & 255), UInt8(far & 255)] : start + [0]
            #expect(index.insert(start: start, end: end) == number)
        }
        let (problem, depth) = index.inspect()
        #expect(problem == nil)
        // log(20,000) to the base of 10/7 is 27.8.
        #expect(depth <= 30)
        var found: [Int] = []
        index.forEach(holding: [0, 0x12, 0x34]) { found.append($0) }
        #expect(found.sorted() == (isNested ? Array(0...0x1234) : [0x1234]))
    }
}
