// VersionFormat.swift: how the store lies in one ordered map of bytes. The first byte of a key names its space. Numbers in
// keys are big-endian, so that byte order is their order; in values little-endian or LEB128 (`Varint`).
//
//  space           key                                                     value
//  versions    'v' | key, 00 as 00 FF | 00 01 | ~revision 8                record
//  events      'r' | revision 8 | sub 4                                    kind 1 | key
//  leases      'l' | id 8                                                  ttl 8 (s) | granted 8 (ms since 1970)
//  attachments 'a' | lease id 8 | key                                      empty
//  meta        'm' | 's'                                                   format 4 | revision 8 | compacted revision 8
//
//  record, put        +------+---------------+---------+----------- - - - -+
//                     |  1   | age           | version | value, to the end |
//                     +------+---------------+---------+----------- - - - -+
//                       byte   varint          varint
//  record, put with   +------+---------+---------------+---------+----------- - - - -+
//  a lease            |  2   | lease 8 | age           | version | value, to the end |
//                     +------+---------+---------------+---------+----------- - - - -+
//  record, tombstone  +------+
//                     |  0   |
//                     +------+
//
// 1. The revision in a version's key is the one that made it; inverted, so that the newest version of a key comes first and
//    "the newest at or before r" is the first entry from ~r on. One revision changes a key at most once.
// 2. Age = mod revision - create revision: 0 in a key's first version, and short in the others.
// 3. A zero in a key is escaped because 00 01 ends it; 00 01 is below every other continuation, so order is kept.
// 4. The events of a revision have sub 0, 1, 2... without gaps. Kinds: `Event.Kind`.
// 5. Version and event entries are written once and never changed; compaction removes them.
import Glibc
import StrataCodec

/// Numbers of the drawing, and the keys of each space.
package enum VersionFormat {
    package static let version: UInt32 = 1

    static let versions = UInt8(ascii: "v")
    static let events = UInt8(ascii: "r")
    static let leases = UInt8(ascii: "l")
    static let attachments = UInt8(ascii: "a")
    static let meta = UInt8(ascii: "m")

    /// First byte of a record.
    enum RecordKind {
        static let tombstone: UInt8 = 0
        static let put: UInt8 = 1
        static let leasedPut: UInt8 = 2
    }

    static let terminatorSize = 2
    static let revisionSize = 8
    /// Space, terminator and revision around an escaped key.
    package static let versionOverhead = 1 + terminatorSize + revisionSize
    static let eventKeySize = 1 + revisionSize + 4
    static let leaseKeySize = 1 + 8
    static let leaseValueSize = 16
    static let metaKey: [UInt8] = [meta, UInt8(ascii: "s")]
    static let metaValueSize = 20

    /// Bytes of `key` once its zeros are escaped.
    @inline(__always)
    package static func escapedSize(_ key: RawSpan) -> Int {
        key.withUnsafeBytes { $0.count + zeros(in: $0) }
    }

    private static func zeros(in key: UnsafeRawBufferPointer) -> Int {
        guard let start = key.baseAddress, memchr(start, 0, key.count) != nil else { return 0 }
        return key.reduce(0) { $0 + ($1 == 0 ? 1 : 0) }
    }

    /// The most bytes that the key of a version takes.
    @inline(__always)
    static func versionKeyBound(_ key: RawSpan) -> Int { versionOverhead + 2 * key.byteCount }

    /// Writes the key of `key`'s version at `revision` and returns its size. `output` has room for `versionKeyBound`.
    @inline(__always)
    static func writeVersionKey(
        _ key: RawSpan, _ revision: Int64, into output: UnsafeMutableRawBufferPointer
    ) -> Int {
        output[0] = versions
        var at = 1 + escape(key, into: UnsafeMutableRawBufferPointer(rebasing: output[1...]))
        output[at] = 0
        output[at + 1] = 1
        at += terminatorSize
        output.storeBytes(of: (~UInt64(bitPattern: revision)).bigEndian, toByteOffset: at, as: UInt64.self)
        return at + revisionSize
    }

    @inline(__always)
    static func escape(_ key: RawSpan, into output: UnsafeMutableRawBufferPointer) -> Int {
        key.withUnsafeBytes { key in
            guard let from = key.baseAddress, let to = output.baseAddress else { return 0 }
            if memchr(from, 0, key.count) == nil {
                memcpy(to, from, key.count)
                return key.count
            }
            var at = 0
            for byte in key {
                output[at] = byte
                at += 1
                if byte == 0 {
                    output[at] = 0xFF
                    at += 1
                }
            }
            return at
        }
    }

    /// The key that `escaped` stands for. Its zeros are each followed by FF, as `escape` left them.
    static func unescape(_ escaped: RawSpan) -> [UInt8] {
        escaped.withUnsafeBytes { escaped in
            guard let start = escaped.baseAddress else { return [] }
            if memchr(start, 0, escaped.count) == nil { return Array(escaped) }
            var key: [UInt8] = []
            key.reserveCapacity(escaped.count)
            var at = 0
            while at < escaped.count {
                key.append(escaped[at])
                at += escaped[at] == 0 ? 2 : 1
            }
            return key
        }
    }

    @inline(__always)
    static func hasEscapes(_ escaped: RawSpan) -> Bool {
        escaped.withUnsafeBytes { bytes in
            guard let start = bytes.baseAddress else { return false }
            return memchr(start, 0, bytes.count) != nil
        }
    }

    /// The revision at the end of a version's key.
    @inline(__always)
    static func revision(ofVersionKey key: RawSpan) -> Int64 {
        let inverted = key.unsafeLoadUnaligned(fromByteOffset: key.byteCount - revisionSize, as: UInt64.self)
        return Int64(bitPattern: ~UInt64(bigEndian: inverted))
    }

    /// Where the escaped key lies, between space and terminator.
    @inline(__always)
    static func escapedKey(in versionKey: RawSpan) -> Range<Int> {
        1..<versionKey.byteCount - terminatorSize - revisionSize
    }

    static func eventKey(_ revision: Int64, _ sub: UInt32) -> [UInt8] {
        var key: [UInt8] = [events]
        key.append(bigEndian: UInt64(bitPattern: revision))
        key.append(bigEndian: sub)
        return key
    }

    /// Lease ids may be negative; as bit patterns they are in an order of their own, which nothing depends on.
    static func leaseKey(_ id: Int64) -> [UInt8] {
        var key: [UInt8] = [leases]
        key.append(bigEndian: UInt64(bitPattern: id))
        return key
    }

    /// What the attachments of a lease begin with.
    static func attachmentPrefix(_ lease: Int64) -> [UInt8] {
        var prefix: [UInt8] = [attachments]
        prefix.append(bigEndian: UInt64(bitPattern: lease))
        return prefix
    }

    static func attachmentKey(_ lease: Int64, _ key: RawSpan) -> [UInt8] {
        attachmentPrefix(lease) + key.copy()
    }
}
