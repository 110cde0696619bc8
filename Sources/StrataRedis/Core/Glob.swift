import StrataRESP

/// Patterns of KEYS, SCAN, PSUBSCRIBE and CONFIG GET: `*`, `?`, `[abc]`, `[^a-c]`, and `\` before a character that stands for itself.
/// Time is at most pattern times text: only the last star is ever tried again, which is enough, since stars match anything.
package enum Glob {
    package static func matches(_ pattern: Bytes, _ text: Bytes, ignoringCase: Bool = false) -> Bool {
        var p = 0
        var t = 0
        // Where to go on if what follows the last star does not fit here.
        var star: (pattern: Int, text: Int)?
        while t < text.count {
            if p < pattern.count, pattern[p] == UInt8(ascii: "*") {
                while p < pattern.count, pattern[p] == UInt8(ascii: "*") { p += 1 }
                if p == pattern.count { return true }
                star = (p, t)
                continue
            }
            if p < pattern.count, let next = step(pattern, p, text[t], ignoringCase) {
                p = next
                t += 1
                continue
            }
            guard let (again, from) = star else { return false }
            p = again
            t = from + 1
            star = (again, t)
        }
        while p < pattern.count, pattern[p] == UInt8(ascii: "*") { p += 1 }
        return p == pattern.count
    }

    /// Where the pattern goes on after its element at `place` has matched `byte`; nil where it does not match.
    @inline(__always)
    private static func step(_ pattern: Bytes, _ place: Int, _ byte: UInt8, _ ignoringCase: Bool) -> Int? {
        let byte = ignoringCase ? lower(byte) : byte
        switch pattern[place] {
        case UInt8(ascii: "?"):
            return place + 1
        case UInt8(ascii: "["):
            return matchClass(pattern, place + 1, byte, ignoringCase)
        case UInt8(ascii: "\\") where place + 1 < pattern.count:
            return same(pattern[place + 1], byte, ignoringCase) ? place + 2 : nil
        default:
            return same(pattern[place], byte, ignoringCase) ? place + 1 : nil
        }
    }

    /// A class that is not closed goes to the end of the pattern, as in Redis.
    private static func matchClass(_ pattern: Bytes, _ start: Int, _ byte: UInt8, _ ignoringCase: Bool) -> Int? {
        var at = start
        let isNegated = at < pattern.count && pattern[at] == UInt8(ascii: "^")
        if isNegated { at += 1 }
        var isFound = false
        while at < pattern.count, pattern[at] != UInt8(ascii: "]") {
            if pattern[at] == UInt8(ascii: "\\"), at + 1 < pattern.count {
                at += 1
                if same(pattern[at], byte, ignoringCase) { isFound = true }
            } else if at + 2 < pattern.count, pattern[at + 1] == UInt8(ascii: "-") {
                var low = pattern[at]
                var high = pattern[at + 2]
                if low > high { swap(&low, &high) }
                if ignoringCase { (low, high) = (lower(low), lower(high)) }
                if byte >= low, byte <= high { isFound = true }
                at += 2
            } else if same(pattern[at], byte, ignoringCase) {
                isFound = true
            }
            at += 1
        }
        guard isFound != isNegated else { return nil }
        return min(at + 1, pattern.count)
    }

    @inline(__always)
    private static func same(_ a: UInt8, _ b: UInt8, _ ignoringCase: Bool) -> Bool {
        ignoringCase ? lower(a) == b : a == b
    }

    @inline(__always)
    private static func lower(_ byte: UInt8) -> UInt8 { byte >= 0x41 && byte <= 0x5A ? byte | 0x20 : byte }
}
