import StrataRESP

// One node of a stream: a listpack, in the very form of Redis (5.0 and later), named by the id of its first entry
// when it was made.
//
//  master entry   count | deleted | number of fields | field ... | 0
//  entry          flags | ms less the node's | sequence less the node's | [number of fields] [field] value ... |
//                 elements before this one
// 1. Count is of live entries; deleted ones stay in their place.
// 2. Flags: 1 deleted, 2 the fields are the master entry's, then their number and names are left out.
// 3. The last element lets a reader walk backwards; the master entry's 0 stops it.

/// Entries whose ids follow each other, packed.
final class StreamNode {
    static let deleted: Int64 = 1
    static let sameFields: Int64 = 2

    let id: StreamID
    var listpack: Listpack

    init(id: StreamID, listpack: consuming Listpack) {
        self.id = id
        self.listpack = listpack
    }

    /// A node with its master entry and no other.
    init(id: StreamID, fields: Int, field: (Int) -> Bytes) {
        self.id = id
        listpack = Listpack(capacity: 256)
        listpack.append(0)
        listpack.append(0)
        listpack.append(Int64(fields))
        for index in 0..<fields { listpack.append(field(index)) }
        listpack.append(0)
    }

    func copy() -> StreamNode { StreamNode(id: id, listpack: listpack.copy()) }

    @inline(__always)
    func integer(_ position: Int) -> Int64 {
        guard case .integer(let value) = listpack[position] else { preconditionFailure("a stream's node is damaged") }
        return value
    }

    @inline(__always)
    func after(_ position: Int, _ steps: Int = 1) -> Int {
        var at = position
        for _ in 0..<steps { at += listpack.wholeSize(at: at) }
        return at
    }

    private var head: Int { ListpackFormat.headerSize }
    var liveCount: Int { Int(integer(head)) }
    var deletedCount: Int { Int(integer(after(head))) }
    var masterFieldCount: Int { Int(integer(after(head, 2))) }
    /// Of the first field's name.
    var masterFields: Int { after(head, 3) }
    /// Of the first entry's flags, or the listpack's end.
    var firstEntry: Int { after(masterFields, masterFieldCount + 1) }

    /// Replaces an integer by one; what stands behind it may move.
    private func set(_ position: Int, _ value: Int64) { listpack.replace(at: position, with: value) }

    func setCounts(live: Int, deleted: Int) {
        set(head, Int64(live))
        set(after(head), Int64(deleted))
    }

    /// Marks one as deleted. Flags take one byte before and after, so nothing moves.
    func markDeleted(_ entry: StreamEntry) { set(entry.position, entry.flags | Self.deleted) }

    /// Whether a listpack from outside is a node, and how many live entries it has.
    static func liveCount(ofValid listpack: borrowing Listpack) -> Int? {
        guard let head = listpack.first else { return nil }
        var at: Int? = head
        func next() -> Int64? {
            guard let position = at, case .integer(let value) = listpack[position] else { return nil }
            at = listpack.next(after: position)
            return value
        }
        func skip(_ elements: Int64) -> Bool {
            for _ in 0..<elements {
                guard let position = at else { return false }
                at = listpack.next(after: position)
            }
            return true
        }
        let limit = Int64(listpack.count)
        guard let live = next(), live >= 0, live <= limit, let deleted = next(), deleted >= 0, deleted <= limit else {
            return nil
        }
        guard let masters = next(), masters >= 0, masters <= limit, skip(masters), next() == 0 else { return nil }
        var rest = live + deleted
        var dead: Int64 = 0
        while rest > 0 {
            guard let flags = next(), flags >= 0, flags <= 3, next() != nil, next() != nil else { return nil }
            if flags & Self.deleted != 0 { dead += 1 }
            var elements: Int64 = 3
            if flags & Self.sameFields != 0 {
                guard skip(masters) else { return nil }
                elements += masters
            } else {
                guard let fields = next(), fields >= 0, fields <= limit, skip(2 * fields) else { return nil }
                elements += 1 + 2 * fields
            }
            guard next() == elements else { return nil }
            rest -= 1
        }
        return at == nil && dead == deleted ? Int(live) : nil
    }
}
