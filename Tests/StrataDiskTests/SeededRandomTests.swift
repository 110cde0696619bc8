import StrataDisk
import StrataTesting
import Testing

@Suite struct SeededRandomTests {
    /// From an implementation in another language that gives the authors' values for state 1, 2, 3, 4 (xoshiro256**:
    /// 11520, 0, 1509978240 ...) and for seed 1234567 (SplitMix64: 6457827717110365317 ...).
    @Test(
        arguments: [
            (0, [0x99EC_5F36_CB75_F2B4, 0xBF6E_1F78_4956_452A, 0x1A5F_849D_4933_E6E0, 0x6AA5_94F1_262D_2D2C]),
            (42, [0x1578_0B2E_0C2E_C716, 0x6104_D986_6D11_3A7E, 0xAE17_5332_39E4_99A1, 0xECB8_AD47_03B3_60A1]),
            (.max, [0x8F55_20D5_2A7E_AD08, 0xC476_A018_CAA1_802D, 0x81DE_31C0_D260_469E, 0xBF65_8D7E_065F_3C2F]),
        ] as [(UInt64, [UInt64])])
    func theNumbersOfASeedNeverChange(_ seed: UInt64, _ expected: [UInt64]) {
        var random = SeededRandom(seed: seed)
        #expect((0..<4).map { _ in random.next() } == expected)
    }

    @Test func theMillionthNumberIsRightToo() {
        var random = SeededRandom(seed: 42)
        for _ in 0..<999_999 { _ = random.next() }
        #expect(random.next() == 0x55CF_61D6_54B8_F555)
    }

    @Test func aStreamIsAnotherSequence() {
        var stream = SeededRandom(seed: 42, stream: 7)
        #expect(stream.next() == 0xD7B7_1D3B_D965_C798)
        #expect(stream.next() == 0x2EBB_BC95_E041_1DDC)
        let first = Set(
            (0..<UInt64(1_000)).map { index in
                var random = SeededRandom(seed: 42, stream: index)
                return random.next()
            })
        #expect(first.count == 1_000)
    }

    /// With three quarters of 2^64 as the bound, scaling without rejection gives every third number twice as often, and a
    /// remainder gives the first third twice as often.
    @Test func belowIsUnbiased() {
        let bound: UInt64 = 3 << 62
        var random = SeededRandom(seed: 5)
        var byRemainder = [0, 0, 0]
        var byThird = [0, 0, 0]
        for _ in 0..<30_000 {
            let value = random.below(bound)
            #expect(value < bound)
            byRemainder[Int(value % 3)] += 1
            byThird[Int(value / (bound / 3))] += 1
        }
        // 10,000 each, with a standard deviation of 82.
        for count in byRemainder + byThird { #expect((9_600...10_400).contains(count)) }
    }

    @Test(arguments: [1, 2, 3, 7, 10, 64])
    func belowReachesEveryNumberAlike(_ bound: Int) {
        var random = SeededRandom(seed: UInt64(bound))
        var counts = [Int](repeating: 0, count: bound)
        for _ in 0..<(bound * 2_000) { counts[random.below(bound)] += 1 }
        for count in counts { #expect((1_700...2_300).contains(count)) }
    }

    @Test func unitsAreInHalfOpenRangeAndChanceFollowsItsProbability() {
        var random = SeededRandom(seed: 6)
        var sum = 0.0
        var hits = 0
        for _ in 0..<20_000 {
            let unit = random.unit()
            #expect(unit >= 0 && unit < 1)
            sum += unit
            if random.chance(0.25) { hits += 1 }
        }
        #expect(abs(sum / 20_000 - 0.5) < 0.02)
        #expect((4_700...5_300).contains(hits))
        #expect((0..<1_000).allSatisfy { _ in !random.chance(0) })
        #expect((0..<1_000).allSatisfy { _ in random.chance(1) })
    }

    @Test func anEmptyRangeStopsTheProcess() async {
        await #expect(processExitsWith: .failure) {
            var random = SeededRandom(seed: 1)
            _ = random.below(UInt64(0))
        }
    }
}

@Suite struct MonotonicClockTests {
    @Test func itNeverGoesBack() {
        let clock = SystemClock()
        var last = clock.nanoseconds()
        for _ in 0..<10_000 {
            let now = clock.nanoseconds()
            #expect(now >= last)
            last = now
        }
    }
}
