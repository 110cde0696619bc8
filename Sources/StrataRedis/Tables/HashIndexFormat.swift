// HashIndexFormat.swift: the memory of a HashIndex. Extendible hashing (Fagin, Nievergelt, Pippenger and Strong,
// ACM TODS 4(3), 1979) by the *top* bits of a 64-bit hash, with segments that are kept sorted.
//
//  directory: 2^D pointers, the top D bits of a hash choose one. A segment of depth d <= D stands at 2^(D-d) of them.
//
//  segment 0         4          8       9      10        16
//          +---------+----------+-------+------+---------+--------+--------+----
//          | count   | capacity | depth | base | zero    | slot 0 | slot 1 | ...
//          +---------+----------+-------+------+---------+--------+--------+----
//
//  slot, 64 bits:  | tag: 20 bits of the hash from bit `base` on | address of the blob / 16: 44 bits |
//
//  blob    0            4        keyOffset
//          +------------+--------+-------------+----
//          | key length | owner's| key bytes   | owner's
//          +------------+--------+-------------+----
//
// 1. Bits are counted from the top. All hashes of a segment agree in their first `depth` bits.
// 2. base = depth rounded down to a multiple of 8: so at least 12 bits of the tag tell a segment's slots apart, and a
//    split needs the keys themselves once in eight times only.
// 3. Slots ascend. Slots of one tag stand together, in no order.
// 4. Hashes are uniform, so a slot is expected at (what follows `depth` in the hash) x count: a look there and at its
//    neighbours (some sqrt(count)/2 slots, one cache line) finds it.
// 5. Addresses have at most 48 bits and are multiples of 16: malloc's on x86-64 and arm64.
package enum HashIndexFormat {
    package static let headerSize = 16
    package static let countAt = 0
    package static let capacityAt = 4
    package static let depthAt = 8
    package static let baseAt = 9
    package static let addressBits: UInt64 = 44
    package static let tagBits: UInt64 = 20
    package static let addressMask: UInt64 = (1 << 44) - 1
    /// 16 + 127 x 8 is 1,032 bytes, and 1,040 with malloc's own: an insertion moves half of that at most.
    package static let maxSlots = 127
    /// Two siblings become one where both fit into half a segment: not at once full again.
    package static let mergedSlots = 63

    @inline(__always)
    package static func base(ofDepth depth: Int) -> Int { depth & ~7 }

    /// The capacity that holds `slots`: odd, so that none of malloc's bytes are left over.
    package static func capacity(for slots: Int) -> Int {
        switch slots {
        case ...3: 3
        case ...15: slots | 3
        case ...31: slots | 7
        case ...127: slots | 15
        default: (slots + slots / 2) | 1
        }
    }
}
