import StrataRESP

/// MurmurHash2 in its 64-bit form for little-endian machines (A. Appleby, public domain).
enum MurmurHash64A {
    @inline(__always)
    static func hash(_ bytes: Bytes, seed: UInt64) -> UInt64 {
        let m: UInt64 = 0xc6a4_a793_5bd1_e995
        let r: UInt64 = 47
        var hash = seed ^ UInt64(bytes.count) &* m
        var at = 0
        while at + 8 <= bytes.count {
            var k = UInt64(littleEndian: bytes.start.loadUnaligned(fromByteOffset: at, as: UInt64.self))
            k = k &* m
            k ^= k >> r
            k = k &* m
            hash = (hash ^ k) &* m
            at += 8
        }
        if at < bytes.count {
            var k: UInt64 = 0
            for index in stride(from: bytes.count - 1, through: at, by: -1) { k = k << 8 | UInt64(bytes[index]) }
            hash = (hash ^ k) &* m
        }
        hash ^= hash >> r
        hash = hash &* m
        return hash ^ hash >> r
    }
}
