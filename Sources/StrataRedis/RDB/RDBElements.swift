import StrataDisk
import StrataRESP

/// Packed runs of elements, checked whole before the first is given.
package enum RDBElements {
    /// Gives the elements of `bytes` one by one; fields and values of a hash alternate, as do members and scores.
    package static func forEach(
        _ packing: RDBPacking, _ bytes: Bytes, _ body: (PackedValue) -> Void
    ) throws(StorageError) {
        switch packing {
        case .listpack, .listpackExpiring:
            guard Listpack.validate(bytes) != nil else { throw invalid("listpack", bytes) }
            var at = bytes.start + ListpackFormat.headerSize
            let end = bytes.start + bytes.count - 1
            while at < end {
                body(ListpackFormat.value(at: at))
                let size = ListpackFormat.size(at: at)
                at += size + ListpackFormat.trailerSize(size)
            }
        case .ziplist:
            guard let list = Ziplist(validating: bytes) else { throw invalid("ziplist", bytes) }
            list.forEach {
                body($0)
                return true
            }
        case .zipmap:
            guard let map = Zipmap(validating: bytes) else { throw invalid("zipmap", bytes) }
            map.forEach { field, value in
                body(.bytes(field))
                body(.bytes(value))
            }
        case .intset:
            guard let set = Intset(validating: bytes) else { throw invalid("intset", bytes) }
            for index in 0..<set.count { body(.integer(set[index])) }
        }
    }

    /// A score as packed sets hold it: decimal text or an integer. Nil: not a number.
    package static func score(_ value: PackedValue) -> Double? {
        switch value {
        case .integer(let integer): return Double(integer)
        case .bytes(let bytes):
            let text = bytes.text
            guard let score = Double(text), !score.isNaN else { return nil }
            return score
        }
    }

    static func invalid(_ what: String, _ bytes: Bytes) -> StorageError {
        corrupt(what, expected: "a valid one", found: "\(bytes.count) bytes that contradict its format")
    }

    /// The reader fills in the place.
    static func corrupt(_ field: String, expected: String, found: String) -> StorageError {
        StorageError(kind: .corrupt(field: field, expected: expected, found: found), file: "")
    }
}
