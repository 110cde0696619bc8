import Glibc
import StrataRESP

extension Bytes {
    /// As a double, the way Redis reads one: what strtod takes whole, without leading spaces, no NaN, no overflow to infinity.
    package var double: Double? {
        // Longer ones exist only as attempts to waste time.
        if isEmpty || count > 255 { return nil }
        let first = self[0]
        if first == 0x20 || first >= 9 && first <= 13 { return nil }
        return withUnsafeTemporaryAllocation(byteCount: count + 1, alignment: 1) { text -> Double? in
            guard let address = text.baseAddress else { return nil }
            address.copyMemory(from: start, byteCount: count)
            text[count] = 0
            let characters = address.assumingMemoryBound(to: CChar.self)
            var end: UnsafeMutablePointer<CChar>?
            errno = 0
            let value = strtod(characters, &end)
            guard end == characters + count, !value.isNaN else { return nil }
            if errno == ERANGE, value.isInfinite || value == 0 { return nil }
            return value
        }
    }
}
