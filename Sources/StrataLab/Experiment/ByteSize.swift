/// Reads and writes sizes as experiment files have them: "4096", "4KiB", "64MiB", "1GiB"; always powers of 1,024.
package enum ByteSize {
    private static let units: [(suffix: String, factor: Int)] = [
        ("GiB", 1 << 30), ("MiB", 1 << 20), ("KiB", 1 << 10), ("B", 1), ("", 1),
    ]

    /// Bytes, or nil where `text` is no size, is negative or does not fit.
    package static func parse(_ text: some StringProtocol) -> Int? {
        for unit in units where text.hasSuffix(unit.suffix) {
            guard let count = Int(text.dropLast(unit.suffix.count)), count >= 0 else { return nil }
            let (product, overflow) = count.multipliedReportingOverflow(by: unit.factor)
            return overflow ? nil : product
        }
        return nil
    }

    /// The shortest exact form: 65536 is "64KiB", 1000 is "1000".
    package static func format(_ bytes: Int) -> String {
        for unit in units.dropLast(2) where bytes > 0 && bytes % unit.factor == 0 {
            return "\(bytes / unit.factor)\(unit.suffix)"
        }
        return "\(bytes)"
    }
}
