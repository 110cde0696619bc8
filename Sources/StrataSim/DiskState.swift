import Glibc
import StrataDisk

/// Everything that a `SimulatedDisk` guards: what is stored, what the running system sees, and what is to go wrong.
struct DiskState: Sendable {
    var stored: StoredImage
    /// Bytes as the running system sees them, by inode.
    var live: [FileContent]
    var liveNames: [String: Int]
    /// Open handles, by inode; inodes past the end have none.
    var handles: [Int32] = []
    var trace: DiskTrace
    var records: Bool
    var points = 0
    var powerOffPoint = Int.max
    var isOff = false
    var faults = DiskFaults()
    /// Bytes of room, in whole blocks of 4 KiB; nil is endless.
    var capacity: Int?
    /// Blocks that fallocate reserved, by inode.
    var reserved: [Int: [Range<Int>]] = [:]
    var device: DeviceModel?
    var clock: SimulatedClock?
    var locks: LockTable?

    /// A disk after a reboot: nothing is pending.
    init(stored: StoredImage, records: Bool) {
        self.stored = stored
        live = stored.files
        liveNames = stored.names
        trace = DiskTrace(start: stored)
        self.records = records
    }

    /// One I/O point. Where the power goes off at this one, its change is under way and its call does not return.
    mutating func perform(
        _ change: PendingChange.Kind?, _ completion: DiskTrace.Completion, at path: @autoclosure () -> String
    ) throws(StorageError) {
        if isOff { throw .powerLost(path()) }
        let point = points
        points += 1
        isOff = point >= powerOffPoint
        if let change { stored.begin(change, point: point) }
        if records { trace.append(DiskTrace.Step(change: change, completion: isOff ? .none : completion)) }
        if isOff { throw .powerLost(path()) }
        stored.complete(completion, changes: change != nil)
    }

    mutating func spend(_ nanoseconds: (DeviceModel) -> Double) {
        guard let device, let clock else { return }
        clock.advance(by: UInt64(nanoseconds(device)))
    }

    /// Bytes of `file` that a sync would have to bring to the device; 0 where nobody counts the time.
    func dirtyBytesIfTimed(of file: Int) -> Int {
        guard device != nil else { return 0 }
        return stored.pending.reduce(0) { sum, change in
            guard change.fate == .pending, case .write(let other, _, let bytes, _) = change.kind, other == file
            else { return sum }
            return sum + bytes.count
        }
    }
}

/// Inodes and names.
extension DiskState {
    mutating func open(_ file: Int) {
        while handles.count <= file { handles.append(0) }
        handles[file] += 1
    }

    mutating func close(_ file: Int) {
        handles[file] -= 1
        reclaim(file)
    }

    /// The room of a file without name and handle is free.
    mutating func reclaim(_ file: Int) {
        let isOpen = file < handles.count && handles[file] > 0
        guard !isOpen && !liveNames.values.contains(file) else { return }
        live[file] = FileContent()
        reserved[file] = nil
    }
}

/// Room.
extension DiskState {
    private func isBacked(_ block: Int, of file: Int) -> Bool {
        live[file].hasPage(block) || (reserved[file]?.contains { $0.contains(block) } ?? false)
    }

    /// Blocks in use, by data or reservation.
    var usedBlocks: Int {
        live.indices.reduce(0) { sum, file in
            let blocks = (live[file].size + FileContent.pageSize - 1) / FileContent.pageSize
            return sum + (0..<blocks).count { isBacked($0, of: file) }
        }
    }

    /// How many of the `count` bytes from `offset` of `file` there is room for.
    func room(for count: Int, at offset: Int, of file: Int) -> Int {
        guard let capacity, count > 0 else { return count }
        var free = capacity / FileContent.pageSize - usedBlocks
        for block in offset / FileContent.pageSize...(offset + count - 1) / FileContent.pageSize
        where !isBacked(block, of: file) {
            free -= 1
            if free < 0 { return max(0, block * FileContent.pageSize - offset) }
        }
        return count
    }

    /// Reserves the blocks of `bytes` of `file`.
    mutating func reserve(_ bytes: Range<Int>, of file: Int) {
        let end = (bytes.upperBound + FileContent.pageSize - 1) / FileContent.pageSize
        reserved[file, default: []].append(bytes.lowerBound / FileContent.pageSize..<end)
    }

    /// Drops the reservations of `file` at and after `size` bytes.
    mutating func cutReservations(of file: Int, to size: Int) {
        let blocks = (size + FileContent.pageSize - 1) / FileContent.pageSize
        reserved[file] = reserved[file]?.compactMap { range in
            let kept = range.clamped(to: 0..<max(blocks, range.lowerBound))
            return kept.isEmpty ? nil : kept
        }
    }
}

extension StorageError {
    static func powerLost(_ file: String) -> StorageError { .init(kind: .powerLost, file: file) }
}
