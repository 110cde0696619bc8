// ListpackFormat.swift: one listpack, the compact list of Redis 5 and later, in memory and in RDB files, little-endian.
// Source: "Listpack specification", antirez/listpack, listpack.md; Redis 7.0.
//  byte 0         4         6
//       +---------+---------+---------+---------+-----+------+
//       | total   | count   | entry   | entry   | ... | 0xFF |  total counts every byte, the last one too
//       +---------+---------+---------+---------+-----+------+
//  entry: | head | payload | size of head and payload, 7 bits a byte, 1 to 5 bytes |
//       0xxxxxxx                      integer 0 to 127
//       10nnnnnn payload              n bytes, up to 63
//       110xxxxx xxxxxxxx             integer of 13 bits, signed, big-endian
//       1110nnnn nnnnnnnn payload     n bytes, up to 4095, big-endian
//       0xF0 n:u32 payload            n bytes
//       0xF1 i16, 0xF2 i24, 0xF3 i32, 0xF4 i64
// 1. Bytes that are the canonical decimal form of a 64-bit integer are stored as that integer, in its shortest form.
// 2. The trailing size lets a reader walk backwards: its last byte holds the lowest 7 bits, and the top bit of a byte
//    says that another one stands before it.
// 3. A count of 65,535 means "that many or more": walk to know.

import Glibc
import StrataRESP

