import StrataRESP

package enum ListEnd: Sendable {
    case head, tail

    package var opposite: ListEnd { self == .head ? .tail : .head }
}

/// A list: listpacks of bounded size in a row. Both ends are at hand; what is between is found by passing over whole
/// nodes from the nearer end. An element larger than a node's bound has a node of its own.
package final class ListValue: CollectionValue {
    // Unchecked: one thread, and none of the methods calls out while it changes these.
    @exclusivity(unchecked) var nodes = NodeRing()
    @exclusivity(unchecked) private(set) var elements = 0
    /// Heap of the nodes' listpacks.
    @exclusivity(unchecked) private var packBytes = 0

    package override init() {}

    package override var type: ValueType { .list }
    package override var encoding: ValueEncoding { .quicklist }
    package override var count: Int { elements }
    package override var memoryBytes: Int { HeapCost.of(72) + nodes.memoryBytes + packBytes }

    package override func copy() -> CollectionValue {
        let copy = ListValue()
        for index in 0..<nodes.count { copy.insertNode(nodes[index].pointee.copy(), at: index) }
        return copy
    }

    // MARK: RDB

    /// Takes over a listpack from outside as the last node. Empty ones are passed over.
    package func appendNode(_ pack: consuming Listpack) {
        if pack.count > 0 { insertNode(pack, at: nodes.count) }
    }

    package var nodeCount: Int { nodes.count }

    /// Calls `body` with each node, a listpack as RDB files hold it.
    package func forEachNode<E: Error>(_ body: (Bytes) throws(E) -> Void) throws(E) {
        for index in 0..<nodes.count { try body(nodes[index].pointee.bytes) }
    }

    // MARK: Ends

    /// - Parameter element: not lent by this list.
    package func push(_ element: Bytes, at end: ListEnd, limits: EncodingLimits) {
        let size = Listpack.entrySize(of: element)
        let index = end == .head ? 0 : nodes.count - 1
        if nodes.count > 0, fits(size, in: index, limits) {
            change(index) { end == .head ? $0.prepend(element) : $0.append(element) }
            elements += 1
            return
        }
        if nodes.count > 0 {
            // It is not an end any more, and grows no longer.
            change(index) { $0.shrinkToFit() }
        }
        insertNode(Self.pack(element, size), at: end == .head ? 0 : nodes.count)
    }

    /// The element at an end, lent until the next change; nil: the list is empty.
    package func peek(_ end: ListEnd) -> PackedValue? {
        if elements == 0 { return nil }
        let node = nodes[end == .head ? 0 : nodes.count - 1]
        guard let at = end == .head ? node.pointee.first : node.pointee.last else {
            preconditionFailure("an empty node")
        }
        return node.pointee[at]
    }

    /// Removes the element at an end, which exists.
    package func drop(_ end: ListEnd) {
        let index = end == .head ? 0 : nodes.count - 1
        change(index) { pack in
            guard let at = end == .head ? pack.first : pack.last else { preconditionFailure("an empty node") }
            pack.remove(at: at)
        }
        elements -= 1
        removeIfEmpty(index)
    }

    // MARK: Nodes

    /// Where element `index` is. It exists.
    func locate(_ index: Int) -> (node: Int, offset: Int) {
        if index <= elements / 2 {
            var rest = index
            var node = 0
            while true {
                let count = nodes[node].pointee.count
                if rest < count { return (node, rest) }
                rest -= count
                node += 1
            }
        }
        var rest = elements - index
        var node = nodes.count - 1
        while true {
            let count = nodes[node].pointee.count
            if rest <= count { return (node, count - rest) }
            rest -= count
            node -= 1
        }
    }

    /// Whether node `index` may grow by `size` bytes: `list-max-listpack-size`.
    func fits(_ size: Int, in index: Int, _ limits: EncodingLimits) -> Bool {
        let node = nodes[index]
        return Self.mayHold(node.pointee.count + 1, node.pointee.byteCount + size, limits)
    }

    static func mayHold(_ count: Int, _ bytes: Int, _ limits: EncodingLimits) -> Bool {
        let fill = limits.listMaxListpackSize
        // A bound on the count is one on the size too: 8 KiB, so that an insertion never moves megabytes.
        if fill >= 0 { return count <= max(fill, 1) && bytes <= 8192 }
        return bytes <= 4096 << (min(-fill, 5) - 1)
    }

    /// Changes node `index`, whose elements the caller counts.
    @inline(__always)
    func change<R: ~Copyable>(_ index: Int, _ body: (inout Listpack) -> R) -> R {
        let node = nodes[index]
        packBytes -= node.pointee.memoryBytes
        let result = body(&node.pointee)
        packBytes += node.pointee.memoryBytes
        return result
    }

    /// Adds a node with its elements.
    func insertNode(_ pack: consuming Listpack, at index: Int) {
        elements += pack.count
        packBytes += pack.memoryBytes
        nodes.insert(pack, at: index)
    }

    /// Removes whole nodes with their elements.
    func removeNodes(_ range: Range<Int>) {
        for index in range {
            elements -= nodes[index].pointee.count
            packBytes -= nodes[index].pointee.memoryBytes
        }
        nodes.remove(range)
    }

    @discardableResult
    func removeIfEmpty(_ index: Int) -> Bool {
        guard nodes[index].pointee.isEmpty else { return false }
        removeNodes(index..<index + 1)
        return true
    }

    func countElements(_ added: Int) { elements += added }

    static func pack(_ element: Bytes, _ size: Int) -> Listpack {
        var pack = Listpack(capacity: ListpackFormat.emptySize + size)
        pack.append(element)
        return pack
    }
}
