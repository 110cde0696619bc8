import StrataJournal
import StrataLab
import StrataWorkload
import Testing

@Suite struct ExperimentParseTests {
    private func message(_ text: String, words: Vocabulary = .standard) -> String {
        do {
            let experiment = try Experiment(text: text, file: "x.toml", words: words)
            return "no error, \(experiment.dials.count) dials"
        } catch {
            return error.description
        }
    }

    private let head = "# Why?\nquestion = \"Why?\"\n"

    @Test func aWholeExperimentIsRead() throws {
        let text = """
            # What does a sync cost?
            question = "What does a sync cost?"
            measure = "throughput"
            [axes]
            sync_policy = ["always", "grouped:500us:1MiB", "periodic:1s", "every:64KiB", "never"]
            value_bytes = [256, "4KiB"]
            codec = "zstd-dict:3"
            arrival = "poisson:1000"
            [quick]
            value_bytes = 256
            [run]
            rounds = 7
            quick_rounds = 2
            seconds = 1.5
            warmup_seconds = 0
            [baseline]
            sync_policy = "never"
            [[exclude]]
            sync_policy = ["never", "periodic:1s"]
            value_bytes = "4KiB"
            [[plot]]
            name = "p"
            kind = "bars"
            title = "t"
            x = "sync_policy"
            y = "latency.p99.9"
            log_y = true
            """
        let experiment = try Experiment(text: text, file: "dir/sync.toml")
        #expect(experiment.name == "sync")
        #expect(experiment.dials.map(\.axis) == [.syncPolicy, .valueBytes, .codec, .arrival])
        #expect(experiment.dials[1].values == ["256", "4096"])
        #expect(experiment.run.rounds == 7 && experiment.run.seconds == 1.5 && experiment.run.warmupSeconds == 0)
        let cells = try experiment.cells()
        #expect(cells.count == 8)
        #expect(Set(cells.map(\.id)).count == 8)
        #expect(cells[0].codec == .zstdDictionary(level: 3))
        #expect(cells[0].arrival == .poisson(perSecond: 1000))
        #expect(cells.contains { $0.syncPolicy == .grouped(window: .microseconds(500), maxBytes: 1 << 20) })
        #expect(!cells.contains { $0.syncPolicy == .never && $0.valueBytes == 4096 })
        #expect(cells.filter(experiment.isBaseline).count == 1)
        #expect(experiment.plots[0].logY && experiment.plots[0].y == "latency.p99.9")
        let quick = try Experiment(text: text, file: "sync.toml", quick: true)
        #expect(quick.run.rounds == 2 && quick.run.seconds == 1.5)
        #expect(try quick.cells().count == 5)
    }

