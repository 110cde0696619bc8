import StrataDisk
import StrataRESP
import StrataRedis
import StrataTesting
import Synchronization
import Testing

/// A keyspace out of a real server's dump and back.
@Suite(.serialized) struct RDBRoundTripTests {
    static func load(
        _ disk: any Disk, _ name: String = "dump.rdb", limits: EncodingLimits = EncodingLimits()
    ) throws(StorageError) -> (Keyspace, RDBLoader.Report) {
        let keyspace = Keyspace(databases: 16, seed: 1, now: 1_700_000_000_000)
        let loader = RDBLoader(keyspace, limits: limits)
        try RDBFile.load(from: disk, name: name, into: loader)
        return (keyspace, loader.report)
    }

    static func save(_ keyspace: Keyspace, to disk: any Disk, _ name: String, compresses: Bool = true)
        throws(StorageError)
    {
        var options = RDBWriter.Options.standard(unixSeconds: 1_700_000_000, usedMemory: 1 << 20)
        options.compresses = compresses
        try RDBFile.save(to: disk, name: name, temporary: "temp-1.rdb", options: options) {
            (writer) throws(StorageError) in
            let snapshot = keyspace.beginSnapshot(RDBSnapshotSink(writer))
            _ = try snapshot.run()
            keyspace.endSnapshot()
        }
    }

