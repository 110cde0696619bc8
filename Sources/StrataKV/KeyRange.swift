/// Which keys a request means: etcd's `key` and `range_end`.
package struct KeyRange: Hashable, Sendable {
    package enum End: Hashable, Sendable {
        /// The start alone.
        case single
        /// Everything from the start on.
        case unbounded
        /// Keys before this one.
        case before([UInt8])
    }

    package var start: [UInt8]
    package var end: End

    package init(start: [UInt8], end: End) {
        self.start = start
        self.end = end
    }

    /// `rangeEnd` empty: `key` alone; one zero byte: everything from `key` on.
    package init(key: [UInt8], rangeEnd: [UInt8]) {
        start = key
        end =
            switch rangeEnd {
            case []: .single
            case [0]: .unbounded
            default: .before(rangeEnd)
            }
    }

    package static let everything = KeyRange(start: [0], end: .unbounded)

    /// Every key that begins with `prefix`.
    package static func prefix(_ prefix: [UInt8]) -> KeyRange {
        // The last byte plus one; bytes of 0xFF have no such successor and give way to the byte before them.
        var end = prefix
        while let last = end.popLast() {
            if last < 0xFF { return KeyRange(start: prefix, end: .before(end + [last + 1])) }
        }
        return KeyRange(start: prefix.isEmpty ? [0] : prefix, end: .unbounded)
    }

    /// No key can be in it.
    package var isEmpty: Bool {
        if case .before(let end) = end { return !start.lexicographicallyPrecedes(end) }
        return false
    }

    package func contains(_ key: [UInt8]) -> Bool {
        switch end {
        case .single: key == start
        case .unbounded: !key.lexicographicallyPrecedes(start)
        case .before(let end): !key.lexicographicallyPrecedes(start) && key.lexicographicallyPrecedes(end)
        }
    }
}
