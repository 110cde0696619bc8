import StrataBTree
import StrataDisk

/// An ordered map that says what a `BufferedTree` should hold.
struct BufferModel {
    var entries: [[UInt8]: [UInt8]] = [:]
    var sorted: [(key: [UInt8], value: [UInt8])] {
        entries.map { (key: $0.key, value: $0.value) }.sorted { $0.key.lexicographicallyPrecedes($1.key) }
    }
}

/// Keys that collide often, share long prefixes, and end in the middle of each other.
func bufferKey(_ random: inout SeededRandom) -> [UInt8] {
    switch random.below(8) {
    case 0: Array(repeating: 0, count: random.below(12))
    case 1: [UInt8](repeating: 0x76, count: 8) + [UInt8(random.below(4)), UInt8(random.below(4))]
    case 2: [UInt8](repeating: 0xFF, count: random.below(12)) + [UInt8(random.below(3))]
    default: (0..<random.below(14)).map { _ in UInt8(random.below(3)) * 0x7F }
    }
}

func bufferValue(_ random: inout SeededRandom) -> [UInt8] {
    (0..<random.below(random.chance(0.05) ? 3000 : 40)).map { _ in UInt8(truncatingIfNeeded: random.next()) }
}

func bytes(_ span: RawSpan) -> [UInt8] { span.withUnsafeBytes { Array($0) } }

extension MergedCursor {
    var key: [UInt8]? { isValid ? withKey { bytes($0) } : nil }

    func value() throws(StorageError) -> [UInt8]? {
        guard isValid else { return nil }
        return try withValue { (value) throws(StorageError) in bytes(value) }
    }
}
