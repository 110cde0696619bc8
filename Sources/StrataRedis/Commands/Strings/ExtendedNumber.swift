import Glibc
import StrataRESP

// C's long double, where Swift has it: 64 bits of mantissa on x86-64.
#if arch(x86_64)
    package typealias ExtendedDouble = Float80
#else
    package typealias ExtendedDouble = Double
#endif

/// Numbers of INCRBYFLOAT and HINCRBYFLOAT, read and written as Redis 7.0 does with long doubles (`LD_STR_HUMAN`): 17
/// digits behind the point, without the zeros at the end.
package enum ExtendedNumber {
    /// Nil for what is none: empty, with spaces, with anything behind it, not a number, or out of range.
    package static func parse(_ bytes: Bytes) -> ExtendedDouble? {
        // Longer ones are refused by Redis too: its buffer has 256 bytes.
        if bytes.isEmpty || bytes.count >= 256 || bytes[0] == 0x20 || (9...13).contains(bytes[0]) { return nil }
        return withUnsafeTemporaryAllocation(byteCount: bytes.count + 1, alignment: 1) { text -> ExtendedDouble? in
            guard let address = text.baseAddress else { return nil }
            address.copyMemory(from: bytes.start, byteCount: bytes.count)
            text[bytes.count] = 0
            let characters = address.assumingMemoryBound(to: CChar.self)
            var end: UnsafeMutablePointer<CChar>?
            errno = 0
            #if arch(x86_64)
                let value = strtold(characters, &end)
            #else
                let value = strtod(characters, &end)
            #endif
            guard end == characters + bytes.count, !value.isNaN else { return nil }
            if errno == ERANGE, value.isInfinite || value == 0 { return nil }
            return value
        }
    }

    package static func text(_ value: ExtendedDouble) -> String {
        // The largest long double has 4,933 digits before the point.
        withUnsafeTemporaryAllocation(of: CChar.self, capacity: 5120) { buffer in
            #if arch(x86_64)
                let count = withVaList([value]) { vsnprintf(buffer.baseAddress, buffer.count, "%.17Lf", $0) }
            #else
                let count = withVaList([value]) { vsnprintf(buffer.baseAddress, buffer.count, "%.17f", $0) }
            #endif
            var text = Substring(
                String(decoding: buffer.prefix(Int(count)).map { UInt8(bitPattern: $0) }, as: UTF8.self))
            while text.last == "0" { text.removeLast() }
            if text.last == "." { text.removeLast() }
            return text == "-0" ? "0" : String(text)
        }
    }
}
