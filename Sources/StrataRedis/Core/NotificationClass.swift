/// Kinds of keyspace events (`notify-keyspace-events`).
package struct NotificationClass: OptionSet, Sendable, Hashable {
    package let rawValue: UInt32
    package init(rawValue: UInt32) { self.rawValue = rawValue }

    package static let keyspace = NotificationClass(rawValue: 1 << 0)  // K
    package static let keyevent = NotificationClass(rawValue: 1 << 1)  // E
    package static let generic = NotificationClass(rawValue: 1 << 2)  // g
    package static let string = NotificationClass(rawValue: 1 << 3)  // $
    package static let list = NotificationClass(rawValue: 1 << 4)  // l
    package static let set = NotificationClass(rawValue: 1 << 5)  // s
    package static let hash = NotificationClass(rawValue: 1 << 6)  // h
    package static let sortedSet = NotificationClass(rawValue: 1 << 7)  // z
    package static let expired = NotificationClass(rawValue: 1 << 8)  // x
    package static let evicted = NotificationClass(rawValue: 1 << 9)  // e
    package static let stream = NotificationClass(rawValue: 1 << 10)  // t
    package static let keyMiss = NotificationClass(rawValue: 1 << 11)  // m
    package static let module = NotificationClass(rawValue: 1 << 13)  // d
    package static let new = NotificationClass(rawValue: 1 << 14)  // n
    /// A: everything but K, E, m and n.
    package static let all: NotificationClass = [
        .generic, .string, .list, .set, .hash, .sortedSet, .expired, .evicted, .stream, .module,
    ]

    private static let letters: [(Character, NotificationClass)] = [
        ("g", .generic), ("$", .string), ("l", .list), ("s", .set), ("h", .hash), ("z", .sortedSet), ("x", .expired),
        ("e", .evicted), ("t", .stream), ("d", .module), ("K", .keyspace), ("E", .keyevent), ("m", .keyMiss),
        ("n", .new),
    ]

    /// Nil for letters that stand for nothing.
    package init?(letters text: String) {
        self = []
        for letter in text {
            if letter == "A" {
                formUnion(.all)
            } else if let known = Self.letters.first(where: { $0.0 == letter }) {
                insert(known.1)
            } else {
                return nil
            }
        }
    }

    /// As `CONFIG GET` shows them.
    package var letters: String {
        var text = isSuperset(of: .all) ? "A" : ""
        for (letter, part) in Self.letters where contains(part) {
            if text.hasPrefix("A"), Self.all.contains(part) { continue }
            text.append(letter)
        }
        return text
    }
}
