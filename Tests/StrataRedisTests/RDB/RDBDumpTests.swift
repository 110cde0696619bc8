import Foundation
import StrataDisk
import StrataRESP
import StrataRedis
import StrataTesting
import Testing

/// Dumps of real servers of many versions.
@Suite struct RDBDumpTests {
    /// `STRATA_RDB_DUMPS`: a directory of files `*.rdb`, such as the test dumps of redis-rdb-tools.
    private func dumps(_ test: String = #function) -> [URL] {
        guard let path = ProcessInfo.processInfo.environment["STRATA_RDB_DUMPS"] else {
            skip("STRATA_RDB_DUMPS names no directory of dumps", test: test)
            return []
        }
        let files =
            (try? FileManager.default.contentsOfDirectory(
                at: URL(fileURLWithPath: path), includingPropertiesForKeys: nil)) ?? []
        return files.filter { $0.pathExtension == "rdb" }.sorted { $0.path < $1.path }
    }

    private func records(_ bytes: [UInt8]) throws(StorageError) -> ([RDBRecord], RDBRecordCollector.Tally) {
        var records: [RDBRecord] = []
        let collector = RDBRecordCollector { records.append($0) }
        try bytes.withLent { (lent) throws(StorageError) in
            _ = try RDBReader(RDBInput(lent, name: "dump")).read(into: collector)
        }
        return (records, collector.tally)
    }

    @Test func everyDumpIsRead() throws {
        for url in dumps() {
            let bytes = [UInt8](try Data(contentsOf: url))
            let (found, tally) = try records(bytes)
            print("\(url.lastPathComponent): version \(tally.version), \(found.count) keys \(tally.types)")
            // Through a file and its buffer it is the same.
            let disk = try PosixDisk(path: url.deletingLastPathComponent().path)
            let digest = RDBDigest()
            let summary = try RDBFile.load(from: disk, name: url.lastPathComponent, into: digest)
            #expect(summary.keys == UInt64(found.count), "\(url.lastPathComponent)")
        }
    }

    @Test func whatSomeOfThemHold() throws {
        let all = Dictionary(uniqueKeysWithValues: dumps().map { ($0.deletingPathExtension().lastPathComponent, $0) })
        func load(_ name: String) throws -> [String: RDBRecord.Content]? {
            guard let url = all[name] else { return nil }
            let (found, _) = try records([UInt8](try Data(contentsOf: url)))
            return Dictionary(uniqueKeysWithValues: found.map { (String(decoding: $0.key, as: UTF8.self), $0.content) })
        }
        if let found = try load("integer_keys") {
            #expect(found["125"] == .string(Array("Positive 8 bit integer".utf8)) && found.count == 6)
        }
        if let found = try load("easily_compressible_string_key") {
            #expect(
                found[String(repeating: "a", count: 200)]
                    == .string(Array("Key that redis should compress easily".utf8)))
        }
        if let found = try load("intset_64"), case .set(let members)? = found["intset_64"] {
            #expect(
                Set(members.map { String(decoding: $0, as: UTF8.self) }) == [
                    "9223090557583032318", "9223090557583032317", "9223090557583032316",
                ])
        }
        if let found = try load("regular_sorted_set") { #expect(found["force_sorted_set"]?.count == 500) }
        if let found = try load("linkedlist") { #expect(found["force_linkedlist"]?.count == 1000) }
        if let found = try load("dictionary") { #expect(found["force_dictionary"]?.count == 1000) }
        if let found = try load("redis_50_with_streams") { #expect(!found.isEmpty) }
    }

    /// Mutated dumps: refused or read, never a crash, and no memory beyond what the bytes themselves may hold.
    @Test(arguments: [1, 2, 3] as [UInt64])
    func mutatedDumps(_ seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        var sources = dumps().compactMap { try? [UInt8](Data(contentsOf: $0)) }.filter { $0.count < 30_000 }
        sources.append(try GoldenBytes("52 45 44 49 53 30 30 30 33 01 01 6b 02 01 61 01 62 ff").bytes)
        let before = peakMemory()
        var outcomes = (read: 0, refused: 0)
        for round in 0..<rounds(1500) {
            var bytes = sources[random.below(sources.count)]
            for _ in 0..<1 + random.below(4) {
                let at = random.below(bytes.count)
                switch random.below(5) {
                case 0: bytes[at] = UInt8(random.below(256))
                case 1: bytes[at] ^= 1 << UInt8(random.below(8))
                case 2: bytes.removeSubrange(at..<min(bytes.count, at + 1 + random.below(9)))
                case 3: bytes.insert(contentsOf: [0x81, 0x7F, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF], at: at)
                default: bytes[at] = [0xC3, 0x80, 0x81, 0xFF, 0x0F, 0x12][random.below(6)]
                }
                if bytes.isEmpty { bytes = [0] }
            }
            for visitor in [RDBRecordCollector(), RDBDigest()] as [any RDBVisitor] {
                do throws(StorageError) {
                    try bytes.withLent { (lent) throws(StorageError) in
                        _ = try RDBReader(RDBInput(lent, name: "mutated")).read(into: visitor, verifies: false)
                    }
                    outcomes.read += 1
                } catch {
                    outcomes.refused += 1
                    #expect(error.file == "mutated", "seed \(seed), round \(round): \(error)")
                }
            }
        }
        #expect(outcomes.refused > 0 && outcomes.read > 0)
        // 64 MiB: the largest source, unpacked in the best of cases, and what the allocator keeps.
        #expect(peakMemory() - before < 64 << 20, "seed \(seed)")
    }

    /// Largest resident size so far, bytes.
    private func peakMemory() -> Int {
        var usage = rusage()
        getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
        return Int(usage.ru_maxrss) * 1024
    }
}
