import Foundation

/// Names, dial values and numbers as people read them in tables and plots.
package enum ShownText {
    /// Three or four significant digits, thousands and more with an SI prefix: 123456 is "123.5k", 0.0123 is "0.012".
    package static func number(_ value: Double) -> String {
        guard value.isFinite else { return "-" }
        let magnitude = abs(value)
        for (factor, prefix) in [(1e12, "T"), (1e9, "G"), (1e6, "M"), (1e3, "k")]
        where magnitude >= (factor == 1e3 ? 9_999.5 : factor * 0.99995) {
            return fixed(value / factor, digits: magnitude / factor >= 99.995 ? 1 : 2) + prefix
        }
        if magnitude == magnitude.rounded() { return fixed(value, digits: 0) }
        if magnitude >= 1000 { return fixed(value, digits: 0) }
        if magnitude >= 100 { return fixed(value, digits: 1) }
        if magnitude >= 1 { return fixed(value, digits: 2) }
        if magnitude >= 0.01 { return fixed(value, digits: 3) }
        return String(format: "%.2g", value)
    }

    /// A ratio to the baseline: "0.98", "12.4", "1,234"; never rounded to a zero.
    package static func ratio(_ value: Double) -> String {
        if value < 0.01 || value >= 1000 { return number(value) }
        return fixed(value, digits: value >= 100 ? 0 : value >= 10 ? 1 : value >= 0.1 ? 2 : 3)
    }

    package static func percent(_ fraction: Double) -> String {
        let percent = fraction * 100
        return percent >= 9.95 || percent == 0
            ? "\(Int(min(percent, 1e9).rounded())) %" : fixed(percent, digits: 1) + " %"
    }

    /// A dial's value: sizes with a unit, everything else as it is, "-" where the dial has no meaning.
    package static func dial(column: String, value: String) -> String {
        if value.isEmpty { return "-" }
        if column.hasSuffix("_bytes"), let bytes = Int(value) {
            let size = ByteSize.format(bytes)
            return size.last?.isNumber ?? false ? size + "B" : size
        }
        return value
    }

    /// "sync_policy" as "sync policy".
    package static func name(_ column: String) -> String {
        column.hasSuffix("_bytes")
            ? String(column.dropLast(6)).replacingOccurrences(of: "_", with: " ")
            : column.replacingOccurrences(of: "_", with: " ")
    }

    /// "latency p99 (us)".
    package static func axis(metric: String, stat: String, unit: String) -> String {
        let text = name(SummaryRow.name(metric: metric, stat: stat))
        return ["", "1", "ratio"].contains(unit) ? text : "\(text) (\(unit))"
    }

    /// "wal, always, lz4": the given columns of a cell, numbers with the name of their column.
    package static func cell(_ cell: ResultSet.Cell, columns: [Int], names: [String]) -> String {
        columns.map { index in
            let shown = dial(column: names[index], value: cell.identity[index])
            return Double(cell.identity[index]) == nil ? shown : "\(name(names[index])) \(shown)"
        }
        .joined(separator: ", ")
    }

    /// At most `length` characters, cut in the middle, where labels differ least.
    package static func shortened(_ text: String, to length: Int) -> String {
        guard text.count > length else { return text }
        let kept = length - 1
        return text.prefix(kept / 2) + "…" + text.suffix(kept - kept / 2)
    }

    private static func fixed(_ value: Double, digits: Int) -> String {
        let text = String(format: "%.\(digits)f", value)
        return text.contains(where: { $0 != "0" && $0 != "." && $0 != "-" }) ? text : text.filter { $0 != "-" }
    }
}
