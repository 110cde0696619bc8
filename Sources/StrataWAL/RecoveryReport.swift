import StrataDisk

/// What opening a log found and did.
package struct RecoveryReport: Sendable {
    package enum Outcome: Sendable, Equatable {
        /// There was no log.
        case created
        /// Every byte was as an orderly close or a crash between writes leaves it.
        case intact
        /// Bytes behind the last good block were not proven durable, and were cut off.
        case tornTail(at: StorageError)
        /// Durable bytes were damaged, and repair was asked for.
        case repaired(damage: StorageError)
    }

    package var outcome: Outcome = .created
    package var firstIndex: UInt64 = 1
    package var lastIndex: UInt64 = 0
    package var segments = 0
    package var blocks: UInt64 = 0
    package var rawBytes: UInt64 = 0
    package var bytesRead: UInt64 = 0
    /// Bytes behind the last good block, in that segment and in later ones, that were given up.
    package var droppedBytes: UInt64 = 0
    /// Segments that were given up whole.
    package var droppedSegments: [String] = []
    /// Entries that were read but not proven durable, and were written and synced again before the log was opened.
    package var rewrittenEntries: UInt64 = 0

    /// Wall time of the parts, in order: finding the segments, reading and checking them all (with delivery), writing the
    /// tail again.
    package var listing = Duration.zero
    package var scanning = Duration.zero
    package var rewriting = Duration.zero
    /// Sums over threads, all within `scanning`.
    package var reading = Duration.zero
    package var decompressing = Duration.zero
    package var delivering = Duration.zero

    package var entries: UInt64 { lastIndex + 1 - firstIndex }

    package init() {}
}

extension RecoveryReport: CustomStringConvertible {
    package var description: String {
        let range = entries == 0 ? "no entries" : "entries \(firstIndex)..\(lastIndex)"
        let text: String
        switch outcome {
        case .created: text = "created"
        case .intact: text = "recovered \(range)"
        case .tornTail(let place): text = "recovered \(range), dropped \(droppedBytes) torn bytes: \(place)"
        case .repaired(let damage): text = "repaired, kept \(range), dropped \(droppedBytes) bytes: \(damage)"
        }
        return rewrittenEntries == 0 ? text : text + "; wrote \(rewrittenEntries) entries again"
    }
}
