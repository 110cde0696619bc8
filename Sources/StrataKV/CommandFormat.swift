// CommandFormat.swift: a command as an entry of the log. Numbers of a fixed size are little-endian; `bytes` are a size
// (varint) and so many bytes.
//
//  put            01 | flags 1 | key bytes | [lease 8] | value bytes
//  delete range   02 | flags 1 | key bytes | range end bytes
//  txn            03 | count varint, compares | count varint, operations | count varint, operations
//  compaction     04 | revision 8
//  lease grant    05 | id 8 | ttl 8
//  lease revoke   06 | id 8
//  range          07 | flags 1 | order 1 | target 1 | key bytes | range end bytes | limit 8 | revision 8 | [min mod 8 | max mod 8
//                      | min create 8 | max create 8]
//
//  compare        target 1 | result 1 | key bytes | range end bytes | number 8, or for a value bytes
//  operation      a put, delete range, txn or range as above
//
//  flags: bit 0 prev kv (range: keys only), bit 1 ignore value (range: count only), bit 2 ignore lease (range: the four
//  filters follow), bit 3 the lease follows. Others are 0.
//
// 1. A command ends where its last field ends. 2. Numbers of targets, results and orders are etcd's.
// 3. Transactions nest no deeper than `TxnRequest.maximumOperations` + 1, which is what their budget allows.

/// Numbers of the drawing.
package enum CommandFormat {
    /// etcd's bound on a request: 1.5 MiB, here of the encoded command.
    package static let maximumSize = 3 * 512 * 1024

    enum Kind {
        static let put: UInt8 = 1
        static let deleteRange: UInt8 = 2
        static let txn: UInt8 = 3
        static let compaction: UInt8 = 4
        static let leaseGrant: UInt8 = 5
        static let leaseRevoke: UInt8 = 6
        static let range: UInt8 = 7
    }

    enum Flag {
        static let prevKV: UInt8 = 1
        static let ignoreValue: UInt8 = 2
        static let ignoreLease: UInt8 = 4
        static let lease: UInt8 = 8
        static let ofPut: UInt8 = 15

        static let keysOnly: UInt8 = 1
        static let countOnly: UInt8 = 2
        static let filters: UInt8 = 4
        static let ofRange: UInt8 = 7
    }

    enum CompareTarget {
        static let version: UInt8 = 0
        static let create: UInt8 = 1
        static let mod: UInt8 = 2
        static let value: UInt8 = 3
        static let lease: UInt8 = 4
    }

    static let maximumDepth = TxnRequest.maximumOperations + 1
}
