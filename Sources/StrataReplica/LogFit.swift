import StrataDisk

/// How a log and a machine's checkpoint fit together. Facts in, verdict out.
///
/// With checkpoint c, and a log of the entries f...l (l = f - 1: none):
///
/// | the log | verdict | how it comes about |
/// |---|---|---|
/// | ends before c | restart at c + 1 | a restored or copied store; a log whose syncs prove nothing lost its tail |
/// | holds c + 1, or ends at c | replay c + 1...l | every ordinary start |
/// | begins after c + 1 | refuse | entries that neither holds are lost: a foreign or an older checkpoint |
package enum LogFit: Hashable, Sendable {
    /// Everything in the log is in the checkpoint; it goes on with this number.
    case restart(next: UInt64)
    /// These entries are not in the checkpoint; may be none.
    case replay(Range<UInt64>)
    /// These entries are nowhere.
    case gap(ClosedRange<UInt64>)

    package init(checkpoint: UInt64, first: UInt64, last: UInt64) {
        if first > checkpoint + 1 {
            self = .gap(checkpoint + 1...first - 1)
        } else if last < checkpoint {
            self = .restart(next: checkpoint + 1)
        } else {
            self = .replay(checkpoint + 1..<last + 1)
        }
    }

    static func error(_ missing: ClosedRange<UInt64>, log: String) -> StorageError {
        .init(
            kind: .invalid(
                "the log begins with entry \(missing.upperBound + 1), the checkpoint ends with \(missing.lowerBound - 1)"
            ),
            file: log, remedy: "entries \(missing.lowerBound) to \(missing.upperBound) are lost; restore a backup")
    }
}
