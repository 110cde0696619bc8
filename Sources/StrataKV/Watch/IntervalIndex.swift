/// Half-open intervals of keys, and those that hold a given key in O(log n + found): a priority search tree (McCreight,
/// "Priority Search Trees", SIAM J. Comput. 14(2), 1985). Ordered by start like a search tree, and by end like a heap: a
/// subtree whose furthest end is too near is left out whole.
///
/// The search tree's keys are in its leaves, one an interval. An interval stands somewhere between the root and its leaf,
/// below none with a nearer end. Balance comes from rebuilding subtrees that lean (Galperin and Rivest, "Scapegoat Trees",
/// SODA 1993): O(log n) depth, O(log² n) amortised per change.
///
/// An interval is known by a small number, given to it at insertion and to another after its removal: an index for what
/// the owner keeps about it.
package struct IntervalIndex {
    private struct Interval {
        var start: [UInt8]
        /// nil: no end.
        var end: [UInt8]?
        var isLive: Bool
    }
    private struct Node {
        /// Of a leaf: its interval. Of an inner node: the least interval of its right side.
        var start: [UInt8]
        var end: [UInt8]?
        /// The interval that stands here, or -1: then none stands below either.
        var item: Int32 = -1
        /// A leaf's own interval; -1 in an inner node.
        var slot: Int32
        var left: Int32 = -1
        var right: Int32 = -1
        /// Leaves at or below.
        var leaves = 1
    }

    private var intervals: [Interval] = []
    private var freeIntervals: [Int32] = []
    private var nodes: [Node] = []
    private var freeNodes: [Int32] = []
    private var root: Int32 = -1
    /// The most leaves since the tree was last rebuilt from the root.
    private var peak = 0

    package init() {}

    package var count: Int { root < 0 ? 0 : nodes[Int(root)].leaves }

    // MARK: Looking up

    /// Calls `body` with the number of each interval that holds `key`, in no order.
    package func forEach(holding key: [UInt8], _ body: (Int) -> Void) {
        if root >= 0 { visit(root, key, body) }
    }

    private func visit(_ node: Int32, _ key: [UInt8], _ body: (Int) -> Void) {
        let n = Int(node)
        let item = Int(nodes[n].item)
        guard item >= 0 else { return }
        if let end = intervals[item].end, !ByteOrder.precedes(key, end) { return }
        if !ByteOrder.precedes(key, intervals[item].start) { body(item) }
        guard nodes[n].slot < 0 else { return }
        visit(nodes[n].left, key, body)
        if !ByteOrder.precedes(key, nodes[n].start) { visit(nodes[n].right, key, body) }
    }

    /// The number of exactly this interval.
    package func number(start: [UInt8], end: [UInt8]?) -> Int? {
        let leaf = self.leaf(start, end)
        guard leaf >= 0, compare(leaf, start, end) == 0 else { return nil }
        return Int(nodes[Int(leaf)].slot)
    }

    /// The leaf where this interval is or would be; -1 in an empty tree.
    private func leaf(_ start: [UInt8], _ end: [UInt8]?) -> Int32 {
        var node = root
        while node >= 0, nodes[Int(node)].slot < 0 { node = side(of: node, start, end) }
        return node
    }

    private func side(of node: Int32, _ start: [UInt8], _ end: [UInt8]?) -> Int32 {
        compare(node, start, end) < 0 ? nodes[Int(node)].left : nodes[Int(node)].right
    }

    /// Negative where the interval comes before the node's own.
    private func compare(_ node: Int32, _ start: [UInt8], _ end: [UInt8]?) -> Int {
        let order = ByteOrder.compare(start, nodes[Int(node)].start)
        return order != 0 ? order : Self.compareEnds(end, nodes[Int(node)].end)
    }

    private static func compareEnds(_ a: [UInt8]?, _ b: [UInt8]?) -> Int {
        switch (a, b) {
        case (nil, nil): 0
        case (nil, _): 1
        case (_, nil): -1
        case (let a?, let b?): ByteOrder.compare(a, b)
        }
    }

    // MARK: Changing

    /// The interval must not be there yet, and must not be empty.
    ///
    /// - Returns: its number: the count of those so far, or that of a removed one.
    package mutating func insert(start: [UInt8], end: [UInt8]?) -> Int {
        let interval = Interval(start: start, end: end, isLive: true)
        let slot: Int32
        if let free = freeIntervals.popLast() {
            slot = free
            intervals[Int(slot)] = interval
        } else {
            slot = Int32(intervals.count)
            intervals.append(interval)
        }
        let new = makeNode(Node(start: start, end: end, slot: slot))
        guard root >= 0 else {
            root = new
            nodes[Int(new)].item = slot
            peak = 1
            return Int(slot)
        }
        addLeaf(new)
        push(slot, from: root)
        peak = max(peak, count)
        rebuildLeaning(start, end)
        return Int(slot)
    }

    private mutating func addLeaf(_ new: Int32) {
        let (start, end) = (nodes[Int(new)].start, nodes[Int(new)].end)
        var (parent, node) = (Int32(-1), root)
        while nodes[Int(node)].slot < 0 {
            nodes[Int(node)].leaves += 1
            (parent, node) = (node, side(of: node, start, end))
        }
        let order = compare(node, start, end)
        precondition(order != 0, "an interval is inserted once")
        let (left, right) = order < 0 ? (new, node) : (node, new)
        var inner = Node(start: nodes[Int(right)].start, end: nodes[Int(right)].end, slot: -1)
        inner.left = left
        inner.right = right
        inner.leaves = 2
        inner.item = nodes[Int(node)].item
        nodes[Int(node)].item = -1
        replace(node, below: parent, with: makeNode(inner))
    }

    /// Takes the interval out and returns the number it had; nil where it is not there.
    package mutating func remove(start: [UInt8], end: [UInt8]?) -> Int? {
        let leaf = self.leaf(start, end)
        guard leaf >= 0, compare(leaf, start, end) == 0 else { return nil }
        let slot = nodes[Int(leaf)].slot
        var (grandparent, parent, node) = (Int32(-1), Int32(-1), root)
        while node != leaf {
            nodes[Int(node)].leaves -= 1
            if nodes[Int(node)].item == slot { pull(into: node) }
            (grandparent, parent, node) = (parent, node, side(of: node, start, end))
        }
        if parent < 0 {
            root = -1
        } else {
            let sibling = nodes[Int(parent)].left == leaf ? nodes[Int(parent)].right : nodes[Int(parent)].left
            let orphan = nodes[Int(parent)].item
            replace(parent, below: grandparent, with: sibling)
            if orphan >= 0 { push(orphan, from: sibling) }
            freeNodes.append(parent)
        }
        freeNodes.append(leaf)
        intervals[Int(slot)].isLive = false
        freeIntervals.append(slot)
        if count * 2 < peak { rebuildAll() }
        return Int(slot)
    }

    /// Puts an interval of this subtree where its end belongs, and moves those with nearer ends down.
    private mutating func push(_ slot: Int32, from top: Int32) {
        var (carried, node) = (slot, top)
        while true {
            let standing = nodes[Int(node)].item
            if standing < 0 {
                nodes[Int(node)].item = carried
                return
            }
            if Self.compareEnds(intervals[Int(carried)].end, intervals[Int(standing)].end) > 0 {
                nodes[Int(node)].item = carried
                carried = standing
            }
            precondition(nodes[Int(node)].slot < 0, "a leaf holds its own interval only")
            node = side(of: node, intervals[Int(carried)].start, intervals[Int(carried)].end)
        }
    }

    /// Fills a place from below with the furthest ends, one level after the other.
    private mutating func pull(into top: Int32) {
        var node = top
        while nodes[Int(node)].slot < 0 {
            let (left, right) = (nodes[Int(node)].left, nodes[Int(node)].right)
            let (a, b) = (nodes[Int(left)].item, nodes[Int(right)].item)
            let fromLeft = b < 0 || a >= 0 && Self.compareEnds(intervals[Int(a)].end, intervals[Int(b)].end) >= 0
            nodes[Int(node)].item = fromLeft ? a : b
            if nodes[Int(node)].item < 0 { return }
            node = fromLeft ? left : right
        }
        nodes[Int(node)].item = -1
    }

    private mutating func makeNode(_ node: Node) -> Int32 {
        if let free = freeNodes.popLast() {
            nodes[Int(free)] = node
            return free
        }
        nodes.append(node)
        return Int32(nodes.count - 1)
    }

    private mutating func replace(_ old: Int32, below parent: Int32, with new: Int32) {
        if parent < 0 {
            root = new
        } else if nodes[Int(parent)].left == old {
            nodes[Int(parent)].left = new
        } else {
            nodes[Int(parent)].right = new
        }
    }
}

