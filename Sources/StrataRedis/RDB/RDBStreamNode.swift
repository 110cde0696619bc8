import StrataDisk
import StrataRESP

// RDBStreamNode.swift: the listpack of one node of a stream.
//   master entry:  live | deleted | number of fields | field... | 0
//   entry:         flags | ms - node's ms | seq - node's seq | [number of fields] | [field] value ... | elements of this entry
//   flags: 1 deleted, 2 the fields are the master's: then neither their number nor their names are there.

/// Reads a node of a stream without trusting it.
package enum RDBStreamNode {
    package struct Entry: Sendable {
        package var id: StreamID
        package var isDeleted: Bool
        /// Field and value in turn.
        package var words: [[UInt8]]
    }

    /// Gives every entry, deleted ones too. Returns how many are not deleted.
    @discardableResult
    package static func forEach(
        _ first: StreamID, _ bytes: Bytes, _ body: (Entry) -> Void
    ) throws(StorageError) -> Int {
        var elements: [PackedValue] = []
        try RDBElements.forEach(.listpack, bytes) { elements.append($0) }
        var at = 0
        func next() throws(StorageError) -> PackedValue {
            guard at < elements.count else { throw broken("ends inside an entry") }
            at += 1
            return elements[at - 1]
        }
        func number() throws(StorageError) -> Int64 {
            switch try next() {
            case .integer(let value): return value
            case .bytes(let bytes):
                guard let value = bytes.integer else { throw broken("has text in the place of a number") }
                return value
            }
        }
        func count(_ value: Int64) throws(StorageError) -> Int {
            guard value >= 0, value <= Int64(elements.count - at) else { throw broken("announces \(value) elements") }
            return Int(value)
        }
        let live = try number()
        let deleted = try number()
        let fieldCount = try count(try number())
        let fields = elements[at..<at + fieldCount]
        at += fieldCount
        guard try number() == 0 else { throw broken("has no end of its master entry") }
        var found: (live: Int64, deleted: Int64) = (0, 0)
        while at < elements.count {
            let start = at
            let flags = try number()
            let id = StreamID(
                first.milliseconds &+ UInt64(bitPattern: try number()),
                first.sequence &+ UInt64(bitPattern: try number()))
            var words: [[UInt8]] = []
            if flags & 2 != 0 {
                guard fieldCount <= elements.count - at else { throw broken("ends inside an entry") }
                for field in fields { words += [field.copy(), try next().copy()] }
            } else {
                let pairs = try count(try number())
                guard 2 * pairs <= elements.count - at else { throw broken("ends inside an entry") }
                for _ in 0..<2 * pairs { words.append(try next().copy()) }
            }
            let size = at - start
            guard try number() == Int64(size) else { throw broken("has an entry of another size than it says") }
            let isDeleted = flags & 1 != 0
            if isDeleted { found.deleted += 1 } else { found.live += 1 }
            body(Entry(id: id, isDeleted: isDeleted, words: words))
        }
        guard found == (live, deleted) else {
            throw broken("says \(live) entries and \(deleted) deleted, holds \(found.live) and \(found.deleted)")
        }
        return Int(live)
    }

    private static func broken(_ reason: String) -> StorageError {
        RDBElements.corrupt("stream node", expected: "master entry and whole entries", found: "one that \(reason)")
    }
}
