import StrataRESP

/// Bytes of a connection that came and are not executed yet: an unfinished request, or what a blocked client sent.
/// Without memory while there are none.
struct ReceiveBuffer: ~Copyable {
    private var base: UnsafeMutableRawPointer?
    private var capacity = 0
    private var start = 0
    private var end = 0

    deinit { base?.deallocate() }

    var count: Int { end - start }
    var isEmpty: Bool { start == end }
    var memory: Int { capacity }

    /// The unread bytes: until the next change.
    var bytes: Bytes {
        guard let base else { return Bytes(UnsafeRawBufferPointer(start: nil, count: 0)) }
        return Bytes(base + start, count)
    }

    mutating func append(_ more: UnsafeRawBufferPointer) {
        guard let from = more.baseAddress, more.count > 0 else { return }
        if capacity - end < more.count { makeRoom(more.count) }
        guard let base else { preconditionFailure("no room was made") }
        (base + end).copyMemory(from: from, byteCount: more.count)
        end += more.count
    }

    mutating func removeFirst(_ size: Int) {
        precondition(size <= count, "more read than there was")
        start += size
        if start == end { removeAll() }
    }

    /// Memory of large requests is given back, that of small ones used again.
    mutating func removeAll() {
        start = 0
        end = 0
        if capacity > Self.keptCapacity {
            base?.deallocate()
            base = nil
            capacity = 0
        }
    }

    private static let keptCapacity = 64 << 10

    private mutating func makeRoom(_ size: Int) {
        let count = count
        // Moving pays where it frees half of the memory; otherwise it would be done again soon.
        if let base, capacity - count >= max(size, capacity / 2) {
            base.copyMemory(from: base + start, byteCount: count)
        } else {
            capacity = max(2 * capacity, count + size, 1_024)
            let larger = UnsafeMutableRawPointer.allocate(byteCount: capacity, alignment: 16)
            if let base {
                larger.copyMemory(from: base + start, byteCount: count)
                base.deallocate()
            }
            base = larger
        }
        start = 0
        end = count
    }
}
