import StrataRedis
import Testing

@Suite struct AOFManifestTests {
    private func parse(_ text: String) throws(AOFManifestError) -> AOFManifest { try AOFManifest(Array(text.utf8)) }

    private func reason(_ text: String) -> String {
        do throws(AOFManifestError) {
            _ = try parse(text)
            return "accepted"
        } catch { return "\(error.line): \(error.reason.rawValue)" }
    }

    @Test func whatRedisWrites() throws {
        let text = """
            file appendonly.aof.3.base.rdb seq 3 type b
            file appendonly.aof.2.base.rdb seq 2 type h
            file appendonly.aof.5.incr.aof seq 5 type i
            file appendonly.aof.6.incr.aof seq 6 type i

            """
        let manifest = try parse(text)
        #expect(manifest.base?.name == "appendonly.aof.3.base.rdb" && manifest.baseSequence == 3)
        #expect(manifest.increments.map(\.sequence) == [5, 6] && manifest.incrementSequence == 6)
        #expect(manifest.history.map(\.name) == ["appendonly.aof.2.base.rdb"])
        #expect(manifest.text == text)
        var next = manifest
        let base = next.newBase(of: "appendonly.aof", isRDB: false)
        #expect(base.name == "appendonly.aof.4.base.aof")
        next.replace(by: base, keeping: 1)
        #expect(next.live.map(\.name) == ["appendonly.aof.4.base.aof", "appendonly.aof.6.incr.aof"])
        #expect(next.history.count == 3)
    }

    @Test func keysInAnyOrderCommentsAndNewKeys() throws {
        let manifest = try parse("# comment\nseq 1 type i color blue file 'a b.aof'\nfile \"\\x41\\n\" seq 2 type i\n")
        #expect(manifest.increments.map(\.name) == ["a b.aof", "A\n"])
        #expect(manifest.text.contains("file \"a b.aof\" seq 1 type i\nfile \"A\\n\" seq 2 type i\n"))
        #expect(try AOFManifest(Array(manifest.text.utf8)) == manifest)
    }

    @Test func everyRefusalOfRedis() {
        #expect(reason("") == "0: Found an empty AOF manifest")
        #expect(reason("file a seq 1 type b\nfile b seq 1 type b\n") == "2: Found duplicate base file information")
        #expect(reason("file a seq 2 type i\nfile b seq 2 type i\n") == "2: Found a non-monotonic sequence number")
        #expect(reason("file a seq 1 type x\n") == "1: Unknown AOF file type")
        #expect(reason("file a seq 1\n") == "1: Invalid AOF manifest file format")
        #expect(reason("file a seq 1 type\n") == "1: Invalid AOF manifest file format")
        #expect(reason("\nfile a seq 1 type b\n") == "1: Invalid AOF manifest file format")
        #expect(reason("file a seq x type b\n") == "1: Invalid AOF manifest file format")
        #expect(reason("file dir/a seq 1 type b\n") == "1: File can't be a path, just a filename")
        #expect(reason("file a seq 1 type b") == "1: The AOF manifest file contains too long line")
        #expect(
            reason("file \(String(repeating: "a", count: 1024)) seq 1 type b\n")
                == "1: The AOF manifest file contains too long line")
        #expect(reason("file 'a seq 1 type b\n") == "1: Invalid AOF manifest file format")
    }

    @Test func whenARewriteIsDue() {
        var trigger = AOFRewriteTrigger()
        func due(_ size: UInt64, _ now: Int64) -> Bool { trigger.isDue(size: size, now: now) }
        trigger.minimumSize = 100
        trigger.start(size: 200)
        #expect([due(399, 0), due(400, 0)] == [false, true])
        trigger.percentage = 0
        #expect([due(4000, 0)] == [false])
        trigger.percentage = 100
        for _ in 0..<3 { trigger.failed() }
        // A minute of rest, an attempt, then two.
        #expect([due(400, 1000), due(400, 1059), due(400, 1060)] == [false, false, true])
        trigger.failed()
        #expect([due(400, 1061), due(400, 1180), due(400, 1181)] == [false, false, true])
        trigger.succeeded(size: 50)
        #expect([due(101, 1182)] == [true])
    }
}
