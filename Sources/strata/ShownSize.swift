import Foundation

/// Sizes and ratios as people read them.
enum ShownSize {
    /// "512 B", "1.5 MiB".
    static func bytes(_ size: some BinaryInteger) -> String {
        guard size >= 1024 else { return "\(size) B" }
        var value = Double(size)
        var unit = 0
        // 1,023.95 and not 1,024: what would be shown as "1024.0 KiB" is "1.0 MiB".
        while value >= 1023.95, unit < 4 {
            value /= 1024
            unit += 1
        }
        return String(format: "%.1f ", value) + ["B", "KiB", "MiB", "GiB", "TiB"][unit]
    }

    static func ratio(_ ratio: Double?) -> String { ratio.map { String(format: "%.2f", $0) } ?? "-" }

    /// "12.5"; "-" for nothing.
    static func decimal(_ value: Double?) -> String { value.map { String(format: "%.1f", $0) } ?? "-" }

    /// "1 segment", "3 segments"; `plural` where that is not made by an s.
    static func count(_ number: some BinaryInteger, _ noun: String, _ plural: String? = nil) -> String {
        number == 1 ? "1 \(noun)" : "\(number) \(plural ?? noun + "s")"
    }
}
