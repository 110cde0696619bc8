import Glibc
import StrataRESP

/// A member of a large sorted set with its score, in one allocation that the hash index and the ranked tree both
/// point to.
///
///     byte 0                4             12
///          +----------------+-------------+---------------+
///          | member length  | score (f64) | member's bytes |
///          +----------------+-------------+---------------+
enum RankedBlob {
    static let memberOffset = 12

    static func make(_ member: Bytes, score: Double) -> UnsafeMutableRawPointer {
        let blob = UnsafeMutableRawPointer.allocate(byteCount: memberOffset + member.count, alignment: 8)
        blob.storeBytes(of: UInt32(member.count), as: UInt32.self)
        blob.storeBytes(of: score.bitPattern, toByteOffset: 4, as: UInt64.self)
        memcpy(blob + memberOffset, member.start, member.count)
        return blob
    }

    @inline(__always)
    static func member(of blob: UnsafeMutableRawPointer) -> Bytes {
        Bytes(blob + memberOffset, Int(blob.load(as: UInt32.self)))
    }

    @inline(__always)
    static func score(of blob: UnsafeMutableRawPointer) -> Double {
        Double(bitPattern: blob.loadUnaligned(fromByteOffset: 4, as: UInt64.self))
    }

    @inline(__always)
    static func setScore(_ score: Double, of blob: UnsafeMutableRawPointer) {
        blob.storeBytes(of: score.bitPattern, toByteOffset: 4, as: UInt64.self)
    }

    static func size(of blob: UnsafeMutableRawPointer) -> Int { memberOffset + Int(blob.load(as: UInt32.self)) }
}
