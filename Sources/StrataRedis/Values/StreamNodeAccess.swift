import StrataRESP

/// A stream's nodes and the memory that they take, kept together.
package struct StreamNodeAccess {
    var list = StreamNodeList()
    var listpackBytes = 0

    package var count: Int { list.count }
    /// Id and listpack of a node, for a dump; lent until the next change.
    package func node(_ index: Int) -> (id: StreamID, bytes: Bytes) { (list[index].id, list[index].listpack.bytes) }
    /// Entries and tombstones of a node.
    package func counts(_ index: Int) -> (live: Int, deleted: Int) { (list[index].liveCount, list[index].deletedCount) }

    mutating func append(_ node: StreamNode) {
        listpackBytes += node.listpack.memoryBytes
        list.append(node)
    }

    mutating func change(_ node: StreamNode, _ body: () -> Void) {
        listpackBytes -= node.listpack.memoryBytes
        body()
        listpackBytes += node.listpack.memoryBytes
    }

    mutating func remove(at index: Int) {
        listpackBytes -= list[index].listpack.memoryBytes
        list.remove(at: index)
    }
}
