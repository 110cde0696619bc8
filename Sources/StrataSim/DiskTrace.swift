/// What a simulated disk was asked to do, in order: the base of `CrashStates`. A value; payloads are shared.
package struct DiskTrace: Sendable {
    /// How a call ended, for durability.
    enum Completion: Sendable {
        /// Nothing became durable or lost; a change that it made waits for a sync.
        case none
        /// The call's own bytes are durable.
        case writtenThrough
        /// The call's own bytes may or may not be stored, for ever.
        case writeThroughFailed
        case synced(file: Int)
        case syncFailed(file: Int)
        case directorySynced
        case directorySyncFailed
    }

    /// One I/O point.
    struct Step: Sendable {
        var change: PendingChange.Kind?
        var completion: Completion
    }

    enum Entry: Sendable {
        case step(Step)
        case mark
        case flip(mask: UInt8, file: Int, offset: Int)
        case evict
    }

    /// What the disk held when the trace began.
    let start: StoredImage
    private(set) var entries: [Entry] = []
    /// I/O points so far.
    package private(set) var pointCount = 0
    /// The values of `SimulatedDisk.mark`, in order.
    package private(set) var marks: [UInt64] = []

    init(start: StoredImage) { self.start = start }

    mutating func append(_ step: Step) {
        entries.append(.step(step))
        pointCount += 1
    }

    mutating func append(mark value: UInt64) {
        entries.append(.mark)
        marks.append(value)
    }

    mutating func appendFlip(_ mask: UInt8, file: Int, at offset: Int) {
        entries.append(.flip(mask: mask, file: file, offset: offset))
    }

    mutating func appendEviction() { entries.append(.evict) }
}
