import StrataRESP

/// SipHash-1-3 (Aumasson and Bernstein, "SipHash: a fast short-input PRF", 2012; one round per word and three at the
/// end, as hash tables use it): whoever does not know the key cannot choose inputs that collide.
package struct SipHash: Sendable, Hashable {
    private let k0: UInt64
    private let k1: UInt64

    package init(k0: UInt64, k1: UInt64) {
        self.k0 = k0
        self.k1 = k1
    }

    /// Of this process: drawn once, from the system's randomness.
    package static let ofProcess: SipHash = {
        var random = SystemRandomNumberGenerator()
        return SipHash(k0: random.next(), k1: random.next())
    }()

    @inline(__always)
    package func hash(_ bytes: Bytes) -> UInt64 {
        var v0 = k0 ^ 0x736F_6D65_7073_6575
        var v1 = k1 ^ 0x646F_7261_6E64_6F6D
        var v2 = k0 ^ 0x6C79_6765_6E65_7261
        var v3 = k1 ^ 0x7465_6462_7974_6573
        @inline(__always) func rotate(_ x: UInt64, _ bits: UInt64) -> UInt64 { (x &<< bits) | (x &>> (64 &- bits)) }
        @inline(__always) func round() {
            v0 = v0 &+ v1
            v1 = rotate(v1, 13) ^ v0
            v0 = rotate(v0, 32)
            v2 = v2 &+ v3
            v3 = rotate(v3, 16) ^ v2
            v0 = v0 &+ v3
            v3 = rotate(v3, 21) ^ v0
            v2 = v2 &+ v1
            v1 = rotate(v1, 17) ^ v2
            v2 = rotate(v2, 32)
        }
        let count = bytes.count
        let wordsEnd = count & ~7
        var at = 0
        while at < wordsEnd {
            let word = UInt64(littleEndian: bytes.start.loadUnaligned(fromByteOffset: at, as: UInt64.self))
            v3 ^= word
            round()
            v0 ^= word
            at &+= 8
        }
        var last = UInt64(truncatingIfNeeded: count) &<< 56
        var shift: UInt64 = 0
        while at < count {
            last |= UInt64(bytes.start.load(fromByteOffset: at, as: UInt8.self)) &<< shift
            shift &+= 8
            at &+= 1
        }
        v3 ^= last
        round()
        v0 ^= last
        v2 ^= 0xFF
        round()
        round()
        round()
        return v0 ^ v1 ^ v2 ^ v3
    }
}