    @Test(arguments: [
        ("[axes]\nsync_polcy = \"always\"", "x.toml:4: unknown axis \"sync_polcy\"; did you mean \"sync_policy\"?"),
        (
            "[axes]\nclients = 1\nsync_method = [\n  \"fsync\",\n  \"fdatasinc\",\n]",
            "x.toml:7: sync_method \"fdatasinc\": expected fdatasync, fsync, o_dsync, o_direct_dsync, io_uring, "
                + "sync_file_range; did you mean \"fdatasync\"?"
        ),
        ("mesure = \"recovery\"", "x.toml:3: unknown key \"mesure\"; did you mean \"measure\"?"),
        (
            "measure = \"recover\"",
            "x.toml:3: measure \"recover\": expected throughput, recovery, fanout, durability; did you mean \"recovery\"?"
        ),
        (
            "[axes]\nmix = \"ycsb-g\"",
            "x.toml:4: mix \"ycsb-g\": expected write, read, insert, ycsb-a, ycsb-b, ycsb-c, ycsb-d, ycsb-e, ycsb-f; "
                + "did you mean \"ycsb-a\"?"
        ),
        (
            "[axes]\nkeys = \"zipfan\"",
            "x.toml:4: keys \"zipfan\": expected own, \(KeyDistribution.allowed); did you mean \"zipfian\"?"
        ),
        ("[axes]\nrecords = -1", "x.toml:4: records \"-1\": expected a whole number of 0 to 1000000000"),
        (
            "[axes]\nmemory_bytes = \"1KiB\"",
            "x.toml:4: memory_bytes \"1KiB\": expected a size of 1MiB to 1024GiB, as 4096, 4KiB or 64MiB"
        ),
        ("[axes]\nwatchers = 1", "x.toml:4: watchers changes nothing in measure \"throughput\""),
        ("measure = \"fanout\"\n[axes]\nmix = \"read\"", "x.toml:5: mix changes nothing in measure \"fanout\""),
        (
            "[axes]\nbackground = \"snapshots\"",
            "x.toml:4: background \"snapshots\": expected none, snapshot; did you mean \"snapshot\"?"
        ),
        ("[run]\nrouns = 3", "x.toml:4: unknown key \"rouns\" in [run]; did you mean \"rounds\"?"),
        ("[run]\nrounds = 0", "x.toml:4: rounds: expected a number of 1 to 10000"),
        ("[axes]\nlog_bytes = \"1MiB\"", "x.toml:4: log_bytes changes nothing in measure \"throughput\""),
        (
            "[axes]\nvalue_bytes = \"4kb\"",
            "x.toml:4: value_bytes \"4kb\": expected a size of 0 to 8MiB, as 4096, 4KiB or 64MiB"
        ),
        ("[axes]\nclients = [1, 1]", "x.toml:4: clients: \"1\" stands there twice"),
        ("[axes]\nclients = []", "x.toml:4: clients is an empty list"),
        ("[axes]\nclients = 1.5", "x.toml:4: clients: values are strings or whole numbers, found 1.5"),
        (
            "[axes]\nsync_policy = \"group:1ms:4KiB\"",
            "x.toml:4: sync_policy \"group:1ms:4KiB\": expected \(SyncPolicy.textForms)"
        ),
        (
            "[[exclude]]\ncodec = \"lz5\"",
            "x.toml:4: codec \"lz5\": expected \(CodecSetting.textForms); did you mean \"lz4\"?"
        ),
        (
            "[[exclude]]\nclients = 1\n[[exclude]]\nclint = 1",
            "x.toml:6: unknown axis \"clint\"; did you mean \"clients\"?"
        ),
        ("[[exclude]]", "x.toml:3: [[exclude]] names no dial, so it would match every cell"),
        ("[baseline]\nclients = [1, 2]", "x.toml:4: a baseline has one value a dial"),
        (
            "[[plot]]\nname = \"a\"\nkind = \"line\"",
            "x.toml:5: kind \"line\": expected bars, lines, scatter; did you mean \"lines\"?"
        ),
        (
            "[[plot]]\nname = \"a\"\nkind = \"lines\"\ntitle = \"t\"\nx = \"client\"\ny = \"throughput\"",
            "x.toml:7: x \"client\" is no column of this measure; did you mean \"clients\"?"
        ),
        (
            "[[plot]]\nname = \"a\"\nkind = \"lines\"\ntitle = \"t\"\nx = \"clients\"\ny = \"latancy.p99\"",
            "x.toml:8: y \"latancy.p99\" is no metric of this measure; did you mean \"latency\"?"
        ),
    ])
    func whatIsWrongIsNamedWithLineAndSuggestion(_ body: String, _ expected: String) {
        #expect(message(head + body) == expected)
    }

    @Test func syntaxErrorsHaveTheirLine() {
        #expect(message(head + "[axes\n").hasPrefix("x.toml:3: "))
    }

    @Test func theQuestionIsRequiredInBothForms() {
        #expect(
            message("question = \"Why?\"")
                == "x.toml:1: an experiment opens with a comment: the question that it answers")
        #expect(message("# Why?\n") == "x.toml: \"question\" is missing")
    }

    @Test func namesOfThisBuildAreCheckedAgainstIt() {
        let words = Vocabulary(systems: ["wal", "bare"], corpora: ["nycflights13"])
        #expect(
            message(head + "[axes]\nsystem = \"wall\"", words: words)
                == "x.toml:4: system \"wall\": expected wal, bare; did you mean \"wal\"?")
        #expect(
            message(head + "[axes]\nvalue_source = \"corpus:nycflight13\"", words: words).hasSuffix(
                "did you mean \"corpus:nycflights13\"?"))
    }

    @Test func overridesReplaceOrAddADial() throws {
        var experiment = try experiment()
        try experiment.apply(override: "clients=4,8")
        try experiment.apply(override: "value_bytes=1KiB")
        #expect(try experiment.cells().map(\.clients) == [4, 8, 4, 8])
        #expect(try experiment.cells().allSatisfy { $0.valueBytes == 1024 })
        for (text, expected) in [
            ("client=4", "--set client=4: unknown axis \"client\"; did you mean \"clients\"?"),
            ("clients=x", "--set clients=x: clients \"x\": expected a whole number of 1 to 4096"),
            ("clients", "--set clients: expected axis=value or axis=value,value"),
            ("cache=cold", "--set cache=cold: cache changes nothing in measure \"throughput\" (short)"),
        ] {
            #expect { try experiment.apply(override: text) } throws: { "\($0)" == expected }
        }
    }
}
