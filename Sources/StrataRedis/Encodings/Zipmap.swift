import StrataRESP

// A zipmap, the small hash of Redis before 2.6 (RDB type 9).
//       +-------+-----+-------+-----+------+-------+--------+-----+------+
//       | count | len | field | len | free | value | unused | ... | 0xFF |  count 254 or more: walk
//       +-------+-----+-------+-----+------+-------+--------+-----+------+
//  len: one byte below 254, or 254 and a u32, little-endian. free: bytes unused behind the value.

/// A zipmap from outside, read once to become a listpack. Nothing is believed unchecked.
package struct Zipmap {
    private static let end: UInt8 = 0xFF
    private static let wideLength: UInt8 = 254
    /// Pairs.
    package let count: Int
    private let bytes: Bytes

    /// Nil unless `bytes`, which it keeps lent, are a whole, valid zipmap.
    package init?(validating bytes: Bytes) {
        guard let count = Self.walk(bytes, { _, _ in }) else { return nil }
        self.count = count
        self.bytes = bytes
    }

    package func forEach(_ body: (_ field: Bytes, _ value: Bytes) -> Void) { _ = Self.walk(bytes, body) }

    /// The same pairs, field before value, as a listpack.
    package func listpack() -> Listpack {
        var pack = Listpack(capacity: bytes.count + 4 * count)
        forEach { field, value in
            pack.append(field)
            pack.append(value)
        }
        pack.shrinkToFit()
        return pack
    }

    private static func walk(_ bytes: Bytes, _ body: (Bytes, Bytes) -> Void) -> Int? {
        guard bytes.count >= 2, bytes[bytes.count - 1] == end else { return nil }
        let limit = bytes.count - 1
        var at = 1
        var count = 0
        while at < limit {
            guard let (fieldHead, fieldSize) = length(bytes, at, limit), fieldSize <= limit - at - fieldHead else {
                return nil
            }
            let field = bytes[at + fieldHead..<at + fieldHead + fieldSize]
            at += fieldHead + fieldSize
            guard let (head, size) = length(bytes, at, limit), at + head < limit else { return nil }
            let unused = Int(bytes[at + head])
            at += head + 1
            guard size + unused <= limit - at else { return nil }
            body(field, bytes[at..<at + size])
            at += size + unused
            count += 1
        }
        guard at == limit, bytes[0] >= wideLength || Int(bytes[0]) == count else { return nil }
        return count
    }

    /// Bytes of a length, and the length.
    private static func length(_ bytes: Bytes, _ at: Int, _ limit: Int) -> (Int, Int)? {
        guard at < limit, bytes[at] != end else { return nil }
        if bytes[at] < wideLength { return (1, Int(bytes[at])) }
        guard at + 5 <= limit else { return nil }
        return (5, Int(UInt32(littleEndian: bytes.start.loadUnaligned(fromByteOffset: at + 1, as: UInt32.self))))
    }
}
