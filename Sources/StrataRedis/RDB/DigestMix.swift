import StrataRESP

/// The running sum of DEBUG DIGEST in Redis 7.0: what order matters for is mixed, what it does not matter for is exclusive-ored.
package struct DigestMix: Sendable, Equatable {
    private var words: [UInt32] = [0, 0, 0, 0, 0]

    package init() {}

    package var text: String { SHA1.text((words[0], words[1], words[2], words[3], words[4])) }

    /// Independent of the order.
    package mutating func xor(_ bytes: Bytes) {
        let digest = SHA1.digest(bytes)
        words[0] ^= digest.0
        words[1] ^= digest.1
        words[2] ^= digest.2
        words[3] ^= digest.3
        words[4] ^= digest.4
    }

    /// Dependent on what was mixed before.
    package mutating func mix(_ bytes: Bytes) {
        xor(bytes)
        let digest = withBytes { SHA1.digest($0) }
        words = [digest.0, digest.1, digest.2, digest.3, digest.4]
    }

    package mutating func xor(_ other: DigestMix) { other.withBytes { xor($0) } }

    package mutating func mix(_ number: UInt32) {
        withUnsafeBytes(of: number.bigEndian) { mix(Bytes($0)) }
    }

    package mutating func mix(_ text: String) {
        var text = text
        text.withUTF8 { mix(Bytes(UnsafeRawBufferPointer($0))) }
    }

    private func withBytes<R>(_ body: (Bytes) -> R) -> R {
        let stored = words.map(\.bigEndian)
        return stored.withUnsafeBytes { body(Bytes($0)) }
    }
}
