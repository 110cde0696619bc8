import StrataRESP

/// The name of a stream's entry: milliseconds and a number within them.
package struct StreamID: Hashable, Comparable, Sendable {
    package var milliseconds: UInt64
    package var sequence: UInt64

    package init(_ milliseconds: UInt64, _ sequence: UInt64) {
        self.milliseconds = milliseconds
        self.sequence = sequence
    }

    package static let zero = StreamID(0, 0)
    package static let max = StreamID(.max, .max)

    @inline(__always)
    package static func < (a: StreamID, b: StreamID) -> Bool {
        a.milliseconds != b.milliseconds ? a.milliseconds < b.milliseconds : a.sequence < b.sequence
    }

    /// Nil after the last of all.
    package var next: StreamID? {
        if sequence < .max { return StreamID(milliseconds, sequence + 1) }
        return milliseconds < .max ? StreamID(milliseconds + 1, 0) : nil
    }

    /// Nil before the first of all.
    package var previous: StreamID? {
        if sequence > 0 { return StreamID(milliseconds, sequence - 1) }
        return milliseconds > 0 ? StreamID(milliseconds - 1, .max) : nil
    }

    package var text: String { "\(milliseconds)-\(sequence)" }
}

extension ReplyBuffer {
    /// As `ms-seq`.
    package func bulk(_ id: StreamID) { bulk(id.text) }
}