/// Numbers of the listpack format; the drawing is at the head of this file.
package enum ListpackFormat {
    package static let headerSize = 6
    package static let end: UInt8 = 0xFF
    /// The smallest listpack: a header and the end.
    package static let emptySize = 7
    package static let unknownCount = 65_535
    /// 1 GiB: no value may grow a listpack beyond it, so sizes never come near the 32 bits of the header.
    package static let maxSize = 1 << 30

    /// Bytes of the trailing size of an entry whose head and payload take `size` bytes.
    @inline(__always)
    package static func trailerSize(_ size: Int) -> Int {
        // The borders are those of Redis, which gives a size of 16,383 three bytes, and so on.
        if size <= 127 { return 1 }
        if size < 16_383 { return 2 }
        if size < 2_097_151 { return 3 }
        if size < 268_435_455 { return 4 }
        return 5
    }

    /// Bytes of head and payload of an integer.
    @inline(__always)
    package static func size(of value: Int64) -> Int {
        if value >= 0, value <= 127 { return 1 }
        if value >= -4096, value <= 4095 { return 2 }
        if value >= -32_768, value <= 32_767 { return 3 }
        if value >= -8_388_608, value <= 8_388_607 { return 4 }
        if value >= -2_147_483_648, value <= 2_147_483_647 { return 5 }
        return 9
    }

    /// Bytes of head and payload of a string of `count` bytes.
    @inline(__always)
    package static func size(ofString count: Int) -> Int {
        count < 64 ? 1 + count : count < 4096 ? 2 + count : 5 + count
    }

    /// Bytes of head and payload of the entry at `entry`, which belongs to a valid listpack.
    @inline(__always)
    static func size(at entry: UnsafeRawPointer) -> Int {
        let head = entry.load(as: UInt8.self)
        if head & 0x80 == 0 { return 1 }
        if head & 0xC0 == 0x80 { return 1 + Int(head & 0x3F) }
        if head & 0xE0 == 0xC0 { return 2 }
        if head & 0xF0 == 0xE0 { return 2 + stringCount12(entry) }
        switch head {
        case 0xF0: return 5 + Int(UInt32(littleEndian: entry.loadUnaligned(fromByteOffset: 1, as: UInt32.self)))
        case 0xF1: return 3
        case 0xF2: return 4
        case 0xF3: return 5
        case 0xF4: return 9
        default: preconditionFailure("a listpack entry of no kind")
        }
    }

    @inline(__always)
    static func stringCount12(_ entry: UnsafeRawPointer) -> Int {
        Int(entry.load(as: UInt8.self) & 0x0F) << 8 | Int(entry.load(fromByteOffset: 1, as: UInt8.self))
    }

    /// What the entry at `entry` of a valid listpack holds.
    @inline(__always)
    static func value(at entry: UnsafeRawPointer) -> PackedValue {
        let head = entry.load(as: UInt8.self)
        if head & 0x80 == 0 { return .integer(Int64(head)) }
        if head & 0xC0 == 0x80 { return .bytes(Bytes(entry + 1, Int(head & 0x3F))) }
        if head & 0xE0 == 0xC0 {
            let raw = UInt16(head & 0x1F) << 8 | UInt16(entry.load(fromByteOffset: 1, as: UInt8.self))
            return .integer(Int64(Int16(bitPattern: raw << 3) >> 3))
        }
        if head & 0xF0 == 0xE0 { return .bytes(Bytes(entry + 2, stringCount12(entry))) }
        switch head {
        case 0xF0:
            let count = UInt32(littleEndian: entry.loadUnaligned(fromByteOffset: 1, as: UInt32.self))
            return .bytes(Bytes(entry + 5, Int(count)))
        case 0xF1: return .integer(Int64(Int16(littleEndian: entry.loadUnaligned(fromByteOffset: 1, as: Int16.self))))
        case 0xF2:
            let low = UInt16(littleEndian: entry.loadUnaligned(fromByteOffset: 1, as: UInt16.self))
            let raw = UInt32(entry.load(fromByteOffset: 3, as: UInt8.self)) << 16 | UInt32(low)
            return .integer(Int64(Int32(bitPattern: raw << 8) >> 8))
        case 0xF3: return .integer(Int64(Int32(littleEndian: entry.loadUnaligned(fromByteOffset: 1, as: Int32.self))))
        case 0xF4: return .integer(Int64(littleEndian: entry.loadUnaligned(fromByteOffset: 1, as: Int64.self)))
        default: preconditionFailure("a listpack entry of no kind")
        }
    }

    /// Writes head and payload of an integer. Returns their size.
    @inline(__always)
    static func write(_ value: Int64, to entry: UnsafeMutableRawPointer) -> Int {
        let size = size(of: value)
        switch size {
        case 1: entry.storeBytes(of: UInt8(value), as: UInt8.self)
        case 2:
            let raw = UInt16(truncatingIfNeeded: value) & 0x1FFF
            entry.storeBytes(of: 0xC0 | UInt8(raw >> 8), as: UInt8.self)
            entry.storeBytes(of: UInt8(truncatingIfNeeded: raw), toByteOffset: 1, as: UInt8.self)
        case 3:
            entry.storeBytes(of: 0xF1, as: UInt8.self)
            entry.storeBytes(of: Int16(value).littleEndian, toByteOffset: 1, as: Int16.self)
        case 4:
            // The head and 24 bits are one store of 32.
            let raw = UInt32(truncatingIfNeeded: value) << 8 | 0xF2
            entry.storeBytes(of: raw.littleEndian, as: UInt32.self)
        case 5:
            entry.storeBytes(of: 0xF3, as: UInt8.self)
            entry.storeBytes(of: Int32(value).littleEndian, toByteOffset: 1, as: Int32.self)
        default:
            entry.storeBytes(of: 0xF4, as: UInt8.self)
            entry.storeBytes(of: value.littleEndian, toByteOffset: 1, as: Int64.self)
        }
        return size
    }

    /// Writes head and payload of a string. Returns their size.
    @inline(__always)
    static func write(_ bytes: Bytes, to entry: UnsafeMutableRawPointer) -> Int {
        let count = bytes.count
        let head: Int
        if count < 64 {
            entry.storeBytes(of: 0x80 | UInt8(count), as: UInt8.self)
            head = 1
        } else if count < 4096 {
            entry.storeBytes(of: 0xE0 | UInt8(count >> 8), as: UInt8.self)
            entry.storeBytes(of: UInt8(count & 0xFF), toByteOffset: 1, as: UInt8.self)
            head = 2
        } else {
            entry.storeBytes(of: 0xF0, as: UInt8.self)
            entry.storeBytes(of: UInt32(count).littleEndian, toByteOffset: 1, as: UInt32.self)
            head = 5
        }
        memcpy(entry + head, bytes.start, count)
        return head + count
    }

    /// Writes the trailing size of an entry of `size` bytes.
    @inline(__always)
    static func writeTrailer(_ size: Int, to place: UnsafeMutableRawPointer) {
        let bytes = trailerSize(size)
        var rest = size
        var at = bytes - 1
        while at >= 0 {
            // The first byte of the entry's end has no byte of it before itself.
            place.storeBytes(of: UInt8(rest & 0x7F) | (at == 0 ? 0 : 0x80), toByteOffset: at, as: UInt8.self)
            rest >>= 7
            at -= 1
        }
    }
}
