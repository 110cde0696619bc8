import StrataDisk

/// What is kept of a log, decided from the scans of all its segments. Facts in, verdict out; nothing is read or written.
///
/// | the chain of blocks ends at entry e | durable evidence | verdict |
/// |---|---|---|
/// | at the newest segment's end, or zeros follow | any | intact |
/// | earlier: a damaged block or header, a missing segment, a foreign one | up to e - 1 | torn: cut before e |
/// | the same | e or later | corrupt: refuse; repair cuts before e |
/// | the same, and a segment is another log's or a block whole but undecodable | any | corrupt |
struct RecoveryTable {
    enum Verdict: Equatable {
        case intact
        case torn(StorageError)
        case corrupt(StorageError)
    }

    let verdict: Verdict
    let firstIndex: UInt64
    /// One past the last entry that is kept.
    let nextIndex: UInt64
    /// How many of the segments, oldest first, hold kept entries or are the one to go on with.
    let kept: Int
    /// The newest entry proven durable, at most the last one kept.
    let durableIndex: UInt64
    let droppedBytes: UInt64

    /// `scans` are in the order of their names; at least one.
    init(_ scans: [SegmentScan], directory: String) {
        let evidence = scans.reduce(0) { max($0, $1.durableEvidence) }
        var next = scans[0].namedFirst
        var damage: StorageError?
        var kept = 0
        for (place, scan) in scans.enumerated() {
            if let stop = Self.misfit(scan, expected: next, directory: directory) {
                damage = stop
                break
            }
            kept += 1
            let limit = place + 1 < scans.count ? scans[place + 1].namedFirst : nil
            next = limit.map { min($0, scan.nextIndex) } ?? scan.nextIndex
            if let limit, scan.nextIndex >= limit { continue }
            if let stop = scan.damage {
                damage = stop
                break
            }
        }
        firstIndex = scans[0].namedFirst
        nextIndex = next
        self.kept = kept
        durableIndex = min(evidence, next - 1)
        if let damage {
            // Where no power cut is to blame, nothing is removed unasked.
            let mustRefuse = scans.contains { $0.mustRefuse }
            verdict = evidence >= next || mustRefuse ? .corrupt(damage) : .torn(damage)
            let behind =
                kept > 0 ? scans[kept - 1].usedSize - min(scans[kept - 1].validEnd, scans[kept - 1].usedSize) : 0
            droppedBytes = scans[kept...].reduce(behind) { $0 + $1.usedSize }
        } else {
            verdict = .intact
            droppedBytes = 0
        }
    }

    /// Why a segment cannot follow what stands before it.
    private static func misfit(
        _ scan: SegmentScan, expected: UInt64, directory: String
    ) -> StorageError? {
        if scan.namedFirst > expected {
            return StorageError(
                kind: .missing, file: directory + "/" + SegmentName.segment(expected), offset: 0,
                remedy: "entries \(expected) to \(scan.namedFirst - 1) are not in any segment")
        }
        return scan.header == nil ? scan.damage : nil
    }
}
