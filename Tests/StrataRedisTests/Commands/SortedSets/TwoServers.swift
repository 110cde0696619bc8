import Foundation
import StrataDisk
import StrataRESP
import StrataRedis
import StrataTesting
import Testing

/// A real redis-server and this engine, given the same commands: replies must be the same, and so must be what goes
/// to the log.
final class TwoServers {
    let real: RealRedis
    let ours: OurRedis
    private let log = RecordingLog()
    private(set) var history: [String] = []
    let seed: UInt64

    /// nil where there is no redis-server. - Parameter version: of RESP, on both.
    init?(_ commands: [CommandSpec], seed: UInt64, version: Int = 2, test: String = #function) throws {
        let options = [
            "--appendonly", "yes", "--aof-use-rdb-preamble", "no", "--appendfsync", "no", "--rdbcompression", "no",
        ]
        guard let real = try RealRedis(options, test: test) else { return nil }
        self.real = real
        self.seed = seed
        ours = OurRedis(commands, seed: seed)
        ours.engine.log = log
        if version == 3 {
            _ = try real.command("HELLO", "3")
            ours.client.reply.version = 3
        }
    }

    /// Carries out one command on both. Returns whether the replies agree, after `normalise`.
    @discardableResult
    func agree(_ words: [String], _ normalise: (Reply) -> Reply = { $0 }) throws -> Bool {
        history.append(words.joined(separator: " "))
        ours.now = Int64(Date().timeIntervalSince1970 * 1000)
        let bytes = words.map { Array($0.utf8) }
        let expected = normalise(try real.command(bytes))
        let found = normalise(try ours.command(bytes))
        if found == expected { return true }
        Issue.record(
            "seed \(seed): \(words.joined(separator: " ")) gave \(show(found)), redis-server gives \(show(expected)), after\n\(history.suffix(15).joined(separator: "\n"))"
        )
        return false
    }

    private func show(_ reply: Reply) -> String {
        switch reply {
        case .array(let parts), .map(let parts), .set(let parts), .push(let parts):
            "[" + parts.map(show).joined(separator: " ") + "]"
        case .null: "null"
        case .error(let text): "-" + String(decoding: text, as: UTF8.self)
        default: reply.text ?? "\(reply)"
        }
    }

    /// Compares OBJECT ENCODING of a key.
    func sameEncoding(_ key: String) throws {
        let name = Array(key.utf8).withLent { ours.keyspace.database(0).read($0)?.encoding.name }
        let expected = try real.command("OBJECT", "ENCODING", key).text
        #expect(name.map { "\($0)" } == expected ?? nil, "seed \(seed): encoding of \(key)")
    }

    /// Compares what was logged with the real server's file, times in milliseconds left out.
    func sameLog() throws {
        let directory = real.directory.file("appendonlydir")
        var parser = ReplyParser()
        for name in try FileManager.default.contentsOfDirectory(atPath: directory).sorted() where name.hasSuffix(".aof")
        {
            let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: "\(directory)/\(name)")))
            bytes.withLent { parser.append($0) }
        }
        var expected: [String] = []
        while let reply = try parser.next() { expected.append(Self.line(reply)) }
        expected.removeAll { $0.hasPrefix("select ") || $0 == "multi" || $0 == "exec" }
        let found = log.commands.map(Self.line)
        for (index, pair) in zip(found, expected).enumerated() where pair.0 != pair.1 {
            Issue.record(
                "seed \(seed): command \(index) logged is \(pair.0), redis-server logs \(pair.1), after \(expected[max(0, index - 3)..<index])"
            )
            return
        }
        #expect(found.count == expected.count, "seed \(seed): number of commands logged")
    }

    private static func line(_ command: Reply) -> String {
        guard case .array(let words) = command else { return "\(command)" }
        var texts = words.map { $0.text ?? "null" }
        // Redis logs the id of a claim as it was given, where a missing sequence means 0.
        if texts[0].lowercased() == "xclaim", !texts[5].contains("-") { texts[5] += "-0" }
        return ([texts[0].lowercased()] + texts.dropFirst().map { isTime($0) ? "TIME" : $0 }).joined(separator: " ")
    }

    /// Milliseconds of our days.
    static func isTime(_ text: String) -> Bool { (Int64(text) ?? 0) > 1_500_000_000_000 && text.utf8.count == 13 }
}

/// What the engine would write to its file.
private final class RecordingLog: CommandLog {
    var commands: [Reply] = []

    func append(_ unit: CommandEncoder, now: Int64) throws(StorageError) -> UInt64? {
        for item in unit.items {
            var parser = ReplyParser()
            parser.append(unit.bytes(of: item))
            if let reply = try? parser.next() { commands.append(reply) }
        }
        return nil
    }
}
