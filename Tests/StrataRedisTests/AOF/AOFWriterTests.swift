import StrataCodec
import StrataDisk
import StrataJournal
import StrataRESP
import StrataRedis
import StrataTesting
import Testing

@Suite struct AOFWriterTests {
    private let name = "appendonly.aof"

    private func contents(_ disk: any Disk, _ name: String) throws -> String {
        let file = try disk.open(name, .read, method: .fdatasync)
        var bytes = [UInt8](repeating: 0, count: Int(try file.size()))
        var span = bytes.mutableSpan
        var raw = span.mutableBytes
        _ = try file.read(into: &raw, at: 0)
        return String(decoding: bytes, as: UTF8.self)
    }

    private func expectSize(_ size: UInt64, of name: String, on disk: any Disk) throws {
        #expect(try contents(disk, name).utf8.count == Int(size))
    }

    private func write(_ text: String, to name: String, on disk: any Disk) throws {
        let file = try RDBFile.create(name, on: disk)
        try file.write(Array(text.utf8).span.bytes, at: 0)
        try file.close()
    }

    @Test(arguments: [
        SyncPolicy.always, .grouped(window: .milliseconds(1), maxBytes: 1 << 16),
        .periodic(interval: .milliseconds(20)),
        .everyBytes(4096), .never,
    ])
    func everyPolicyWritesTheSame(_ policy: SyncPolicy) throws {
        let place = try TemporaryDirectory("aof")
        let disk = try PosixDisk(path: place.path)
        let writer = try AOFWriter(try AOFDirectory(on: disk, name: name), policy: policy)
        var waitedFor = 0
        for index in 0..<500 {
            let ticket = try writer.put("SET", "k\(index)", "v", in: index / 250)
            if index % 10 == 9 { try writer.flush() }
            if let ticket, index % 50 == 49 {
                try writer.wait(through: ticket)
                #expect(writer.acknowledgedThrough >= ticket)
                if policy.acknowledgesDurably { #expect(writer.durableThrough >= ticket) }
                waitedFor += 1
            }
        }
        #expect((waitedFor > 0) == policy.acknowledgesDurably)
        try writer.sync()
        #expect(writer.durableThrough == writer.nextTicket - 1)
        let other: SyncPolicy = policy == .never ? .always : .never
        let before = writer.nextTicket
        try writer.change(to: other)
        #expect(writer.nextTicket == before)
        try writer.put("SET", "last", "v", in: 1)
        try writer.close()
        let found = try Replayed(try AOFDirectory(on: disk, name: name))
        #expect(found.commands.count == 503 && found.commands[0] == ["SELECT", "0"])
        #expect(found.commands[251] == ["SELECT", "1"] && found.commands[502] == ["SET", "last", "v"])
        let (_, whole) = try AOFDirectory(on: disk, name: name).sizes()
        #expect(writer.currentSize == whole)
    }

    @Test func theBytesAreThoseOfRedis() throws {
        let place = try TemporaryDirectory("aof")
        let disk = try PosixDisk(path: place.path)
        let writer = try AOFWriter(try AOFDirectory(on: disk, name: name), policy: .always)
        writer.writesTimestamps = true
        try writer.put("SET", "a", "1", now: 1_700_000_000_123)
        let unit = CommandEncoder()
        unit.add(in: 0, "SREM", "s", "x")
        unit.add(in: 11, "DEL", "s")
        _ = try writer.append(unit, now: 1_700_000_000_999)
        try writer.put("SET", "b", "2", in: 11, now: 1_700_000_001_000)
        try writer.close()
        #expect(
            try contents(disk, "appendonly.aof.1.incr.aof") == """
                #TS:1700000000\r\n*2\r\n$6\r\nSELECT\r\n$1\r\n0\r\n*3\r\n$3\r\nSET\r\n$1\r\na\r\n$1\r\n1\r\n*1\r\n$5\r\nMULTI\r\n\
                *3\r\n$4\r\nSREM\r\n$1\r\ns\r\n$1\r\nx\r\n*2\r\n$6\r\nSELECT\r\n$2\r\n11\r\n*2\r\n$3\r\nDEL\r\n$1\r\ns\r\n\
                *1\r\n$4\r\nEXEC\r\n#TS:1700000001\r\n*3\r\n$3\r\nSET\r\n$1\r\nb\r\n$1\r\n2\r\n
                """)
        #expect(try contents(disk, "appendonly.aof.manifest") == "file appendonly.aof.1.incr.aof seq 1 type i\n")
    }