// MARK: - Balance

extension IntervalIndex {
    /// Rebuilds the highest subtree on the way to a new leaf of which one side holds more than 7/10 of the leaves.
    private mutating func rebuildLeaning(_ start: [UInt8], _ end: [UInt8]?) {
        var (parent, node) = (Int32(-1), root)
        while nodes[Int(node)].slot < 0 {
            let heavier = max(leaves(nodes[Int(node)].left), leaves(nodes[Int(node)].right))
            // Three leaves always lean; eight can be split well.
            if nodes[Int(node)].leaves >= 8, heavier * 10 > nodes[Int(node)].leaves * 7 {
                replace(node, below: parent, with: rebuilt(node))
                return
            }
            (parent, node) = (node, side(of: node, start, end))
        }
    }

    private func leaves(_ node: Int32) -> Int { nodes[Int(node)].leaves }

    private mutating func rebuildAll() {
        if root >= 0 { root = rebuilt(root) }
        peak = count
    }

    private mutating func rebuilt(_ top: Int32) -> Int32 {
        var leaves: [Int32] = []
        var items: [Int32] = []
        collect(top, &leaves, &items)
        let new = build(leaves[...])
        for item in items { push(item, from: new) }
        return new
    }

    /// The leaves in order, and the intervals that stand at or above them; inner nodes are freed.
    private mutating func collect(_ node: Int32, _ leaves: inout [Int32], _ items: inout [Int32]) {
        let item = nodes[Int(node)].item
        if item >= 0 { items.append(item) }
        nodes[Int(node)].item = -1
        if nodes[Int(node)].slot >= 0 {
            leaves.append(node)
        } else {
            collect(nodes[Int(node)].left, &leaves, &items)
            collect(nodes[Int(node)].right, &leaves, &items)
            freeNodes.append(node)
        }
    }

