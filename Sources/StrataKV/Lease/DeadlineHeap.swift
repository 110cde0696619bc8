/// The earliest deadline first; of equal ones the smaller id, so that the order is the same everywhere. A binary heap.
struct DeadlineHeap {
    typealias Entry = (deadline: UInt64, id: Int64)
    private var entries: [Entry] = []

    init() {}

    /// In any order.
    init(_ entries: [Entry]) {
        // Sorted is a heap.
        self.entries = entries.sorted(by: Self.precedes)
    }

    var count: Int { entries.count }
    var first: Entry? { entries.first }

    private static func precedes(_ a: Entry, _ b: Entry) -> Bool {
        (a.deadline, a.id) < (b.deadline, b.id)
    }

    mutating func push(_ deadline: UInt64, _ id: Int64) {
        entries.append((deadline, id))
        var child = entries.count - 1
        while child > 0 {
            let parent = (child - 1) / 2
            guard Self.precedes(entries[child], entries[parent]) else { return }
            entries.swapAt(child, parent)
            child = parent
        }
    }

    mutating func removeFirst() {
        entries.swapAt(0, entries.count - 1)
        entries.removeLast()
        var parent = 0
        while 2 * parent + 1 < entries.count {
            var child = 2 * parent + 1
            if child + 1 < entries.count, Self.precedes(entries[child + 1], entries[child]) { child += 1 }
            guard Self.precedes(entries[child], entries[parent]) else { return }
            entries.swapAt(child, parent)
            parent = child
        }
    }
}
