// RDBFormat.swift: a dump of Redis, versions 1 to 12 read, version 10 written. Integers are little-endian where not said otherwise.
//
//  byte 0         5         9
//       +---------+---------+--------+-----------+--------+--------+-----
//       | "REDIS" | "0010"  | AUX... | FUNCTION2 | SELECT | RESIZE | records
//       +---------+---------+--------+-----------+--------+--------+-----
//       ... | next database: SELECT, RESIZE, records | 0xFF | crc64, 8 bytes |
//
//       record: [EXPIRE (ms or s)] [IDLE or FREQ] | type, 1 byte | key, a string | value
//
//  length   00nnnnnn                          0...63
//           01nnnnnn nnnnnnnn                 0...16383, high part first
//           10000000 + 4 bytes big-endian     10000001 + 8 bytes big-endian
//           11kkkkkk                          no length: how the string is encoded (`StringEncoding`)
//  string   length, bytes | 11000000 int8 | 11000001 int16 | 11000010 int32 | 11000011 packed length, length, LZF
//
//  DUMP     type, 1 byte | value | version, 2 bytes | crc64 of all before, 8 bytes
//
// 1. The checksum covers everything before it; 0 says that none was computed; before version 5 there is none.
// 2. A length never exceeds what is left of its file: it is refused before anything is allocated for it.
// 3. Collections without elements are never written; a reader skips them and says how many they were.

/// Facts: https://rdb.fnordig.de/file_format.html and dumps of Redis 2.4 to 8.2.
package enum RDBFormat {
    package static let magic: StaticString = "REDIS"
    package static let headerSize = 9
    package static let footerSize = 8
    /// What Redis 7.0 reads and writes.
    package static let writtenVersion = 10
    package static let newestVersion = 12
    /// From this version on a checksum ends the file.
    package static let firstVersionWithChecksum = 5
    /// Of a DUMP payload, after the value: version and checksum.
    package static let payloadFooterSize = 10

    package enum Opcode {
        package static let slotInfo: UInt8 = 244
        package static let function: UInt8 = 245
        /// Of a release candidate of Redis 7.0: nobody reads it any more.
        package static let earlyFunction: UInt8 = 246
        package static let moduleAuxiliary: UInt8 = 247
        package static let idle: UInt8 = 248
        package static let frequency: UInt8 = 249
        package static let auxiliary: UInt8 = 250
        package static let resize: UInt8 = 251
        package static let expireMilliseconds: UInt8 = 252
        package static let expireSeconds: UInt8 = 253
        package static let select: UInt8 = 254
        package static let end: UInt8 = 255
    }

    /// After the two bits that say "no length".
    package enum StringEncoding {
        package static let int8: UInt64 = 0
        package static let int16: UInt64 = 1
        package static let int32: UInt64 = 2
        package static let lzf: UInt64 = 3
    }

    /// Strings above this size are tried with LZF, and the result is kept where it saves at least `lzfGain` bytes.
    package static let lzfThreshold = 20
    package static let lzfGain = 4
    /// A copy instruction of LZF is 3 bytes for at most 264: no packed string can grow further.
    package static let lzfLargestRatio = 264

    /// Parts of a module's value, in its own small format.
    package enum ModulePart {
        package static let end: UInt64 = 0
        package static let signed: UInt64 = 1
        package static let unsigned: UInt64 = 2
        package static let float: UInt64 = 3
        package static let double: UInt64 = 4
        package static let string: UInt64 = 5
    }

    /// Containers of a list's nodes in `quicklist2`.
    package static let plainNode: UInt64 = 1
    package static let packedNode: UInt64 = 2

    /// The nine letters of six bits above the ten bits of the encoding's version that name a module type.
    package static func moduleName(_ id: UInt64) -> String {
        let letters = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")
        return String((0..<9).map { letters[Int(id >> UInt64(10 + 6 * (8 - $0)) & 63)] })
    }
}

/// The type byte of a record.
package enum RDBType: UInt8, Sendable, CaseIterable {
    case string = 0
    case list = 1
    case set = 2
    /// Scores as decimal text.
    case sortedSet = 3
    case hash = 4
    /// Scores as binary doubles.
    case sortedSet2 = 5
    /// Of Redis 4.0's candidates: cannot be skipped without the module.
    case module = 6
    case module2 = 7
    case hashZipmap = 9
    case listZiplist = 10
    case setIntset = 11
    case sortedSetZiplist = 12
    case hashZiplist = 13
    case quicklist = 14
    case stream = 15
    case hashListpack = 16
    case sortedSetListpack = 17
    case quicklist2 = 18
    case stream2 = 19
    /// Redis 7.2, version 11.
    case setListpack = 20
    case stream3 = 21
    /// Redis 7.4, version 12: hashes whose fields may expire. The first two are of its candidates.
    case hashMetadataEarly = 22
    case hashListpackExpiringEarly = 23
    case hashMetadata = 24
    case hashListpackExpiring = 25

    /// nil for modules.
    package var valueType: ValueType? {
        switch self {
        case .string: .string
        case .list, .listZiplist, .quicklist, .quicklist2: .list
        case .set, .setIntset, .setListpack: .set
        case .sortedSet, .sortedSet2, .sortedSetZiplist, .sortedSetListpack: .sortedSet
        case .hash, .hashZipmap, .hashZiplist, .hashListpack, .hashMetadataEarly, .hashListpackExpiringEarly,
            .hashMetadata, .hashListpackExpiring:
            .hash
        case .stream, .stream2, .stream3: .stream
        case .module, .module2: nil
        }
    }
}
