import StrataRESP
import StrataRedis
import Testing

/// The drawings that open the folders hold: bytes written by hand from them, and what the code makes.
@Suite struct FormatTests {
    @Test func aListpackIsAsDrawn() throws {
        let golden: [UInt8] = [
            21, 0, 0, 0, 4, 0,  // total, count
            0x05, 1,  // 5
            0xDF, 0xFF, 2,  // -1 in 13 bits
            0x83, 0x61, 0x62, 0x63, 4,  // "abc"
            0xF1, 0x00, 0x80, 3,  // -32768
            ListpackFormat.end,
        ]
        var pack = Listpack()
        for text in ["5", "-1", "abc", "-32768"] { Array(text.utf8).withLent { pack.append($0) } }
        #expect(pack.bytes.copy() == golden)
        #expect(ListpackFormat.emptySize == ListpackFormat.headerSize + 1)
        let empty = Listpack()
        let bytes = empty.bytes.copy()
        #expect(empty.count == 0)
        #expect(bytes == [7, 0, 0, 0, 0, 0, 0xFF])
        #expect([127, 128, 16_382, 16_383].map { ListpackFormat.trailerSize($0) } == [1, 2, 2, 3])
    }

    @Test func aKeyLiesInItsBlobAsDrawn() throws {
        let keyspace = Keyspace(seed: 1, now: 1_700_000_000_000)
        let database = keyspace.database(0)
        let key = Array("name".utf8)
        key.withLent { key in Array("a value".utf8).withLent { value in database.setString(key, value) } }
        let entry = try #require(key.withLent { database.read($0) })
        typealias Format = KeyEntryFormat
        #expect(entry.blob.load(as: UInt32.self) == 4)
        #expect(Bytes(entry.blob + Format.keyAt, 4).copy() == key)
        let value = entry.blob + Format.keyAt + 4
        #expect(value.loadUnaligned(as: UInt32.self) == 7)
        #expect(Bytes(value + Format.bytesHeaderSize, 7).copy() == Array("a value".utf8))
        let meta = entry.blob.load(fromByteOffset: Format.metaAt, as: UInt8.self)
        #expect(meta & (Format.raw | Format.expiring | Format.saved) == 0)
    }

    @Test func segmentsGrowInSizesOfMalloc() {
        typealias Format = HashIndexFormat
        for slots in 1...400 {
            let capacity = Format.capacity(for: slots)
            #expect(capacity >= slots && capacity % 2 == 1, "\(slots)")
        }
        #expect(Format.capacity(for: Format.maxSlots) == Format.maxSlots)
        #expect((0...64).allSatisfy { Format.base(ofDepth: $0) % 8 == 0 && $0 - Format.base(ofDepth: $0) < 8 })
        #expect(Format.tagBits + Format.addressBits == 64)
    }

    @Test func aManifestNamesItsFilesAsDrawn() throws {
        var manifest = AOFManifest()
        let base = manifest.newBase(of: "NAME", isRDB: true)
        manifest.base = base
        manifest.increments = [manifest.newIncrement(of: "NAME")]
        #expect(manifest.text == "file NAME.1.base.rdb seq 1 type b\nfile NAME.1.incr.aof seq 1 type i\n")
        #expect(base.name.hasSuffix(AOFFormat.baseRDBSuffix))
        #expect(try AOFManifest(Array(manifest.text.utf8)) == manifest)
    }
}
