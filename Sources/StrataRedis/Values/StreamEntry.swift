import StrataRESP

/// An entry where it lies. Valid until the next change of its stream.
package struct StreamEntry {
    package let id: StreamID
    package let fieldCount: Int
    let node: StreamNode
    /// Of the flags.
    let position: Int
    let flags: Int64
    /// Of the first field, or the first value where the fields are the master entry's.
    private let contents: Int
    /// Of the next entry's flags, or the listpack's end.
    let end: Int

    var isDeleted: Bool { flags & StreamNode.deleted != 0 }

    init(_ node: StreamNode, at position: Int, masterFieldCount: Int) {
        self.node = node
        self.position = position
        flags = node.integer(position)
        let milliseconds = node.after(position)
        let sequence = node.after(milliseconds)
        id = StreamID(
            node.id.milliseconds &+ UInt64(bitPattern: node.integer(milliseconds)),
            node.id.sequence &+ UInt64(bitPattern: node.integer(sequence)))
        let behind = node.after(sequence)
        if flags & StreamNode.sameFields != 0 {
            fieldCount = masterFieldCount
            contents = behind
            end = node.after(behind, masterFieldCount + 1)
        } else {
            fieldCount = Int(node.integer(behind))
            contents = node.after(behind)
            end = node.after(contents, 2 * fieldCount + 1)
        }
    }

    @inline(__always)
    package func forEachField(_ body: (_ field: PackedValue, _ value: PackedValue) -> Void) {
        let isSame = flags & StreamNode.sameFields != 0
        var name = isSame ? node.masterFields : contents
        var value = isSame ? contents : node.after(contents)
        for index in 0..<fieldCount {
            body(node.listpack[name], node.listpack[value])
            if index + 1 == fieldCount { return }
            name = isSame ? node.after(name) : node.after(value)
            value = isSame ? node.after(value) : node.after(name)
        }
    }
}
