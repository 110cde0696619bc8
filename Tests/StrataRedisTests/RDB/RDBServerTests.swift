import StrataDisk
import StrataRESP
import StrataRedis
import StrataTesting
import Testing

/// Against a real redis-server.
@Suite(.serialized) struct RDBServerTests {
    @Test func dumpsOfAServerHaveItsDigest() throws {
        guard let server = try RealRedis() else { return }
        try RealData.fill(server, seed: 5)
        for compresses in ["yes", "no"] {
            _ = try server.command("CONFIG", "SET", "rdbcompression", compresses)
            _ = try server.command("SAVE")
            let disk = try PosixDisk(path: server.directory.path)
            let digest = RDBDigest()
            let summary = try RDBFile.load(from: disk, name: "dump.rdb", into: digest)
            #expect(summary.version == 10 && summary.checksum != nil)
            #expect(try digest.text == RealData.digest(server))
            let collector = RDBRecordCollector()
            try RDBFile.load(from: disk, name: "dump.rdb", into: collector)
            #expect(
                collector.tally.databases == [0, 7] && collector.tally.types.count == 6 && collector.tally.empty == 0)
        }
    }

    @Test func payloadsOfDump() throws {
        guard let server = try RealRedis() else { return }
        try RealData.fill(server, seed: 6)
        guard let keys = try server.command("KEYS", "*").elements else { return }
        for key in keys {
            guard case .bulk(let name) = key, case .bulk(let payload) = try server.command([Array("DUMP".utf8), name])
            else { continue }
            let digest = RDBDigest()
            let collector = RDBRecordCollector()
            try payload.withLent { (lent) throws(RDBPayload.Refusal) in
                try RDBPayload.read(lent, into: collector)
                try RDBPayload.read(lent, into: digest)
            }
            var damaged = payload
            damaged[damaged.count / 2] ^= 4
            #expect(throws: RDBPayload.Refusal.versionOrChecksum) {
                try damaged.withLent { (lent) throws(RDBPayload.Refusal) in
                    try RDBPayload.read(lent, into: RDBRecordCollector())
                }
            }
        }
    }
}
