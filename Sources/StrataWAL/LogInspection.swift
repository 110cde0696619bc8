import StrataDisk
import StrataJournal

/// What a log's directory holds, every byte of it checked: checksums, the chain of blocks, decompression, the layout of
/// entries. Looking changes nothing; see `run`.
package struct LogInspection: Sendable {
    /// What opening the log would make of it, by `RecoveryTable`.
    package enum Verdict: Sendable, Equatable {
        case intact
        /// Opening cuts what stands from this place on, which was never proven durable.
        case torn(StorageError)
        /// Opening refuses; repair keeps what stands before.
        case corrupt(StorageError)
    }

    /// What opening (after a torn write) or repair (after damage) gives up.
    package struct Loss: Sendable, Equatable {
        /// nil where no sign of an entry was found behind the place.
        package var entries: ClosedRange<UInt64>?
        /// Those of them that are whole, but behind the place.
        package var wholeEntries: [ClosedRange<UInt64>] = []
        package var bytes: UInt64 = 0
        /// Files given up from their first byte on.
        package var segments: [String] = []
    }

    package struct Dictionary: Sendable, Equatable {
        package var id: UInt32
        package var size: Int?
        package var damage: StorageError?
    }

    package struct OtherFile: Sendable, Equatable {
        package var name: String
        package var kind: SegmentName
        package var size: UInt64
    }

    package var path: String
    package var verdict: Verdict
    /// Oldest first.
    package var segments: [InspectedSegment] = []
    package var firstIndex: UInt64 = 1
    /// The last entry that opening or repair keeps; `firstIndex - 1` where there is none.
    package var lastIndex: UInt64 = 0
    /// The newest kept entry that a completed sync is known to have covered. Opening writes those after it again.
    package var durableIndex: UInt64 = 0
    /// nil where nothing is lost.
    package var loss: Loss?
    package var dictionaries: [Dictionary] = []
    /// Neither segments nor dictionaries, by name.
    package var others: [OtherFile] = []
    /// Whether a process has the log open now, so that its end may move under the reader; nil where that cannot be told.
    package var isOpenElsewhere: Bool?

    /// Everything wrong with durable bytes, each with file and offset. A torn tail is not.
    package var damage: [StorageError] {
        var found: [StorageError] = []
        if case .corrupt(let first) = verdict { found.append(first) }
        for segment in segments {
            if let damage = segment.damage, isCorrupt { found.append(damage) }
            if let damage = segment.bodyDamage { found.append(damage) }
        }
        found += dictionaries.compactMap(\.damage)
        // A damaged block is both its segment's and the verdict's, a missing dictionary every user's.
        return found.enumerated().filter { place, error in !found[..<place].contains(error) }.map(\.element)
    }

    package var isIntact: Bool { damage.isEmpty }
    private var isCorrupt: Bool { if case .corrupt = verdict { true } else { false } }

    package var entries: UInt64 { lastIndex + 1 - firstIndex }
    package var blocks: UInt64 { segments.reduce(0) { $0 + $1.blocks } }
    package var size: UInt64 { segments.reduce(0) { $0 + $1.size } }
    package var rawBytes: UInt64 { segments.reduce(0) { $0 + $1.rawBytes } }
    package var storedBytes: UInt64 { segments.reduce(0) { $0 + $1.storedBytes } }
    /// Entries' bytes before compression by those stored, headers and padding of blocks apart; nil for an empty log.
    package var ratio: Double? { storedBytes > 0 ? Double(rawBytes) / Double(storedBytes) : nil }

    /// Options for repairing this log without changing how it is laid out: segments as large as its largest, and no
    /// thread that prepares a further one.
    package var repairOptions: WALOptions {
        var options = WALOptions()
        let largest = segments.reduce(0) { max($0, $1.size) }
        let whole = (min(largest, 1 << 40) + 4095) / 4096 * 4096
        options.segmentBytes = max(4096, Int(whole))
        options.preallocation = .fallocate
        options.threading = .inline
        return options
    }
}

extension WriteAheadLog {
    /// Checks every byte of the log in `disk` and changes nothing; see `LogInspection.run`.
    package static func verify(
        on disk: any Disk, clock: any MonotonicClock = SystemClock()
    ) throws(StorageError) -> LogInspection {
        try LogInspection.run(on: disk, clock: clock)
    }
}
