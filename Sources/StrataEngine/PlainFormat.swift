import StrataDisk

// PlainFormat.swift: commands of a `PlainStore` as they go through the log, little-endian, version 1.
//
//  byte 0         1              5
//       +---------+--------------+-----------+---------------------------+
//       | 1 put   | key length   | key bytes | value: the rest           |
//       +---------+--------------+-----------+---------------------------+
//       | 2 remove| key length   | key bytes |
//       +---------+--------------+-----------+

/// Numbers of the drawing.
enum PlainFormat {
    static let put: UInt8 = 1
    static let remove: UInt8 = 2
    static let headerSize = 5

    @inline(__always)
    static func encodePut(_ key: RawSpan, _ value: RawSpan, into buffer: IOBuffer) {
        buffer.append(littleEndian: put)
        buffer.append(littleEndian: UInt32(key.byteCount))
        buffer.append(key)
        buffer.append(value)
    }

    @inline(__always)
    static func encodeRemove(_ key: RawSpan, into buffer: IOBuffer) {
        buffer.append(littleEndian: remove)
        buffer.append(littleEndian: UInt32(key.byteCount))
        buffer.append(key)
    }
}
