/// A stream's nodes by their ids, ascending: an array whose first ones go without a move of the others.
struct StreamNodeList {
    private var slots: ContiguousArray<StreamNode?> = []
    private var head = 0

    var count: Int { slots.count - head }
    var isEmpty: Bool { count == 0 }

    subscript(index: Int) -> StreamNode {
        guard let node = slots[head + index] else { preconditionFailure("a stream's node was removed already") }
        return node
    }

    mutating func append(_ node: StreamNode) { slots.append(node) }

    mutating func removeFirst() {
        slots[head] = nil
        head += 1
        if head > 32, head > slots.count / 2 {
            slots.removeFirst(head)
            head = 0
        }
    }

    mutating func remove(at index: Int) {
        if index == 0 { removeFirst() } else { slots.remove(at: head + index) }
    }

    /// The last node whose id is not above `id`.
    func index(atOrBefore id: StreamID) -> Int? {
        var low = 0
        var high = count
        while low < high {
            let middle = (low + high) / 2
            if self[middle].id <= id { low = middle + 1 } else { high = middle }
        }
        return low == 0 ? nil : low - 1
    }
}
