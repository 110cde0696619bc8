import StrataRESP

/// What SORT is asked for.
struct SortRequest {
    /// BY; nil: the elements themselves are compared.
    private(set) var by: SortPattern?
    private(set) var gets: [SortPattern] = []
    private(set) var target: Bytes?
    private(set) var isDescending = false
    private(set) var isText = false
    /// BY a pattern without a star: the same weight for all.
    private(set) var keepsOrder = false
    private(set) var start = 0
    /// Negative: all.
    private(set) var count = -1

    init(_ execution: Execution, mayStore: Bool) throws(RedisError) {
        var at = 2
        while at < execution.arguments.count {
            let word = execution.argument(at)
            let rest = execution.arguments.count - at - 1
            if word.isWord("asc") {
                isDescending = false
            } else if word.isWord("desc") {
                isDescending = true
            } else if word.isWord("alpha") {
                isText = true
            } else if word.isWord("limit"), rest >= 2 {
                // Beyond any collection's size is beyond its end.
                start = Int(min(try execution.integer(at + 1), 1 << 40))
                count = Int(min(try execution.integer(at + 2), 1 << 40))
                at += 2
            } else if mayStore, word.isWord("store"), rest >= 1 {
                target = execution.argument(at + 1)
                at += 1
            } else if word.isWord("by"), rest >= 1 {
                let pattern = SortPattern(execution.argument(at + 1))
                // Once asked for, it stays: as in Redis.
                keepsOrder = keepsOrder || pattern.isConstant
                by = pattern.isConstant ? nil : pattern
                at += 1
            } else if word.isWord("get"), rest >= 1 {
                gets.append(SortPattern(execution.argument(at + 1)))
                at += 1
            } else {
                throw .syntax
            }
            at += 1
        }
    }

    /// By their bytes after all.
    mutating func orderAsText() {
        keepsOrder = false
        isText = true
        by = nil
    }
}

/// A key with a star for the element, `->` and a field of a hash behind it perhaps; or `#`, the element itself.
struct SortPattern {
    private let pattern: [UInt8]
    private let star: Int?
    /// Where the field begins.
    private let field: Int?

    init(_ text: Bytes) {
        let pattern = text.copy()
        let star = pattern.firstIndex(of: UInt8(ascii: "*"))
        var field: Int?
        if let star, pattern.count > 3 {
            field = (star + 1..<max(star + 1, pattern.count - 2)).first {
                pattern[$0] == UInt8(ascii: "-") && pattern[$0 + 1] == UInt8(ascii: ">")
            }.map { $0 + 2 }
        }
        self.pattern = pattern
        self.star = star
        self.field = field
    }

    var isConstant: Bool { star == nil }

    /// What stands under the key that `element` makes of it; nil: nothing, or of another type.
    func value(for element: [UInt8], _ execution: Execution) -> [UInt8]? {
        if pattern == [UInt8(ascii: "#")] { return element }
        guard let star else { return nil }
        let end = field.map { $0 - 2 } ?? pattern.count
        let key = pattern[..<star] + element + pattern[(star + 1)..<end]
        return Array(key).withLent { key -> [UInt8]? in
            guard let entry = execution.database.read(key) else { return nil }
            guard let field else {
                return entry.type == .string ? entry.withString { $0.copy() } : nil
            }
            guard let hash = entry.collection as? HashValue else { return nil }
            return Array(pattern[field...]).withLent { hash.value(of: $0)?.copy() }
        }
    }
}
