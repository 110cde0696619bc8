import Glibc
import StrataRESP

/// A field of a large hash with its value, in one block that the hash index points to.
///
///     byte 0              4              8
///          +--------------+--------------+---------------+---------------+
///          | field length | value length | field's bytes | value's bytes |
///          +--------------+--------------+---------------+---------------+
enum HashBlob {
    static let fieldOffset = 8

    static func make(_ field: Bytes, _ value: Bytes) -> UnsafeMutableRawPointer {
        let blob = MemoryBlock.allocate(fieldOffset + field.count + value.count)
        blob.storeBytes(of: UInt32(field.count), as: UInt32.self)
        memcpy(blob + fieldOffset, field.start, field.count)
        setValue(value, of: blob)
        return blob
    }

    @inline(__always)
    static func field(of blob: UnsafeMutableRawPointer) -> Bytes {
        Bytes(blob + fieldOffset, Int(blob.load(as: UInt32.self)))
    }

    @inline(__always)
    static func value(of blob: UnsafeMutableRawPointer) -> Bytes {
        Bytes(
            blob + fieldOffset + Int(blob.load(as: UInt32.self)), Int(blob.load(fromByteOffset: 4, as: UInt32.self)))
    }

    /// Writes the value behind the field; the block is large enough.
    @inline(__always)
    static func setValue(_ value: Bytes, of blob: UnsafeMutableRawPointer) {
        blob.storeBytes(of: UInt32(value.count), toByteOffset: 4, as: UInt32.self)
        // The new value may be part of the old one.
        memmove(blob + fieldOffset + Int(blob.load(as: UInt32.self)), value.start, value.count)
    }

    /// Bytes of heap.
    @inline(__always)
    static func cost(of blob: UnsafeMutableRawPointer) -> Int {
        HeapCost.of(
            fieldOffset + Int(blob.load(as: UInt32.self)) + Int(blob.load(fromByteOffset: 4, as: UInt32.self)))
    }
}
