import StrataDisk

/// Elements as users have them, and bytes as nobody should.
enum RandomElement {
    /// Short texts of few letters, so that some are equal; numbers of every width; now and then something long.
    static func make(_ random: inout SeededRandom) -> [UInt8] {
        switch random.below(10) {
        case 0, 1, 2: return Array("\(random.below(20))".utf8)
        case 3, 4: return Array("\(Int64(bitPattern: random.next()) >> Int64(random.below(64)))".utf8)
        case 5: return (0..<random.below(200)).map { _ in UInt8(truncatingIfNeeded: random.next()) }
        case 6 where random.chance(0.05):
            return [UInt8](repeating: UInt8(ascii: "z"), count: 4090 + random.below(10))
        default: return (0..<random.below(4)).map { _ in UInt8(ascii: "a") + UInt8(random.below(3)) }
        }
    }

    /// `bytes` with some of them changed, taken away or added, or as they were.
    static func damage(_ bytes: [UInt8], _ random: inout SeededRandom) -> [UInt8] {
        var bytes = bytes
        for _ in 0..<random.below(4) where !bytes.isEmpty {
            let at = random.below(bytes.count)
            switch random.below(4) {
            case 0: bytes[at] = UInt8(truncatingIfNeeded: random.next())
            case 1: bytes[at] ^= 1 << UInt8(random.below(8))
            case 2: bytes.removeSubrange(at..<min(bytes.count, at + 1 + random.below(3)))
            default: bytes[at] = [0, 0x7F, 0x80, 0xBF, 0xE0, 0xF0, 0xF4, 0xFE, 0xFF][random.below(9)]
            }
        }
        // A size that tells the truth lets more of the damage be looked at.
        if bytes.count >= 4, random.chance(0.5) {
            for index in 0..<4 { bytes[index] = UInt8(truncatingIfNeeded: bytes.count >> (8 * index)) }
        }
        return bytes
    }
}
