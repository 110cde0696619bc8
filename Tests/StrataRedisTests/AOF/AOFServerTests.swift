import Foundation
import StrataDisk
import StrataJournal
import StrataRESP
import StrataRedis
import StrataTesting
import Testing

/// Append-only files between this and a real redis-server.
@Suite(.serialized) struct AOFServerTests {
    private let name = "appendonly.aof"

    /// Exit status and output of a tool of Redis; nil, after saying so, where there is none.
    private func run(_ tool: String, _ arguments: String..., test: String = #function) throws -> (
        status: Int32, output: String
    )? {
        guard let executable = RealRedis.executable(tool) else {
            skip("no \(tool) on PATH", test: test)
            return nil
        }
        let directory = try TemporaryDirectory("tool")
        try directory.write([], to: "output")
        let process = Process()
        process.executableURL = URL(fileURLWithPath: executable)
        process.arguments = arguments
        process.standardOutput = FileHandle(forWritingAtPath: directory.file("output"))
        process.standardInput = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        return (process.terminationStatus, String(decoding: try directory.read("output"), as: UTF8.self))
    }

    /// The data of a real server as commands and as a dump, written by this, loaded by another real server.
    @Test(arguments: [true, false])
    func aRealServerLoadsWhatIsWrittenHere(_ asDump: Bool) throws {
        guard let source = try RealRedis() else { return }
        try RealData.fill(source, seed: 21)
        _ = try source.command("SAVE")
        let dumps = try PosixDisk(path: source.directory.path)
        let (keyspace, _) = try RDBRoundTripTests.load(dumps)

        let place = try TemporaryDirectory("aof")
        let disk = try PosixDisk(path: place.file("appendonlydir"))
        let (rewrite, writer) = try AOFRewrite.enable(
            try AOFDirectory(on: disk, name: name), policy: .always, process: 7)
        writer.writesTimestamps = true
        func save(_ sink: any SnapshotSink) throws(StorageError) {
            let snapshot = keyspace.beginSnapshot(sink)
            _ = try snapshot.run()
            keyspace.endSnapshot()
        }
        if asDump {
            try rewrite.writeDump(.standard(unixSeconds: 1_700_000_000, usedMemory: 1, isBase: true)) {
                (dump) throws(StorageError) in
                try save(RDBSnapshotSink(dump))
            }
        } else {
            try rewrite.writeCommands { (file) throws(StorageError) in try save(AOFSnapshotSink(file)) }
        }
        try rewrite.finish()
        let unit = CommandEncoder()
        unit.add(in: 3, "SET", "after", "1")
        unit.add(in: 0, "RPUSH", "list:1", "more")
        _ = try writer.append(unit, now: 1_700_000_000_000)
        try writer.close()
        for words in [["SELECT", "3"], ["SET", "after", "1"], ["SELECT", "0"], ["RPUSH", "list:1", "more"]] {
            _ = try source.command(words.map { Array($0.utf8) })
        }
        let expected = try RealData.digest(source)

        if let check = try run("redis-check-aof", place.file("appendonlydir/appendonly.aof.manifest")) {
            #expect(check.status == 0, "\(check.output)")
            #expect(check.output.contains("All AOF files and manifest are valid"), "\(check.output)")
        }
        if asDump, let check = try run("redis-check-rdb", place.file("appendonlydir/appendonly.aof.1.base.rdb")) {
            #expect(check.status == 0, "\(check.output)")
        }
        guard let server = try RealRedis(["--appendonly", "yes"], in: place) else { return }
        #expect(try RealData.digest(server) == expected)
        // What it writes on from there reads back here.
        for words in [["SET", "x", "y"], ["SPOP", "set:3"], ["EXPIRE", "x", "1000"], ["BGREWRITEAOF"]] {
            _ = try server.command(words.map { Array($0.utf8) })
        }
        for _ in 0..<500 {
            let info = try server.command("INFO", "persistence").text ?? ""
            if info.contains("aof_rewrite_in_progress:0"), info.contains("aof_rewrite_scheduled:0") { break }
            usleep(20_000)
        }
        let after = try RealData.digest(server)
        server.stop()
        let directory = try AOFDirectory(on: disk, name: name)
        let again = Keyspace(databases: 16, seed: 1, now: 1_700_000_000_000)
        var late = 0
        _ = try AOFLoader().load(directory, dump: RDBLoader(again, limits: EncodingLimits())) { arguments in
            late += arguments[0].isWord("select") ? 0 : 1
            return true
        }
        #expect(late == 0 && KeyspaceDigest.digest(of: again) == after)
    }

    @Test func whatARealServerAppendsIsRead() throws {
        guard
            let server = try RealRedis(
                "--appendonly", "yes", "--aof-timestamp-enabled", "yes", "--appendfsync", "always")
        else { return }
        try RealData.fill(server, seed: 22)
        _ = try server.command("MULTI")
        _ = try server.command("SET", "in", "multi")
        _ = try server.command("SPOP", "set:100")
        _ = try server.command("EXEC")
        server.stop()
        let disk = try PosixDisk(path: server.directory.file("appendonlydir"))
        let directory = try AOFDirectory(on: disk, name: name)
        #expect(
            directory.manifest.base?.name == "appendonly.aof.1.base.rdb" && directory.manifest.increments.count == 1)
        let found = try Replayed(directory)
        #expect(
            found.changes.count > 600 && found.commands.contains { $0[0] == "MULTI" }
                && found.changes.contains { $0[0] == "SREM" })
        let report = try AOFRepair.check(directory.manifest.increments[0].name, on: disk)
        #expect(report.verdict == .whole && report.firstTimestamp != nil)
        #expect(report.commands == UInt64(found.commands.count) && report.validEnd == report.size)
        // Appended to by this, the server goes on with it.
        let writer = try AOFWriter(directory, policy: .always)
        try writer.put("SET", "ours", "1", in: 5)
        try writer.close()
        guard let again = try RealRedis(["--appendonly", "yes"], in: server.directory) else { return }
        _ = try again.command("SELECT", "5")
        #expect(try again.command("GET", "ours").text == "1")
    }
}
