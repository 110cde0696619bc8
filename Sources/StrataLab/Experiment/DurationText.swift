/// Reads and writes durations as experiment files have them: "200us", "1ms", "1s".
package enum DurationText {
    private static let units: [(suffix: String, nanoseconds: Int64)] = [
        ("ns", 1), ("us", 1_000), ("ms", 1_000_000), ("s", 1_000_000_000),
    ]

    /// Nil where `text` has no unit, is not positive or does not fit.
    package static func parse(_ text: some StringProtocol) -> Duration? {
        for unit in units where text.hasSuffix(unit.suffix) {
            guard let count = Int64(text.dropLast(unit.suffix.count)), count > 0 else { return nil }
            let (product, overflow) = count.multipliedReportingOverflow(by: unit.nanoseconds)
            return overflow ? nil : .nanoseconds(product)
        }
        return nil
    }

    /// The shortest exact form down to nanoseconds.
    package static func format(_ duration: Duration) -> String {
        let nanoseconds = duration.wholeNanoseconds
        for unit in units.reversed() where nanoseconds % unit.nanoseconds == 0 {
            return "\(nanoseconds / unit.nanoseconds)\(unit.suffix)"
        }
        return "\(nanoseconds)ns"
    }
}

extension Duration {
    /// Truncated to nanoseconds; saturates after 292 years.
    package var wholeNanoseconds: Int64 {
        let (seconds, attoseconds) = components
        let (product, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
        return overflow ? .max : product + attoseconds / 1_000_000_000
    }
}
