import StrataBTree
import StrataDisk
import StrataKV
import StrataTesting
import Testing

/// The drawing in VersionFormat.swift, byte by byte.
@Suite struct VersionFormatTests {
    /// Key and value of every entry of a store, each after its size.
    private static let golden = """
        0b 61 00*7 07 6b 00                     # attachment of lease 7: key "k\\0"
        00
        09 6c 00*7 07                           # lease 7
        10 3c 00*7 88 13 00*6                   #   60 s, granted at 5000 ms
        02 6d 73                                # meta
        14 01 00*3 04 00*7 00*8                 #   format 1, revision 4, compacted 0
        0d 72 00*7 02 00 00 00 00               # event of revision 2, sub 0
        02 00 61                                #   put "a"
        0d 72 00*7 03 00 00 00 00               # event of revision 3
        03 00 6b 00                             #   put "k\\0"
        0d 72 00*7 03 00 00 00 01               # event of revision 3, sub 1
        02 00 61                                #   put "a"
        0d 72 00*7 04 00 00 00 00               # event of revision 4
        02 01 61                                #   delete "a"
        0c 76 61 00 01 ff ff ff ff ff ff ff fb  # version of "a" at 4, the newest first
        01 00                                   #   tombstone
        0c 76 61 00 01 ff ff ff ff ff ff ff fc  # version of "a" at 3
        04 01 01 02 79                          #   put, age 1, version 2, "y"
        0c 76 61 00 01 ff ff ff ff ff ff ff fd  # version of "a" at 2
        04 01 00 01 78                          #   put, age 0, version 1, "x"
        0e 76 6b 00 ff 00 01 ff ff ff ff ff ff ff fc  # version of "k\\0" at 3
        0c 02 07 00*7 00 01 7a                  #   put with lease 7, age 0, version 1, "z"
        """

    @Test func theStoreWritesTheDrawing() throws {
        let tree = BufferedTree(try BTree(on: KVHarness.freshDisk(), options: .small))
        let store = try KVStore(tree)
        var index: UInt64 = 0
        let scratch = IOBuffer()
        for command in Self.commands {
            index += 1
            scratch.removeAll()
            CommandFormat.encode(command, into: scratch)
            _ = try scratch.withBytes { (bytes) throws(StorageError) in
                try store.apply(bytes, index: index, time: 5000)
            }
        }
        _ = store.beginCheckpoint()
        try store.finishCheckpoint()
        #expect(VersionFormat.version == 1)
        try GoldenBytes(Self.golden).expect(try Self.dump(tree))
    }

    private static let commands: [KVCommand] = [
        .leaseGrant(LeaseGrantRequest(ttl: 60, id: 7)), .put(PutRequest(key: [0x61], value: [0x78])),
        .txn(
            TxnRequest(success: [
                .put(PutRequest(key: [0x6B, 0], value: [0x7A], lease: 7)),
                .put(PutRequest(key: [0x61], value: [0x79])),
            ])), .deleteRange(DeleteRangeRequest(key: [0x61])),
    ]

    private static func dump(_ tree: BufferedTree) throws -> [UInt8] {
        var bytes: [UInt8] = []
        let cursor = tree.view().makeCursor()
        var isValid = try cursor.seekFirst()
        while isValid {
            cursor.withKey { bytes += [UInt8($0.byteCount)] + copy($0) }
            try cursor.withValue { bytes += [UInt8($0.byteCount)] + copy($0) }
            isValid = try cursor.next()
        }
        return bytes
    }

    @Test func theStoreReadsTheDrawing() throws {
        let bytes = try GoldenBytes(Self.golden).bytes
        let tree = BufferedTree(try BTree(on: KVHarness.freshDisk(), options: .small))
        var at = 0
        func field() -> [UInt8] {
            let size = Int(bytes[at])
            defer { at += 1 + size }
            return Array(bytes[(at + 1)..<(at + 1 + size)])
        }
        while at < bytes.count {
            let (key, value) = (field(), field())
            tree.put(key.span.bytes, value.span.bytes)
        }
        let store = try KVStore(tree)
        #expect(store.visibleRevision == 4 && store.compactedRevision == 0)
        #expect(store.leases() == [LeaseInfo(id: 7, ttl: 60, granted: 5000)])
        #expect(
            try store.range(RangeRequest(key: [0], rangeEnd: [0])).keyValues == [
                KeyValue(key: [0x6B, 0], createRevision: 3, modRevision: 3, version: 1, lease: 7, value: [0x7A])
            ])
        #expect(
            try store.range(RangeRequest(key: [0x61], revision: 3)).keyValues == [
                KeyValue(key: [0x61], createRevision: 2, modRevision: 3, version: 2, value: [0x79])
            ])
        #expect(try store.check().problems == [])
    }

    @Test func aLaterFormatIsRefused() throws {
        let tree = BufferedTree(try BTree(on: KVHarness.freshDisk(), options: .small))
        let meta: [UInt8] = [2, 0, 0, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]
        tree.put(([0x6D, 0x73] as [UInt8]).span.bytes, meta.span.bytes)
        #expect(throws: StorageError.self) { try KVStore(tree) }
    }
}
