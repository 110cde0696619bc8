// SegmentFormat.swift: one WAL segment, file wal-<first index, 20 digits>.seg, little-endian, format version 1.
//
//  byte 0         8      10      12       16             24             32      36       40        48
//       +---------+------+-------+--------+--------------+--------------+-------+--------+---------+------------+
//       | magic   | vers | hsize | crc32c | first index  | durable idx  | salt  | dict   | log id  | zeros (16) |  header,
//       +---------+------+-------+--------+--------------+--------------+-------+--------+---------+------------+  64 bytes
//
//  byte 0       4        8      12     16            24            32       36     40      44      45      48
//       +-------+--------+------+------+-------------+-------------+--------+------+-------+-------+-------+
//       | magic | crc32c | link | salt | first index | durable idx | stored | raw  | count | codec | zeros |  block header,
//       +-------+--------+------+------+-------------+-------------+--------+------+-------+-------+-------+  48 bytes
//       | body: `stored` bytes, then zeros up to a multiple of 8                                           |
//       +--------------------------------------------------------------------------------------------------+
//
//  A body, decompressed, is `raw` bytes and `count` entries:
//       | length (4) | kind (1) | zeros (3) | payload: `length` bytes |  repeated
//
// 1. A block's crc32c covers everything after it up to the padding's end; a segment header's covers bytes 16 to 64.
// 2. `link` is the crc32c of the block before, for the first block that of the segment header: blocks form a chain, and a
//    block of another place in the log does not fit in it.
// 3. `salt` is drawn anew whenever a file becomes a segment: what a recycled file still holds is never taken for new.
// 4. `first index` of a block is one more than the last entry before it. A segment's name repeats its own.
// 5. `durable idx` is the newest entry that a completed sync covered when the bytes were written. It decides what recovery
//    makes of damage: entries up to it were durable, so their loss is corruption; what comes later may be torn.
// 6. A segment ends where the next one's first index begins: entries that it holds from there on are superseded.
// 7. A block of 0 entries is written by an orderly close, so that its `durable idx` covers the last entry.
// 8. Only the newest segment has room after its last block; a sealed one is cut to its end.

/// Names and numbers of the segment format; the drawing opens this file.
package enum SegmentFormat {
    package static let magic: UInt64 = 0x4C41_5754_4152_5453  // "STRATWAL"
    package static let version: UInt16 = 1
    package static let headerSize = 64
    package static let blockMagic: UInt32 = 0x4B4C_4253  // "SBLK"
    package static let blockHeaderSize = 48
    package static let entryHeaderSize = 8
    package static let alignment = 8
    /// 256 MiB: twice a Redis bulk string would be of no use to a log that is replayed in memory.
    package static let maximumEntrySize = 256 << 20
    /// No block is larger, stored or raw; read before anything is allocated.
    package static let maximumBlockSize = 512 << 20

    /// Bytes that a block of `stored` body bytes takes.
    @inline(__always)
    package static func blockSize(stored: Int) -> Int {
        (blockHeaderSize + stored + alignment - 1) / alignment * alignment
    }
}