    @Test(arguments: [true, false])
    func aRewrite(_ asDump: Bool) throws {
        let place = try TemporaryDirectory("aof")
        let disk = try PosixDisk(path: place.path)
        let writer = try AOFWriter(try AOFDirectory(on: disk, name: name), policy: .periodic(interval: .seconds(1)))
        for index in 0..<100 { try writer.put("SET", "counter", "\(index)") }
        let rewrite = try AOFRewrite(writer, process: 42)
        try writer.put("SET", "counter", "100")
        try rewrite.begin()
        try writer.put("SET", "late", "1")
        if asDump {
            try rewrite.writeDump(.standard(unixSeconds: 1, usedMemory: 2, isBase: true)) { dump in
                Array("counter".utf8).withLent { dump.encoder.key($0, type: .string) }
                dump.encoder.string("100")
            }
        } else {
            try rewrite.writeCommands { (file) throws(StorageError) in
                try file.begin(3)
                for word in ["SET", "counter", "100"] { file.add(word) }
            }
        }
        try rewrite.finish()
        try writer.put("SET", "later", "1")
        try writer.close()
        let suffix = asDump ? "rdb" : "aof"
        #expect(
            try place.names() == [
                "appendonly.aof.1.base.\(suffix)", "appendonly.aof.2.incr.aof", "appendonly.aof.manifest",
            ])
        let found = try Replayed(try AOFDirectory(on: disk, name: name))
        #expect(found.changes.suffix(2) == [["SET", "late", "1"], ["SET", "later", "1"]])
        #expect(found.records.count + found.changes.count == 3)
        #expect(try AOFDirectory(on: disk, name: name).sizes().whole == writer.currentSize)
        // Given up: nothing is lost, one increment more.
        let again = try AOFWriter(try AOFDirectory(on: disk, name: name), policy: .always)
        let abandoned = try AOFRewrite(again, process: 42)
        try abandoned.begin()
        try again.put("SET", "more", "1")
        abandoned.abandon()
        try again.close()
        let after = try AOFDirectory(on: disk, name: name)
        #expect(after.manifest.increments.count == 2 && after.manifest.base != nil)
        #expect(try Replayed(after).changes.last == ["SET", "more", "1"])
    }

    @Test func truncatedAndDamagedTails() throws {
        let place = try TemporaryDirectory("aof")
        let disk = try PosixDisk(path: place.path)
        let set = "*3\r\n$3\r\nSET\r\n$1\r\na\r\n$1\r\n1\r\n"
        func outcome(_ first: String, _ second: String, loadsTruncated: Bool = true) throws -> String {
            try write("file a seq 1 type i\nfile b seq 2 type i\n", to: name + ".manifest", on: disk)
            try write(first, to: "a", on: disk)
            try write(second, to: "b", on: disk)
            do throws(AOFError) {
                let directory = try AOFDirectory(on: disk, name: name)
                let found = try Replayed(directory, loadsTruncated: loadsTruncated)
                guard let cut = found.report.truncation else { return "\(found.changes.count) changes" }
                #expect(throws: Never.self) { try expectSize(cut.offset, of: "b", on: disk) }
                return "\(found.changes.count) changes, cut \(cut.file) at \(cut.offset), \(cut.dropped) dropped"
            } catch { return error.logLines.last ?? "" }
        }
        #expect(try outcome(set, set + set) == "3 changes")
        #expect(try outcome(set, "") == "1 changes")
        for cut in 1..<set.utf8.count {
            // By bytes: a line end is one character.
            let part = String(decoding: Array(set.utf8.prefix(cut)), as: UTF8.self)
            #expect(try outcome(set, set + part) == "2 changes, cut b at 27, \(cut) dropped")
            #expect(try outcome(set, part, loadsTruncated: false).hasPrefix("Unexpected end of file"))
        }
        let open = "*1\r\n$5\r\nMULTI\r\n"
        #expect(try outcome(set, set + open + set) == "2 changes, cut b at 27, 42 dropped")
        #expect(try outcome(set, set + open + set + "*1\r\n$4\r\nEXEC\r\n") == "3 changes")
        #expect(try outcome(String(set.dropLast()), set) == "Fatal error: the truncated file is not the last file")
        #expect(try outcome(set, set + "xyz").hasPrefix("Bad file format reading the append only file"))
        #expect(try outcome(set, "*0\r\n").hasPrefix("Bad file format"))
        #expect(try outcome(set, "*1\r\n:3\r\nbla\r\n").hasPrefix("Bad file format"))
        #expect(try outcome(set, "*1\r\n$3\r\nbla\r\n") == "Unknown command 'bla' reading the append only file b")
        #expect(try outcome(set, "*2000000000\r\n$3\r\nSET\r\n").hasPrefix("1 changes, cut b at 0"))
        #expect(try outcome(set, "*1\r\n$9000000000\r\nx").hasPrefix("1 changes, cut b at 0"))
        #expect(try outcome("REDIS0010x", set).hasSuffix("AOF loading aborted"))
        // A hole is dropped like a short tail; zeros between other bytes are damage.
        let hole = String(repeating: "\0", count: 600)
        #expect(try outcome(set, set + hole + set) == "2 changes, cut b at 27, 627 dropped")
        #expect(try outcome(set, set + "\0\0\0") == "2 changes, cut b at 27, 3 dropped")
        #expect(try outcome(set, set + "\0\0\0" + set).hasPrefix("Bad file format"))
        #expect(try outcome(set, set + hole, loadsTruncated: false).hasPrefix("Bad file format"))
        try disk.remove("a")
        #expect(throws: AOFError.self) { try Replayed(try AOFDirectory(on: disk, name: name)) }
        do throws(AOFError) { _ = try Replayed(try AOFDirectory(on: disk, name: name)) } catch {
            #expect(error.logLines.last == "Unable to obtain the AOF file a length. stat: No such file or directory")
        }
    }

    @Test func backToAMoment() throws {
        let place = try TemporaryDirectory("aof")
        let disk = try PosixDisk(path: place.path)
        let writer = try AOFWriter(try AOFDirectory(on: disk, name: name), policy: .never)
        writer.writesTimestamps = true
        for second in Int64(100)..<130 {
            try writer.put("SET", "at", "\(second)", now: second * 1000)
            if second % 10 == 9 { try AOFRewrite(writer, process: 1).begin() }
        }
        try writer.close()
        let directory = try AOFDirectory(on: disk, name: name)
        #expect(try AOFRepair.truncate(directory, after: 999) == nil)
        let cut = try AOFRepair.truncate(directory, after: 114)
        #expect(cut?.file == "appendonly.aof.2.incr.aof")
        let found = try Replayed(try AOFDirectory(on: disk, name: name))
        #expect(found.changes.last == ["SET", "at", "114"] && found.changes.count == 15)
        #expect(try place.names().count == 3)
        let report = try AOFRepair.check("appendonly.aof.2.incr.aof", on: disk)
        #expect(report.verdict == .whole && report.firstTimestamp == 110 && report.lastTimestamp == 114)
    }

    @Test func anOldSingleFileIsTakenOver() throws {
        let place = try TemporaryDirectory("aof")
        let parent = try PosixDisk(path: place.path)
        let disk = try PosixDisk(path: place.file("appendonlydir"))
        try write("*3\r\n$3\r\nSET\r\n$1\r\na\r\n$1\r\n1\r\n", to: name, on: parent)
        for round in 0..<2 {
            let directory = try AOFDirectory(on: disk, name: name)
            // The first time the power goes off between the manifest and the move.
            #expect(try AOFUpgrade.isNeeded(directory, parent: parent))
            if round == 0 {
                #expect(throws: StorageError.self) {
                    try AOFUpgrade.run(directory, parent: parent) { (name) throws(StorageError) in
                        throw StorageError(kind: .powerLost, file: name)
                    }
                }
            } else {
                try AOFUpgrade.run(directory, parent: parent, move: AOFUpgrade.rename(from: parent, to: disk))
            }
        }
        let directory = try AOFDirectory(on: disk, name: name)
        #expect(try !AOFUpgrade.isNeeded(directory, parent: parent))
        #expect(directory.manifest.text == "file appendonly.aof seq 1 type b\n")
        #expect(try Replayed(directory).changes == [["SET", "a", "1"]])
        #expect(try parent.list().isEmpty)
    }

    /// Mutated files are refused or cut, and never crash.
    @Test(arguments: [1, 2] as [UInt64])
    func mutatedFiles(_ seed: UInt64) throws {
        let place = try TemporaryDirectory("aof")
        let disk = try PosixDisk(path: place.path)
        var random = SeededRandom(seed: seed)
        let text =
            (0..<20).map { "*3\r\n$3\r\nSET\r\n$2\r\nk\($0 % 10)\r\n$3\r\nabc\r\n" }.joined()
            + "#TS:5\r\n*1\r\n$5\r\nMULTI\r\n*1\r\n$4\r\nEXEC\r\n"
        try write("file a seq 1 type i\n", to: name + ".manifest", on: disk)
        var outcomes: [String: Int] = [:]
        for round in 0..<rounds(800) {
            var bytes = Array(text.utf8)
            for _ in 0..<1 + random.below(3) {
                let at = random.below(bytes.count)
                if random.chance(0.3) {
                    bytes.removeSubrange(at..<min(at + 5, bytes.count))
                } else {
                    bytes[at] = UInt8(random.below(256))
                }
                if bytes.isEmpty { bytes = [42] }
            }
            let file = try RDBFile.create("a", on: disk)
            try file.write(bytes.span.bytes, at: 0)
            try file.close()
            do throws(AOFError) {
                let found = try Replayed(try AOFDirectory(on: disk, name: name))
                outcomes[found.report.truncation == nil ? "whole" : "cut", default: 0] += 1
                if found.report.truncation != nil {
                    let again = try Replayed(try AOFDirectory(on: disk, name: name))
                    #expect(again.commands == found.commands, "seed \(seed), round \(round)")
                }
            } catch { outcomes["refused", default: 0] += 1 }
        }
        #expect(outcomes.count == 3, "\(outcomes)")
    }
}
