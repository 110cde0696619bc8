/// Numbers as result files have them: `.` decimals, no thousands separators, whole numbers without a fraction.
package enum NumberText {
    /// Reads back as the same number; not finite is empty, which is how a missing value is written.
    package static func format(_ value: Double) -> String {
        guard value.isFinite else { return "" }
        if value == value.rounded(), abs(value) < 1e15 { return "\(Int64(value))" }
        return "\(value)"
    }

    /// For people: four significant digits or more, thousands grouped: 12345.6 is "12,346" and 1.2345 is "1.234".
    package static func human(_ value: Double) -> String {
        guard value.isFinite else { return "-" }
        let magnitude = abs(value)
        let decimals = magnitude >= 1000 ? 0 : magnitude >= 100 ? 1 : magnitude >= 10 ? 2 : 3
        let scale = [1.0, 10, 100, 1000][decimals]
        let scaled = (magnitude * scale).rounded()
        guard scaled < 9e18 else { return "\(value)" }
        let whole = UInt64(scaled) / UInt64(scale)
        let fraction = UInt64(scaled) % UInt64(scale)
        var text = ""
        for (position, digit) in String(whole).reversed().enumerated() {
            if position > 0 && position % 3 == 0 { text.append(",") }
            text.append(digit)
        }
        text = String(text.reversed())
        if decimals > 0 {
            let digits = String(fraction)
            text += "." + String(repeating: "0", count: decimals - digits.count) + digits
        }
        return value < 0 && scaled > 0 ? "-" + text : text
    }
}