    @Test func aRealServersDataComesBackEqual() throws {
        guard let server = try RealRedis() else { return }
        try RealData.fill(server, seed: 7)
        let expected = try RealData.digest(server)
        _ = try server.command("SAVE")
        let disk = try PosixDisk(path: server.directory.path)
        let (keyspace, report) = try Self.load(disk)
        #expect(report.keysLoaded == keyspace.keyCount && report.emptyKeysSkipped == 0)
        #expect(KeyspaceDigest.digest(of: keyspace) == expected)

        // The encodings are the server's.
        guard let keys = try server.command("KEYS", "*").elements else { return }
        for key in keys {
            guard case .bulk(let name) = key else { continue }
            let encoding = try server.command([Array("OBJECT".utf8), Array("ENCODING".utf8), name]).text
            let digest = try server.command([Array("DEBUG".utf8), Array("DIGEST-VALUE".utf8), name])
            let entry = name.withLent { keyspace.database(0).read($0) }
            guard let entry else {
                Issue.record("\(String(decoding: name, as: UTF8.self)) is missing")
                continue
            }
            if encoding != "raw" {
                #expect("\(entry.encoding.name)" == encoding, "\(String(decoding: name, as: UTF8.self))")
            }
            #expect(
                KeyspaceDigest.digest(of: entry) == digest.elements?[0].text, "\(String(decoding: name, as: UTF8.self))"
            )
        }
        for (file, compresses) in [("ours.rdb", true), ("plain.rdb", false)] {
            try Self.save(keyspace, to: disk, file, compresses: compresses)
            _ = try server.command("FLUSHALL")
            // The server loads only the file it is configured with.
            _ = try server.command("CONFIG", "SET", "dbfilename", file)
            #expect(try server.command("DEBUG", "RELOAD", "NOSAVE").text == "OK")
            #expect(try RealData.digest(server) == expected, "\(file)")
        }
        guard let groups = try server.command("XINFO", "STREAM", "stream", "FULL", "COUNT", "0").elements else {
            return
        }
        #expect(groups.count > 10)
        let (again, _) = try Self.load(disk, "ours.rdb")
        #expect(KeyspaceDigest.digest(of: again) == expected)
    }

    @Test func payloadsGoBothWays() throws {
        guard let server = try RealRedis() else { return }
        try RealData.fill(server, seed: 8)
        _ = try server.command("SAVE")
        let disk = try PosixDisk(path: server.directory.path)
        let (keyspace, _) = try Self.load(disk)
        guard let keys = try server.command("KEYS", "*").elements else { return }
        let encoder = RDBEncoder()
        for key in keys {
            guard case .bulk(let name) = key, case .bulk(let payload) = try server.command([Array("DUMP".utf8), name]),
                let entry = name.withLent({ keyspace.database(0).read($0) })
            else { continue }
            let label = String(decoding: name, as: UTF8.self)
            let built = try payload.withLent { (lent) throws(RDBPayload.Refusal) in
                try RDBValueBuilder.value(of: lent, limits: EncodingLimits())
            }
            switch built {
            case .string(let bytes): #expect(entry.withString { $0.copy() } == bytes, "\(label)")
            case .collection(let value): #expect(value.count == entry.collection?.count, "\(label)")
            case .empty, .module: Issue.record("\(label): nothing was built")
            }
            encoder.buffer.removeAll()
            encoder.payload(entry)
            let copy = Array("copy".utf8)
            let restored = try server.command(
                [Array("RESTORE".utf8), copy, [0x30], encoder.bytes.copy(), Array("REPLACE".utf8)])
            #expect(restored.text == "OK", "\(label)")
            let digests = try server.command([Array("DEBUG".utf8), Array("DIGEST-VALUE".utf8), name, copy]).elements
            let isExpiring = try server.command([Array("PTTL".utf8), name]) != .integer(-1)
            if !isExpiring { #expect(digests?[0] == digests?[1], "\(label)") }
        }
    }

    /// Mutated payloads of every type: refused, or a value that can be read and written.
    @Test(arguments: [1, 2] as [UInt64])
    func mutatedPayloads(_ seed: UInt64) throws {
        guard let server = try RealRedis() else { return }
        try RealData.fill(server, seed: seed)
        guard let keys = try server.command("KEYS", "*").elements else { return }
        var payloads: [[UInt8]] = []
        for key in keys {
            guard case .bulk(let name) = key, case .bulk(let payload) = try server.command([Array("DUMP".utf8), name])
            else { continue }
            if payload.count < 20_000 { payloads.append(payload) }
        }
        var random = SeededRandom(seed: seed)
        var outcomes = (built: 0, refused: 0)
        let encoder = RDBEncoder()
        for round in 0..<rounds(6000) {
            var bytes = payloads[random.below(payloads.count)]
            for _ in 0..<1 + random.below(3) {
                let at = random.below(bytes.count)
                if random.chance(0.5) {
                    bytes[at] = UInt8(random.below(256))
                } else {
                    bytes[at] ^= 1 << UInt8(random.below(8))
                }
            }
            // A version that is accepted, or nothing of the value would be looked at.
            if bytes.count > 10 { bytes.replaceSubrange(bytes.count - 10..<bytes.count - 8, with: [10, 0]) }
            do throws(RDBPayload.Refusal) {
                let built = try bytes.withLent { (lent) throws(RDBPayload.Refusal) in
                    try RDBValueBuilder.value(of: lent, checks: false, limits: EncodingLimits())
                }
                outcomes.built += 1
                guard case .collection(let value) = built else { continue }
                encoder.buffer.removeAll()
                encoder.byte(RDBEncoder.type(of: value).rawValue)
                encoder.value(value)
                encoder.payloadFooter(from: 0)
                let digest = RDBDigest()
                digest.beginValue()
                try RDBPayload.read(encoder.bytes, into: digest)
                _ = value.copy().memoryBytes
            } catch { outcomes.refused += 1 }
            #expect(outcomes.built + outcomes.refused >= round, "seed \(seed)")
        }
        #expect(outcomes.built > 0 && outcomes.refused > 0)
    }

    /// Changes go on while a snapshot is written: it holds what was there at its beginning.
    @Test func aSnapshotBesideChanges() throws {
        let disk = try PosixDisk(path: TemporaryDirectory("rdb").path)
        let keyspace = Keyspace(databases: 16, seed: 1, now: 1_700_000_000_000)
        var random = SeededRandom(seed: 3)
        for index in 0..<20_000 {
            Array("key:\(index)".utf8).withLent { key in
                Array("\(random.next())".utf8).withLent { keyspace.database(index % 3).setString(key, $0) }
            }
        }
        keyspace.commandEnded()
        let expected = KeyspaceDigest.digest(of: keyspace)
        let failure = Mutex<StorageError?>(nil)
        try RDBFile.save(to: disk, name: "dump.rdb", temporary: "temp-1.rdb", options: .init()) {
            (writer) throws(StorageError) in
            let snapshot = keyspace.beginSnapshot(RDBSnapshotSink(writer))
            let thread = WorkerThread(name: "snapshot") {
                do throws(StorageError) { _ = try snapshot.run() } catch { failure.withLock { $0 = error } }
            }
            for index in 0..<20_000 {
                Array("key:\(random.below(20_000))".utf8).withLent { key in
                    let database = keyspace.database(random.below(3))
                    if index % 3 == 0 {
                        _ = database.delete(key)
                    } else {
                        Array("changed".utf8).withLent { database.setString(key, $0) }
                    }
                }
                keyspace.commandEnded()
            }
            thread.join()
            keyspace.endSnapshot()
        }
        #expect(failure.withLock { $0 } == nil)
        let (loaded, report) = try Self.load(disk)
        #expect(report.keysLoaded == 20_000 && KeyspaceDigest.digest(of: loaded) == expected)
        #expect(KeyspaceDigest.digest(of: keyspace) != expected)
    }

    @Test func whatALoadLeavesOut() throws {
        let disk = try PosixDisk(path: TemporaryDirectory("rdb").path)
        try RDBFile.save(to: disk, name: "dump.rdb", temporary: "temp-1.rdb", options: .init()) { writer in
            let encoder = writer.encoder
            encoder.select(0, keys: 3, expiring: 1)
            Array("old".utf8).withLent { encoder.key($0, type: .string, expiry: 1000) }
            encoder.string("v")
            Array("empty".utf8).withLent { encoder.key($0, type: .list) }
            encoder.length(0)
            Array("new".utf8).withLent { encoder.key($0, type: .string, expiry: 4_102_444_800_000) }
            encoder.string("v")
        }
        let keyspace = Keyspace(databases: 16, seed: 1, now: 1_700_000_000_000)
        var options = RDBLoader.Options()
        options.now = 1_700_000_000_000
        let loader = RDBLoader(keyspace, limits: EncodingLimits(), options: options)
        try RDBFile.load(from: disk, name: "dump.rdb", into: loader)
        #expect(loader.report.logLine == "Done loading RDB, keys loaded: 1, keys expired: 1, empty keys skipped: 1.")
        #expect(keyspace.keyCount == 1 && loader.report.skipped == [Array("empty".utf8)])
        // Again: every key is there already.
        #expect(throws: StorageError.self) {
            try RDBFile.load(
                from: disk, name: "dump.rdb", into: RDBLoader(keyspace, limits: EncodingLimits(), options: options))
        }
        options.replacesKeys = true
        let replacing = RDBLoader(keyspace, limits: EncodingLimits(), options: options)
        try RDBFile.load(from: disk, name: "dump.rdb", into: replacing)
        #expect(replacing.report.keysLoaded == 1)
    }
}
