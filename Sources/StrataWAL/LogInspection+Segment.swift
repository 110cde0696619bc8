import StrataCodec
import StrataDisk

/// One segment as `LogInspection` found it.
package struct InspectedSegment: Sendable {
    package var name: String
    /// Bytes of the file.
    package var size: UInt64
    /// nil where it is damaged.
    package var header: SegmentHeader?
    /// As the name says.
    package var firstIndex: UInt64
    /// The last entry of the unbroken chain that belongs to this segment; `firstIndex - 1` where there is none.
    package var lastIndex: UInt64
    package var isNewest: Bool
    /// False where the chain of the log ends before this segment.
    package var isKept = true

    /// Blocks with entries, of the unbroken chain. Sums are over them, an entry superseded by the next segment included.
    package var blocks: UInt64 = 0
    /// Blocks without entries: each stands for an orderly close.
    package var closings: UInt64 = 0
    package var rawBytes: UInt64 = 0
    package var storedBytes: UInt64 = 0
    package var blocksByCodec: [Codec: UInt64] = [:]

    /// Byte after the last block of the chain.
    package var end: UInt64
    /// Bytes from `end` to the last one that is not zero, where they belong to no block.
    package var brokenBytes: UInt64 = 0
    /// Zeros up to the file's end.
    package var freeBytes: UInt64 = 0
    /// Bytes after `end` that the next segment supersedes, and what is wrong with them; of no consequence.
    package var supersededBytes: UInt64 = 0
    package var supersededDamage: StorageError?
    /// Entries that this segment holds and the next one holds too: from here on.
    package var supersededFrom: UInt64?

    /// Why the chain of blocks ends where it does; nil where the segment or only zeros end with it.
    package var damage: StorageError?
    /// A block whose checksum holds, but which does not decompress or whose entries are not laid out as they should be.
    package var bodyDamage: StorageError?

    package var entries: UInt64 { lastIndex + 1 - firstIndex }
    /// Entries a block; nil without blocks.
    package var meanBatch: Double? { blocks > 0 ? Double(entries) / Double(blocks) : nil }
    /// Size before compression by size after; nil without blocks.
    package var ratio: Double? { storedBytes > 0 ? Double(rawBytes) / Double(storedBytes) : nil }
}

/// A block whose checksum and place in the chain hold, as `LogInspection` passed it.
package struct InspectedBlock: Sendable {
    package var segment: String
    /// Bytes from the start of the segment.
    package var offset: UInt64
    package var header: BlockHeader
}
