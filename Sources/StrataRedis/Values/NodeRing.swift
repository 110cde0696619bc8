import Glibc

/// The listpacks of a list, in order, in a ring of 16 bytes each: a neighbour is found without following a pointer, and
/// both ends grow without moving the rest.
struct NodeRing: ~Copyable {
    private var slots: UnsafeMutablePointer<Listpack>
    /// A power of two.
    private var capacity: Int
    private var head = 0
    private(set) var count = 0

    init() {
        capacity = 1
        slots = .allocate(capacity: 1)
    }

    deinit {
        for index in 0..<count { (slots + (head &+ index) & (capacity &- 1)).deinitialize(count: 1) }
        slots.deallocate()
    }

    var memoryBytes: Int { HeapCost.of(16 * capacity) }

    /// Where node `index` is, until a node is inserted or removed.
    @inline(__always)
    subscript(index: Int) -> UnsafeMutablePointer<Listpack> {
        precondition(index >= 0 && index < count, "a node that is not there")
        return slots + (head &+ index) & (capacity &- 1)
    }

    /// Puts a node before node `index`, or behind the last.
    mutating func insert(_ pack: consuming Listpack, at index: Int) {
        if count == capacity { resize(2 * capacity) }
        count += 1
        if index < count / 2 {
            head = (head &- 1) & (capacity &- 1)
            for at in 0..<index { self[at].moveInitialize(from: self[at + 1], count: 1) }
        } else {
            for at in stride(from: count - 1, to: index, by: -1) {
                self[at].moveInitialize(from: self[at - 1], count: 1)
            }
        }
        self[index].initialize(to: pack)
    }

    mutating func remove(at index: Int) { remove(index..<index + 1) }

    mutating func remove(_ range: Range<Int>) {
        for index in range { self[index].deinitialize(count: 1) }
        if range.lowerBound < count - range.upperBound {
            for at in stride(from: range.lowerBound - 1, through: 0, by: -1) {
                self[at + range.count].moveInitialize(from: self[at], count: 1)
            }
            head = (head &+ range.count) & (capacity &- 1)
        } else {
            for at in range.upperBound..<count {
                self[at - range.count].moveInitialize(from: self[at], count: 1)
            }
        }
        count -= range.count
        if capacity > 16, count < capacity / 4 { resize(capacity / 2) }
    }

    private mutating func resize(_ new: Int) {
        let larger = UnsafeMutablePointer<Listpack>.allocate(capacity: new)
        for index in 0..<count { (larger + index).moveInitialize(from: self[index], count: 1) }
        slots.deallocate()
        slots = larger
        capacity = new
        head = 0
    }
}
