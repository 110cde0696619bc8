import StrataDisk

/// The last two pages of one level of a tree that is being built. The last but one is held until it is sure not to be the last
/// but one, so that a last branch with a single child can take another one from it.
struct BuilderLevel {
    private let pageBytes: Int
    private let level: Int
    private(set) var current: Node
    private(set) var held: Node
    /// Least keys of both as the level above sees them; empty in the first page of a level.
    private(set) var separator = IOBuffer(capacity: 4096)
    private(set) var heldSeparator = IOBuffer(capacity: 4096)
    private(set) var hasHeld = false
    private let memory: IOBuffer

    /// Entries that a page gets whatever the fill factor, so that a branch can spare one.
    private static let least = 3

    init(_ level: Int, pageBytes: Int) {
        self.level = level
        self.pageBytes = pageBytes
        memory = IOBuffer(capacity: 2 * pageBytes)
        memory.append(zeros: 2 * pageBytes)
        current = Node(memory.base)
        held = Node(memory.base + pageBytes)
        begin()
    }

    private func begin() {
        current.base.initializeMemory(as: UInt8.self, repeating: 0, count: pageBytes)
        current.format(level == 0 ? .leaf : .branch, level: level, page: 0, commit: 0, pageBytes: pageBytes)
    }

    func hasRoom(_ size: Int, target: Int) -> Bool {
        let needed = current.usedRoom + size + PageFormat.slotSize
        if needed > PageFormat.room(pageBytes: pageBytes) { return false }
        return needed <= target || current.count < Self.least
    }

    /// The current page is held and a new one begun, whose keys are not less than `key`.
    mutating func turn(_ key: Bytes) {
        swap(&current, &held)
        swap(&separator, &heldSeparator)
        hasHeld = true
        begin()
        separator.removeAll()
        separator.append(key.buffer.bytes)
    }

    /// Room for an entry of `size` bytes behind the others, to be filled.
    func room(_ size: Int) -> UnsafeMutableRawPointer {
        let offset = current.heapStart - size
        let count = current.count
        current.setSlot(count, head: 0, offset: offset)
        current.setField(PageFormat.Field.count, UInt16(count + 1))
        current.setField(PageFormat.Field.heapStart, UInt32(offset))
        current.setField(PageFormat.Field.liveHeap, UInt32(current.liveHeap + size))
        return current.base + offset
    }

    /// The first one's key is left out: it is the page's separator.
    func append(child: UInt32, _ key: Bytes) {
        let length = current.count == 0 ? 0 : key.count
        let entry = room(PageFormat.branchEntryHeader + length)
        entry.storeBytes(of: child.littleEndian, as: UInt32.self)
        entry.storeBytes(of: UInt16(length).littleEndian, toByteOffset: 4, as: UInt16.self)
        (entry + PageFormat.branchEntryHeader).copyMemory(from: key.start, byteCount: length)
    }

    /// Gives a last branch with a single child the last one of the page before it.
    mutating func evenOut() {
        guard current.count == 1 else { return }
        let child = current.child(0)
        let childSeparator = IOBuffer(capacity: separator.count)
        separator.withBytes { childSeparator.append($0) }
        let last = held.count - 1
        let moved = held.child(last)
        separator.removeAll()
        separator.append(held.branchKey(last).buffer.bytes)
        held.remove(at: last)
        begin()
        append(child: moved, Bytes(separator.base, separator.count))
        append(child: child, Bytes(childSeparator.base, childSeparator.count))
    }
}