    private mutating func build(_ leaves: ArraySlice<Int32>) -> Int32 {
        if leaves.count == 1 { return leaves[leaves.startIndex] }
        let middle = leaves.startIndex + leaves.count / 2
        let first = Int(leaves[middle])
        var inner = Node(start: nodes[first].start, end: nodes[first].end, slot: -1)
        inner.leaves = leaves.count
        inner.left = build(leaves[..<middle])
        inner.right = build(leaves[middle...])
        return makeNode(inner)
    }

    /// Walks everything and reports the first broken rule, or nil; and the depth.
    package func inspect() -> (problem: String?, depth: Int) {
        guard root >= 0 else { return (nil, 0) }
        var standing: Set<Int32> = []
        var depth = 0
        func walk(_ node: Int32, _ level: Int, _ limit: Int32) -> String? {
            depth = max(depth, level)
            let n = nodes[Int(node)]
            if n.item >= 0 {
                guard standing.insert(n.item).inserted else { return "interval \(n.item) stands twice" }
                let interval = intervals[Int(n.item)]
                guard interval.isLive else { return "interval \(n.item) is removed" }
                if limit == -1 { return "interval \(n.item) stands below an empty place" }
                if limit >= 0, Self.compareEnds(interval.end, intervals[Int(limit)].end) > 0 {
                    return "interval \(n.item) stands below one that ends before it"
                }
                var way = node
                while nodes[Int(way)].slot < 0 { way = side(of: way, interval.start, interval.end) }
                if nodes[Int(way)].slot != n.item { return "interval \(n.item) is off its way" }
            }
            if n.slot >= 0 { return n.leaves == 1 ? nil : "leaf \(node) counts \(n.leaves)" }
            if n.leaves != leaves(n.left) + leaves(n.right) { return "node \(node) counts \(n.leaves)" }
            return walk(n.left, level + 1, n.item) ?? walk(n.right, level + 1, n.item)
        }
        let problem = walk(root, 1, -2)
        return (problem ?? (standing.count == count ? nil : "\(count - standing.count) intervals stand nowhere"), depth)
    }
}
