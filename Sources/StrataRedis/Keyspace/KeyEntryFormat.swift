// KeyEntryFormat.swift: one key with its value, one allocation. A blob of HashIndex (keyOffset 8), little-endian.
//
//  0            4      5           8           8+n
//  +------------+------+-----------+-----------+----------------------------+------------------------------+
//  | key length | meta | clock, 24 | key bytes | expiry, 8  | place, 4      | value                        |
//  +------------+------+-----------+-----------+----------------------------+------------------------------+
//                                               only where meta says so
//  value of kind integer:     | number, 8 |
//           kind bytes:       | length, 4 | capacity, 4 | bytes ... |
//           kind collection:  | reference, 8 | bytes accounted for, 8 |
//
//  meta:  bits 0-1 kind, 2 raw, 3 expiring, 4 saved
//
// 1. clock is the time of the last access (LRU: seconds, mod 2^24) or minutes << 8 | counter (LFU). It is written by
//    reads, meta never is: the snapshot's thread may change `saved` while the executor reads the key.
// 2. expiry is in milliseconds since 1970; place is the entry's place in the table's array of expiring keys.
// 3. raw: bytes that were changed in place are never shown as `embstr` again, whatever their length.
// 4. saved: a running snapshot has the key's first state already, or the key is younger than it. The bit is set on
//    keys ahead of the snapshot's place alone, which clears it when it comes by: at its end none is left.
// 5. Everything behind the key may be unaligned.
package enum KeyEntryFormat {
    package static let metaAt = 4
    package static let clockAt = 5
    package static let keyAt = 8
    package static let expirySize = 12
    package static let integerSize = 8
    package static let bytesHeaderSize = 8
    package static let collectionSize = 16
    package static let kindMask: UInt8 = 3
    package static let raw: UInt8 = 1 << 2
    package static let expiring: UInt8 = 1 << 3
    package static let saved: UInt8 = 1 << 4
    /// Strings up to this length are `embstr` where they were never changed (Redis 7.0: object.c).
    package static let embeddedStringSize = 44
}
