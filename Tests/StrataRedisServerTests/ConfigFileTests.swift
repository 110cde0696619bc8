import Glibc
import StrataRedisServer
import StrataTesting
import Testing

@Suite struct ConfigFileTests {
    private func entry(_ name: String, _ values: [String], _ origin: String) -> ConfigFile.Entry {
        var config = ConfigFile()
        _ = try? config.read(options: ["--" + name] + values)
        var entry = config.entries[0]
        entry.origin = origin
        return entry
    }

    @Test func linesAreReadAsRedisReadsThem() throws {
        var config = ConfigFile()
        let text = """
            # a comment
            PORT 7000\r

              save 900 1 300 10   \t
            save ""
            appendfilename "a file \\"x\\" \\n\\x41.aof"
            dir '/tmp/it\\'s'
            requirepass foo#bar
            """
        try config.read(text: Array(text.utf8), name: "redis.conf")
        #expect(
            config.entries == [
                entry("port", ["7000"], "redis.conf:2"), entry("save", ["900", "1", "300", "10"], "redis.conf:4"),
                entry("save", [""], "redis.conf:5"), entry("appendfilename", ["a file \"x\" \nA.aof"], "redis.conf:6"),
                entry("dir", ["/tmp/it's"], "redis.conf:7"), entry("requirepass", ["foo#bar"], "redis.conf:8"),
            ])
        #expect(config.last("save") == [""])
        #expect(config.lastText("none") == nil)
    }

    @Test func unbalancedQuotesAreToldWithTheirLine() {
        var config = ConfigFile()
        let failure = #expect(throws: ConfigFile.Failure.self) {
            try config.read(text: Array("port 1\ndir \"/tmp\n".utf8), name: "redis.conf")
        }
        #expect(failure?.origin == "redis.conf:2")
        #expect(failure?.reason == "Unbalanced quotes in configuration line")
    }

    @Test func includedFilesComeInTheirPlace() throws {
        try withTemporaryDirectory("redis-config") { directory in
            func write(_ name: String, _ text: String) {
                let file = fopen("\(directory.path)/\(name)", "w")
                fputs(text, file)
                fclose(file)
            }
            write("main.conf", "port 1\ninclude \(directory.path)/inc-*.conf\nport 4\n")
            write("inc-a.conf", "port 2\n")
            write("inc-b.conf", "port 3\n")
            write("loop.conf", "include \(directory.path)/loop.conf\n")
            write("missing.conf", "include \(directory.path)/none.conf\n")
            var config = ConfigFile()
            try config.read(file: "\(directory.path)/main.conf")
            #expect(config.entries.flatMap(\.values) == ["1", "2", "3", "4"])
            var other = ConfigFile()
            #expect(throws: ConfigFile.Failure.self) { try other.read(file: "\(directory.path)/loop.conf") }
            #expect(throws: ConfigFile.Failure.self) { try other.read(file: "\(directory.path)/missing.conf") }
        }
    }

    @Test func optionsOfTheCommandLineComeAfterTheFile() throws {
        var config = ConfigFile()
        try config.read(text: Array("port 1\n".utf8), name: "f")
        try config.read(options: ["--port", "2", "--save", "900", "1", "--save", "", "--appendonly", "yes"])
        #expect(config.entries.map(\.name) == ["port", "port", "save", "save", "appendonly"])
        #expect(config.entries.map(\.values) == [["1"], ["2"], ["900", "1"], [""], ["yes"]])
        #expect(throws: ConfigFile.Failure.self) { try config.read(options: ["port", "2"]) }
    }

    @Test(arguments: [
        ([], ServerArguments.run(file: nil, options: [])),
        (["-v"], .version), (["--version"], .version), (["--help"], .help), (["-h"], .help),
        (["redis.conf", "--port", "1"], .run(file: "redis.conf", options: ["--port", "1"])),
        (["--port", "1"], .run(file: nil, options: ["--port", "1"])),
        (["-"], .run(file: "-", options: [])),
        (["--port", "1", "-"], .run(file: "-", options: ["--port", "1"])),
        (["-x"], .wrong("unknown option -x")),
    ])
    func argumentsAreThoseOfRedisServer(_ words: [String], _ expected: ServerArguments) {
        #expect(ServerArguments(words) == expected)
    }

    @Test func settingsOfTheFrontEndAreTaken() throws {
        var settings = ServerSettings()
        #expect(try settings.set("bind", ["127.0.0.1", "-::1"]))
        #expect(try settings.set("port", ["0"]))
        #expect(try settings.set("unixsocketperm", ["700"]))
        #expect(try settings.set("proto-max-bulk-len", ["2mb"]))
        #expect(try settings.set("client-output-buffer-limit", ["pubsub", "1mb", "2k", "3", "slave", "0", "0", "0"]))
        #expect(try !settings.set("maxmemory", ["1"]))
        #expect(settings.bind == ["127.0.0.1", "-::1"])
        #expect(settings.port == 0)
        #expect(settings.unixSocketPermissions == 0o700)
        #expect(settings.maxBulk == 2 << 20)
        #expect(
            settings.outputLimits == [.unlimited, .unlimited, OutputLimit(hard: 1 << 20, soft: 2_000, softSeconds: 3)])
        #expect(throws: ServerSettings.Refusal.self) { try settings.set("port", ["65536"]) }
        #expect(throws: ServerSettings.Refusal.self) { try settings.set("port", ["x"]) }
        #expect(throws: ServerSettings.Refusal.self) {
            try settings.set("client-output-buffer-limit", ["normal", "1"])
        }
        #expect(throws: ServerSettings.Refusal.self) { try settings.set("client-query-buffer-limit", ["1"]) }
    }
}
