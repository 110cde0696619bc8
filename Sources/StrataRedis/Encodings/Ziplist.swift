import StrataRESP

// A ziplist, what Redis had before listpacks (RDB types 10, 12, 13, 14), little-endian unless said otherwise.
//  byte 0         4         8         10
//       +---------+---------+---------+---------+-----+------+
//       | total   | tail    | count   | entry   | ... | 0xFF |  tail: offset of the last entry; count 65,535: walk
//       +---------+---------+---------+---------+-----+------+
//  entry: | size of the entry before: 1 byte, or 0xFE and u32 | head | payload |
//       00nnnnnn payload; 01nnnnnn nnnnnnnn payload (big-endian); 10...... n:u32 payload (big-endian)
//       0xC0 i16, 0xD0 i32, 0xE0 i64, 0xF0 i24, 0xFE i8; 0xF1 to 0xFD: the integers 0 to 12

/// A ziplist from outside, read once to become something newer. Nothing is believed unchecked.
package struct Ziplist {
    private static let headerSize = 10
    private static let end: UInt8 = 0xFF
    /// Elements.
    package let count: Int
    private let bytes: Bytes

    /// Nil unless `bytes`, which it keeps lent, are a whole, valid ziplist.
    package init?(validating bytes: Bytes) {
        guard let count = Self.walk(bytes, { _ in true }) else { return nil }
        self.count = count
        self.bytes = bytes
    }

    /// Calls `body` with each element, first to last, until it returns false.
    package func forEach(_ body: (PackedValue) -> Bool) { _ = Self.walk(bytes, body) }

    /// The same elements as a listpack.
    package func listpack() -> Listpack {
        var pack = Listpack(capacity: bytes.count + bytes.count / 8)
        forEach { value in
            // By its bytes: an integer that an old version kept as a string becomes one here.
            pack.append(value)
            return true
        }
        pack.shrinkToFit()
        return pack
    }

    /// The number of entries, nil where the bytes are no ziplist. `body` ends the walk with false.
    private static func walk(_ bytes: Bytes, _ body: (PackedValue) -> Bool) -> Int? {
        let size = bytes.count
        guard size >= headerSize + 1, bytes[size - 1] == end, u32(bytes, 0) == size else { return nil }
        let limit = size - 1
        var at = headerSize
        var count = 0
        var before = 0
        var last = headerSize
        while at < limit {
            guard let (head, stated) = sizeBefore(bytes, at, limit), stated == before,
                let (value, rest) = entry(bytes, at + head, limit)
            else { return nil }
            if !body(value) { return count }
            last = at
            before = head + rest
            at += before
            count += 1
        }
        let stated = Int(bytes[8]) | Int(bytes[9]) << 8
        guard at == limit, u32(bytes, 4) == last, stated == 65_535 || stated == count else { return nil }
        return count
    }

    /// Bytes of the field that tells the size of the entry before, and that size.
    private static func sizeBefore(_ bytes: Bytes, _ at: Int, _ limit: Int) -> (Int, Int)? {
        if bytes[at] < 254 { return (1, Int(bytes[at])) }
        guard bytes[at] == 254, at + 5 <= limit else { return nil }
        return (5, u32(bytes, at + 1))
    }

    /// The element whose head is at `at`, and the bytes of head and payload.
    private static func entry(_ bytes: Bytes, _ at: Int, _ limit: Int) -> (PackedValue, Int)? {
        guard at < limit else { return nil }
        let head = bytes[at]
        switch head >> 6 {
        case 0: return string(bytes, at, 1, Int(head & 0x3F), limit)
        case 1:
            guard at + 2 <= limit else { return nil }
            return string(bytes, at, 2, Int(head & 0x3F) << 8 | Int(bytes[at + 1]), limit)
        case 2:
            guard at + 5 <= limit else { return nil }
            return string(bytes, at, 5, Int(UInt32(truncatingIfNeeded: u32(bytes, at + 1)).byteSwapped), limit)
        default:
            if head >= 0xF1, head <= 0xFD { return (.integer(Int64(head & 0x0F) - 1), 1) }
            let width =
                switch head {
                case 0xC0: 2
                case 0xD0: 4
                case 0xE0: 8
                case 0xF0: 3
                case 0xFE: 1
                default: 0
                }
            guard width > 0, at + 1 + width <= limit else { return nil }
            var raw: UInt64 = 0
            for index in 0..<width { raw |= UInt64(bytes[at + 1 + index]) << (8 * UInt64(index)) }
            let shift = 64 - 8 * Int64(width)
            return (.integer(Int64(bitPattern: raw << UInt64(shift)) >> shift), 1 + width)
        }
    }

    private static func string(_ bytes: Bytes, _ at: Int, _ head: Int, _ count: Int, _ limit: Int) -> (
        PackedValue, Int
    )? {
        guard count <= limit - at - head else { return nil }
        return (.bytes(bytes[at + head..<at + head + count]), head + count)
    }

    private static func u32(_ bytes: Bytes, _ at: Int) -> Int {
        Int(UInt32(littleEndian: bytes.start.loadUnaligned(fromByteOffset: at, as: UInt32.self)))
    }
}
