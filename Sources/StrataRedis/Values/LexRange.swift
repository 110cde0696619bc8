import StrataRESP

/// Members in the order of their bytes, for sets whose scores are all the same.
package struct LexRange {
    package enum Bound {
        case lowest, highest
        /// Lent by whoever made the range.
        case inclusive(Bytes)
        case exclusive(Bytes)
    }
    package var min: Bound
    package var max: Bound

    package init(min: Bound, max: Bound) {
        self.min = min
        self.max = max
    }

    @inline(__always)
    func isReached(_ member: Bytes) -> Bool {
        switch min {
        case .lowest: true
        case .highest: false
        case .inclusive(let bytes): member.compare(bytes) >= 0
        case .exclusive(let bytes): member.compare(bytes) > 0
        }
    }

    @inline(__always)
    func isPassed(_ member: Bytes) -> Bool {
        switch max {
        case .lowest: true
        case .highest: false
        case .inclusive(let bytes): member.compare(bytes) > 0
        case .exclusive(let bytes): member.compare(bytes) >= 0
        }
    }
}
