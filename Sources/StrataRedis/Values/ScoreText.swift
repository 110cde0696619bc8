import Glibc
import StrataRESP

/// Doubles in the form in which Redis 7.0 prints scores and stores them: `%.17g`, which always reads back as the same
/// number.
package enum ScoreText {
    /// Lends the text of `value`, at most 24 bytes.
    @inline(__always)
    package static func withBytes<R, E: Error>(of value: Double, _ body: (Bytes) throws(E) -> R) throws(E) -> R {
        // Up to 17 digits the format gives integers without an exponent.
        if abs(value) < 1e17, value == value.rounded(.towardZero), value != 0 || value.sign == .plus {
            return try DecimalDigits(Int64(value)).withBytes(body)
        }
        if value.isInfinite { return try Array((value > 0 ? "inf" : "-inf").utf8).withLent(body) }
        return try printed(value, "%.17g").withLent(body)
    }

    package static func text(of value: Double) -> String { withBytes(of: value) { $0.text } }

    /// Metres or other units with four digits after the point, as GEODIST answers.
    static func distance(_ value: Double) -> [UInt8] { printed(value, "%.4f") }

    /// Six digits after the point, as an error shows a coordinate.
    static func sixDigits(_ value: Double) -> String { String(decoding: printed(value, "%f"), as: UTF8.self) }

    /// 17 digits after the point without the zeros at the end, as GEOPOS answers.
    static func coordinate(_ value: Double) -> [UInt8] {
        var text = printed(value, "%.17f")
        while text.last == UInt8(ascii: "0") { text.removeLast() }
        if text.last == UInt8(ascii: ".") { text.removeLast() }
        return text == Array("-0".utf8) ? Array("0".utf8) : text
    }

    private static func printed(_ value: Double, _ format: String) -> [UInt8] {
        // The largest double has 309 digits before the point.
        let size = 352
        return [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
            guard let start = buffer.baseAddress else { return }
            let written = start.withMemoryRebound(to: CChar.self, capacity: size) { text in
                withVaList([value]) { vsnprintf(text, size, format, $0) }
            }
            count = min(max(Int(written), 0), size - 1)
        }
    }
}

extension ReplyBuffer {
    /// A score: a bulk string in RESP2, a double in RESP3.
    @inline(__always)
    package func score(_ value: Double) {
        ScoreText.withBytes(of: value) { text in
            if version == 2 {
                bulk(text)
            } else {
                raw(",")
                raw(text)
                raw("\r\n")
            }
        }
    }

    /// Degrees: a bulk string in RESP2, a double in RESP3.
    func coordinate(_ value: Double) {
        let text = ScoreText.coordinate(value)
        if version == 2 { return bulk(text) }
        raw(",")
        text.withLent { raw($0) }
        raw("\r\n")
    }
}
