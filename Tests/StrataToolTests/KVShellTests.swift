import Foundation
import StrataTesting
import Testing

/// The shell, and processes that end otherwise than they would like to.
@Suite(.serialized) struct KVShellTests {
    let directory: TemporaryDirectory
    let store: String

    init() throws {
        directory = try TemporaryDirectory("shell")
        store = directory.file("store")
    }

    @Test func wordsAreQuotedAsInAShell() throws {
        guard let tool = ToolRunner() else { return }
        let script = #"""
            put 'a b' "c \"d\""   # a comment
            put $'\x00\xff' e\ f
            put lines "one
            two"

            get --prefix "" --hex
            """#
        let outcome = try tool.run("kv", store, input: script)
        #expect(
            outcome.output == "OK\nOK\nOK\n" + #"""
                \x00\xff
                \x65\x20\x66
                \x61\x20\x62
                \x63\x20\x22\x64\x22
                \x6c\x69\x6e\x65\x73
                \x6f\x6e\x65\x0a\x74\x77\x6f

                """#)
        #expect(outcome.errors == "")
        #expect(outcome.status == 0)
    }

    @Test func errorsNameTheirLines() throws {
        guard let tool = ToolRunner() else { return }
        let outcome = try tool.run(
            "kv", store, input: "put a 1\nnonsense\nget a --rev 7\ntxn\nmod(\n\nput q 1\n\n\nget a\nput x 'open\n")
        #expect(outcome.output == "OK\na\n1\n")
        #expect(
            outcome.errors == """
                Error: line 2: no command 'nonsense'; help lists them
                Error: line 3: etcdserver: mvcc: required revision is a future revision
                Error: line 4: malformed comparison: mod(
                Error: line 11: a quote has no end

                """)
        #expect(outcome.status == 1)
    }

    @Test func watchesGoOnBesideCommands() throws {
        guard let tool = ToolRunner() else { return }
        let script = "put a 0\nwatch --prefix a --rev 2\nput ab 1\nput b 2\ndel a\nunwatch\nput a 3\n"
        #expect(
            try tool.run("kv", store, input: script).output
                == "OK\nPUT\na\n0\nOK\nPUT\nab\n1\nOK\n1\nDELETE\na\n\nOK\n")
        let compacted = try tool.run("kv", store, input: "compact 4\nwatch a --rev 2\nget b\n")
        #expect(compacted.output == "compacted revision 4\nb\n2\n")
        #expect(compacted.errors.contains("etcdserver: mvcc: required revision has been compacted"))
    }

    @Test func oneProcessHasAStore() throws {
        guard let tool = ToolRunner() else { return }
        let shell = try tool.start("kv", store)
        try shell.write("put a 1\n")
        try shell.waitForOutput { $0 == "OK\n" }
        let other = try tool.run("kv", store, "get", "a")
        #expect(other.status == 2)
        #expect(other.errors == "Error: \(store): the store is in use; end the process that has it open\n")
        try shell.write("exit\n")
        #expect(try shell.wait().status == 0)
        #expect(try tool.run("kv", store, "get", "a").output == "a\n1\n")
    }

    @Test(arguments: [SIGINT, SIGTERM])
    func anInterruptionClosesTheStore(_ number: Int32) throws {
        guard let tool = ToolRunner() else { return }
        let shell = try tool.start("kv", store)
        try shell.write("put a 1\n")
        try shell.waitForOutput { $0 == "OK\n" }
        shell.signal(number)
        #expect(try shell.wait().status == 130)
        // An orderly close leaves nothing to replay.
        #expect(try tool.run("kv", store, "status", "-w", "json").output.contains(#""replayed_entries":0,"#))
        let watch = try tool.start("kv", store, "watch", "a", "--rev", "2")
        try watch.waitForOutput { $0 == "PUT\na\n1\n" }
        watch.signal(number)
        let outcome = try watch.wait()
        #expect(outcome.status == 130)
        #expect(outcome.errors == "")
        #expect(try tool.run("kv", store, "get", "a").output == "a\n1\n")
    }

    /// Killed at any moment; what was answered is there, and nothing is there in part.
    @Test func whatWasAcknowledgedSurvivesAKill() throws {
        guard let tool = ToolRunner() else { return }
        var next = 0
        for round in 0..<4 {
            let shell = try tool.start("kv", store)
            let first = next
            let count = 400
            try shell.write((first..<first + count).map { "put k\($0) value-of-\($0)\n" }.joined())
            let enough = 3 * (10 + round * 40)
            try shell.waitForOutput { $0.utf8.count >= enough }
            shell.signal(SIGKILL)
            let outcome = try shell.wait()
            #expect(outcome.status == -SIGKILL)
            let acknowledged = outcome.output.components(separatedBy: "OK\n").count - 1
            let found = try tool.run("kv", store, "get", "--prefix", "k")
            #expect(found.errors == "")
            let lines = found.output.split(separator: "\n")
            var values: [Substring: Substring] = [:]
            for index in stride(from: 0, to: lines.count - 1, by: 2) { values[lines[index]] = lines[index + 1] }
            for index in 0..<first + acknowledged where values["k\(index)"] != "value-of-\(index)" {
                Issue.record("round \(round): k\(index) was acknowledged and is \(values["k\(index)"] ?? "gone")")
            }
            // Puts were in order: what is there is a beginning of them.
            next = values.count
            #expect(next <= first + count && next >= first + acknowledged)
            #expect((0..<next).allSatisfy { values["k\($0)"] == "value-of-\($0)" })
        }
        let check = try tool.run("kv", store, "check")
        #expect(check.status == 0, "\(check.output)")
    }
}
