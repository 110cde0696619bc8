/// File names in a log's directory.
package enum SegmentName: Equatable {
    /// A segment that begins with entry `first`.
    case segment(first: UInt64)
    /// Room for a later segment: prepared or recycled. Holds nothing of value.
    case pool(number: Int)
    /// Set aside by repair, never read again.
    case dropped
    case dictionary(id: UInt32)
    case lock
    case foreign

    package static let lockFile = "LOCK"

    package init(_ name: String) {
        if name == Self.lockFile {
            self = .lock
        } else if let digits = Self.middle(of: name, "wal-", ".seg"), digits.utf8.count == 20,
            let first = UInt64(digits)
        {
            self = .segment(first: first)
        } else if let digits = Self.middle(of: name, "pool-", ".tmp"), let number = Int(digits) {
            self = .pool(number: number)
        } else if let digits = Self.middle(of: name, "dict-", ".zdict"), let id = UInt32(digits) {
            self = .dictionary(id: id)
        } else if name.hasSuffix(".dropped") || name.hasSuffix(".tmp") {
            self = .dropped
        } else {
            self = .foreign
        }
    }

    package static func segment(_ first: UInt64) -> String {
        let digits = String(first)
        return "wal-" + String(repeating: "0", count: 20 - digits.utf8.count) + digits + ".seg"
    }

    package static func pool(_ number: Int) -> String { "pool-\(number).tmp" }
    package static func dictionary(_ id: UInt32) -> String { "dict-\(id).zdict" }

    private static func middle(of name: String, _ prefix: String, _ suffix: String) -> Substring? {
        guard name.hasPrefix(prefix), name.hasSuffix(suffix), name.utf8.count > prefix.utf8.count + suffix.utf8.count
        else { return nil }
        let digits = name.dropFirst(prefix.count).dropLast(suffix.count)
        return digits.utf8.allSatisfy { $0 >= 48 && $0 <= 57 } ? digits : nil
    }
}
