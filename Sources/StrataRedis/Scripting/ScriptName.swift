import StrataRESP

/// A script's name: the SHA-1 of its text.
package struct ScriptName: Hashable, Sendable {
    private let high: UInt64
    private let middle: UInt64
    private let low: UInt32

    init(of text: Bytes) {
        let digest = SHA1.digest(text)
        high = UInt64(digest.0) << 32 | UInt64(digest.1)
        middle = UInt64(digest.2) << 32 | UInt64(digest.3)
        low = digest.4
    }

    /// Nil where `digits` are no forty hexadecimal ones, of either case.
    init?(digits: Bytes) {
        guard digits.count == 40 else { return nil }
        var words: (UInt64, UInt64, UInt64) = (0, 0, 0)
        for (index, character) in digits.buffer.enumerated() {
            let digit: UInt8
            switch character {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): digit = character - UInt8(ascii: "0")
            case UInt8(ascii: "a")...UInt8(ascii: "f"): digit = character - UInt8(ascii: "a") + 10
            case UInt8(ascii: "A")...UInt8(ascii: "F"): digit = character - UInt8(ascii: "A") + 10
            default: return nil
            }
            switch index {
            case 0..<16: words.0 = words.0 << 4 | UInt64(digit)
            case 16..<32: words.1 = words.1 << 4 | UInt64(digit)
            default: words.2 = words.2 << 4 | UInt64(digit)
            }
        }
        (high, middle, low) = (words.0, words.1, UInt32(truncatingIfNeeded: words.2))
    }

    package var text: String {
        SHA1.text(
            (
                UInt32(truncatingIfNeeded: high >> 32), UInt32(truncatingIfNeeded: high),
                UInt32(truncatingIfNeeded: middle >> 32), UInt32(truncatingIfNeeded: middle), low
            ))
    }
}
