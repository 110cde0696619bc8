import StrataCodec
import StrataDisk

/// What reading one segment from front to back found. Facts only: what they mean is decided by `RecoveryTable`, which sees
/// all segments.
struct SegmentScan {
    let name: String
    /// The first index that the name gives.
    let namedFirst: UInt64
    /// nil where the header itself is damaged.
    var header: SegmentHeader?
    /// One past the last entry of the unbroken chain of blocks (bounded by the segment's successor).
    var nextIndex: UInt64
    /// Byte after the last block of the chain.
    var validEnd: UInt64 = 0
    /// Checksum of that block or, without one, of the header: what a next block would link to.
    var lastCRC: UInt32 = 0
    var size: UInt64 = 0
    /// Byte after the last one that is not zero, where there is damage; else `validEnd`.
    var usedSize: UInt64 = 0
    /// Why the chain ends before the file does; nil where only zeros follow, or nothing.
    var damage: StorageError?
    /// The newest `durable idx` of any intact block or header of this segment, on either side of damage.
    var durableEvidence: UInt64 = 0
    /// Whether the damage is none that a power cut makes: an intact header of another log, an intact block that does not
    /// decode.
    var mustRefuse = false
    /// Whether the chain ends with the block of an orderly close: nothing was on its way then.
    var endsInOrder = false
    /// Whether an intact block stands behind the damage.
    var intactAfterDamage = false
    /// (entry, byte) of blocks at about every `SegmentTable.markSpacing` bytes, for range reads.
    var marks: [SegmentTable.Mark] = []
    var blocks: UInt64 = 0
    var rawBytes: UInt64 = 0
    var storedBytes: UInt64 = 0
    var bytesRead: UInt64 = 0
    var readNanoseconds: UInt64 = 0
    var decompressNanoseconds: UInt64 = 0

    /// Entries of the chain.
    var entries: UInt64 { nextIndex - min(nextIndex, namedFirst) }
}
