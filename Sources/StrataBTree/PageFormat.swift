// PageFormat.swift: one tree, one file of pages of `page bytes` each, little-endian, format version 1.
//
//   0        8      10      12       16       24              32        40        48           52     56     60
//   +--------+------+-------+--------+--------+---------------+---------+---------+------------+------+------+-------+
//   | magic  | vers | rsize | crc32c | commit | applied index | tree id | entries | page bytes | slot | root | depth |
//   +--------+------+-------+--------+--------+---------------+---------+---------+------------+------+------+-------+
//   | pages (64) | free list (68) | free pages (72) | zeros up to byte 512      |   meta: first record of pages 0 and 1
//   +------------+----------------+-----------------+---------------------------+
//
//   0        4      8        16     17      18      20       22      24           28          32
//   +--------+------+--------+------+-------+-------+--------+-------+------------+-----------+
//   | crc32c | page | commit | kind | level | count | prefix | zeros | heap start | live heap |   header, other pages
//   +--------+------+--------+------+-------+-------+--------+-------+------------+-----------+
//   | slots: `count` times  | head (4) | offset (2) |   room   | entries: the heap           |   leaf, branch
//   +------------------------------------------------+----------+-----------------------------+
//     leaf entry:    | key size (2) | value size (2) | key | value |
//                    | key size (2) | 0xFFFF         | key | first page (4) | value size (4) |  in overflow pages
//     branch entry:  | child (4) | key size (2) | key |
//   | ... zeros ... | value size (24) | run pages (28) | value, zeros to the end of the run |      overflow
//   | ... count ... | next page (24)  | zeros (28)     | count times | first (4) | pages (4) | |      free list
//
// 1. The metas are twins: commit n is written to page n & 1, and only after all it refers to is durable. A record fits
//    in one sector of 512 bytes, which a power cut leaves whole. Its crc32c covers bytes 0 to 12 and 16 to 512.
// 2. A page is written once for each commit that holds it: what a durable commit refers to is never overwritten. A page
//    that commit n set free may be written again by commit n + 1 at the earliest, so that commit n - 1 stays whole
//    until then.
// 3. crc32c covers the page from byte 4 to its end; of an overflow run, from byte 4 to the end of the value.
// 4. `level` is 0 in leaves and one more in each branch above: a child's is its parent's less one.
// 5. Slots are in the order of their keys. `prefix` is a number of bytes in which all keys of the page agree (in a
//    branch: all but the first), and `head` the four bytes after it, zeros beyond the key's end, as a number with the
//    first byte highest: searching looks at whole keys only where heads are equal.
// 6. The first entry of a branch has an empty key: its child holds all that is less than the second entry's key.
//    Every other child holds keys from its entry's key on.
// 7. A leaf entry with its slot takes at most a third of what a page holds, and a key at most what leaves room for four
//    in any page; a value for which that is not enough is stored in a run of contiguous overflow pages with one header.
// 8. The free list holds every page below `pages` that the commit cannot reach and that is no page of the list itself,
//    as extents in rising order that do not touch; `free pages` is their sum.
// 9. Root 0 with depth 0 is the empty tree.

/// Names and numbers of the page format; the drawing opens this file.
package enum PageFormat {
    package static let magic: UInt64 = 0x4545_5254_4152_5453  // "STRATREE"
    package static let version: UInt16 = 1
    package static let metaSize = 512
    package static let metaPages: UInt32 = 2
    package static let pageSizes = [4096, 8192, 16384, 32768, 65536]

    package static let headerSize = 32
    package static let slotSize = 6
    package static let leafEntryHeader = 4
    package static let branchEntryHeader = 6
    package static let overflowMark: UInt16 = 0xFFFF
    package static let overflowReferenceSize = 8
    package static let extentSize = 8
    /// More levels than 2^32 pages can make, even with four children each: a hostile file is refused before it is
    /// walked.
    package static let maximumDepth = 20
    /// 1 GiB: a value is read into memory whole.
    package static let maximumValueSize = 1 << 30

    package enum Kind: UInt8, Sendable {
        case leaf = 1
        case branch = 2
        case overflow = 3
        case freeList = 4
    }

    /// Bytes of a header's fields.
    enum Field {
        static let crc = 0
        static let page = 4
        static let commit = 8
        static let kind = 16
        static let level = 17
        static let count = 18
        static let prefix = 20
        static let heapStart = 24
        static let liveHeap = 28
        /// Overflow pages.
        static let valueSize = 24
        static let runPages = 28
        /// Free-list pages.
        static let next = 24
    }

    /// Bytes of a page that slots and entries share.
    @inline(__always)
    package static func room(pageBytes: Int) -> Int { pageBytes - headerSize }

    /// Largest leaf entry with its slot: three fit in a page, so that a split always leaves two pages that hold their
    /// share, and a value of 1 KiB stays inline at 4 KiB.
    @inline(__always)
    package static func maximumEntry(pageBytes: Int) -> Int { room(pageBytes: pageBytes) / 3 }

    /// Longest key: four entries that hold it and a reference to overflow pages fill a page. 998 bytes at 4 KiB.
    @inline(__always)
    package static func maximumKey(pageBytes: Int) -> Int {
        room(pageBytes: pageBytes) / 4 - slotSize - leafEntryHeader - overflowReferenceSize
    }

    /// Pages of the run that holds a value of `size` bytes.
    @inline(__always)
    package static func runPages(value size: Int, pageBytes: Int) -> Int {
        (headerSize + size + pageBytes - 1) / pageBytes
    }

    package static func extentsPerPage(pageBytes: Int) -> Int { room(pageBytes: pageBytes) / extentSize }
}
