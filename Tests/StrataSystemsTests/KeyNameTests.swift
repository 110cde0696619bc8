import StrataDisk
import StrataSystems
import Testing

struct KeyNameTests {
    private func text(_ number: UInt64) -> String {
        KeyName.withBytes(of: number) { String(decoding: $0.copied, as: UTF8.self) }
    }

    @Test func aKeyIsUserAndSixteenDigits() {
        #expect(text(0) == "user0000000000000000")
        #expect(text(0x0123_4567_89ab_cdef) == "user0123456789abcdef")
        #expect(text(0xfedc_ba98_7654_3210) == "userfedcba9876543210")
        #expect(text(.max) == "userffffffffffffffff")
        #expect(KeyName.byteCount == text(1).utf8.count)
    }

    @Test func theOrderOfNumbersIsTheOrderOfKeys() {
        let seed: UInt64 = 11
        var random = SeededRandom(seed: seed)
        for _ in 0..<10_000 {
            let shift = random.below(64)
            let (a, b) = (random.next() >> shift, random.next() >> shift)
            #expect((a < b) == text(a).utf8.lexicographicallyPrecedes(text(b).utf8), "seed \(seed): \(a), \(b)")
        }
    }
}
