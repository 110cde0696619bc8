import StrataRESP

/// SHA-1 (FIPS 180-4): names scripts and sums up data sets in Redis. Not for security.
package struct SHA1 {
    package typealias Digest = (UInt32, UInt32, UInt32, UInt32, UInt32)
    private static let initial: Digest = (0x6745_2301, 0xEFCD_AB89, 0x98BA_DCFE, 0x1032_5476, 0xC3D2_E1F0)

    /// The digest of `bytes` as five words, the first one highest.
    package static func digest(_ bytes: Bytes) -> Digest {
        var state = initial
        var schedule = Schedule()
        var at = 0
        while bytes.count - at >= 64 {
            schedule.load(bytes.start + at)
            schedule.mix(into: &state)
            at += 64
        }
        // What is left, a one bit, zeros, and the size in bits: one block or two.
        var tail = (UInt64(0), UInt64(0), UInt64(0), UInt64(0), UInt64(0), UInt64(0), UInt64(0), UInt64(0))
        withUnsafeMutableBytes(of: &tail) { block in
            let rest = bytes.count - at
            block.copyMemory(from: UnsafeRawBufferPointer(start: bytes.start + at, count: rest))
            block[rest] = 0x80
            if rest >= 56 {
                schedule.load(UnsafeRawPointer(block.baseAddress!))
                schedule.mix(into: &state)
                for index in 0..<64 { block[index] = 0 }
            }
            block.storeBytes(of: (UInt64(bytes.count) * 8).bigEndian, toByteOffset: 56, as: UInt64.self)
            schedule.load(UnsafeRawPointer(block.baseAddress!))
            schedule.mix(into: &state)
        }
        return state
    }

    /// Forty hexadecimal digits.
    package static func text(_ digest: Digest) -> String {
        [digest.0, digest.1, digest.2, digest.3, digest.4].map { word in
            let digits = String(word, radix: 16)
            return String(repeating: "0", count: 8 - digits.count) + digits
        }.joined()
    }

    private struct Schedule {
        private var words = [UInt32](repeating: 0, count: 80)

        mutating func load(_ block: UnsafeRawPointer) {
            words.withUnsafeMutableBufferPointer { words in
                for index in 0..<16 {
                    words[index] = block.loadUnaligned(fromByteOffset: 4 * index, as: UInt32.self).bigEndian
                }
                for index in 16..<80 {
                    let word = words[index - 3] ^ words[index - 8] ^ words[index - 14] ^ words[index - 16]
                    words[index] = word << 1 | word >> 31
                }
            }
        }

        func mix(into state: inout Digest) {
            var (a, b, c, d, e) = state
            words.withUnsafeBufferPointer { words in
                for index in 0..<80 {
                    let (function, constant): (UInt32, UInt32) =
                        switch index {
                        case 0..<20: (b & c | ~b & d, 0x5A82_7999)
                        case 20..<40: (b ^ c ^ d, 0x6ED9_EBA1)
                        case 40..<60: (b & c | b & d | c & d, 0x8F1B_BCDC)
                        default: (b ^ c ^ d, 0xCA62_C1D6)
                        }
                    let next = (a << 5 | a >> 27) &+ function &+ e &+ constant &+ words[index]
                    (e, d, c, b, a) = (d, c, b << 30 | b >> 2, a, next)
                }
            }
            state = (state.0 &+ a, state.1 &+ b, state.2 &+ c, state.3 &+ d, state.4 &+ e)
        }
    }
}
