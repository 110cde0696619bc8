import StrataTesting
import Testing

/// One-shot commands: what they say, and what they exit with.
@Suite(.serialized) struct KVCommandTests {
    let directory: TemporaryDirectory
    let store: String

    init() throws {
        directory = try TemporaryDirectory("kv")
        store = directory.file("store")
    }

    /// Without syncs, which are not what these tests are about.
    private func kv(_ tool: ToolRunner, _ words: String..., input: String = "") throws -> ToolRunner.Outcome {
        try tool.run(["kv", "--sync-policy", "never", store] + words, input: Array(input.utf8))
    }

    @Test func answersAreThoseOfEtcdctl() throws {
        guard let tool = ToolRunner() else { return }
        #expect(try kv(tool, "put", "a", "1").output == "OK\n")
        #expect(try kv(tool, "put", "a", "2", "--prev-kv").output == "OK\na\n1\n")
        #expect(try kv(tool, "put", "b", "-", input: "from input").output == "OK\n")
        #expect(try kv(tool, "get", "a").output == "a\n2\n")
        #expect(try kv(tool, "get", "a", "--rev", "2").output == "a\n1\n")
        #expect(try kv(tool, "get", "none").output == "")
        #expect(try kv(tool, "get", "--prefix", "", "--keys-only").output == "a\n\nb\n\n")
        #expect(try kv(tool, "get", "--prefix", "", "--order", "descend", "--limit", "1").output == "b\nfrom input\n")
        #expect(try kv(tool, "get", "b", "--print-value-only").output == "from input\n")
        #expect(try kv(tool, "get", "a", "--hex").output == "\\x61\n\\x32\n")
        #expect(try kv(tool, "get", "--from-key", "a", "--count-only").output == "2\n")
        let message = #"{"key":"YQ==","create_revision":2,"mod_revision":3,"version":2,"value":"Mg=="}"#
        #expect(
            try kv(tool, "get", "a", "-w", "json").output
                == #"{"header":{"revision":4},"kvs":["# + message + "],\"count\":1}\n")
        #expect(
            try kv(tool, "get", "a", "-w", "fields").output == """
                "Revision" : 4
                "Key" : "a"
                "CreateRevision" : 2
                "ModRevision" : 3
                "Version" : 2
                "Value" : "2"
                "Lease" : 0
                "More" : false
                "Count" : 1

                """)
        let script = "mod(\"a\") = \"3\"\nvalue(\"b\") != \"x\"\n\nput c 1\nget c\ndel b --prev-kv\n\nget a\n\n"
        #expect(try kv(tool, "txn", input: script).output == "SUCCESS\n\nOK\n\nc\n1\n\n1\nb\nfrom input\n")
        #expect(try kv(tool, "txn", input: script).output == "FAILURE\n\na\n2\n")
        #expect(
            try kv(tool, "watch", "--rev", "4", "--prefix", "", "--count", "3").output
                == "PUT\nb\nfrom input\nPUT\nc\n1\nDELETE\nb\n\n")
        #expect(try kv(tool, "del", "--prefix", "").output == "2\n")
        #expect(try kv(tool, "compact", "5", "--physical").output == "compacted revision 5\n")
        #expect(try kv(tool, "check").status == 0)
    }

    @Test func leasesEndWithTheirKeys() throws {
        guard let tool = ToolRunner() else { return }
        #expect(
            try kv(tool, "lease", "grant", "100", "--id", "ab12").output
                == "lease 000000000000ab12 granted with TTL(100s)\n")
        #expect(try kv(tool, "put", "k", "v", "--lease", "ab12").status == 0)
        #expect(try kv(tool, "lease", "list").output == "found 1 leases\n000000000000ab12\n")
        let left = try kv(tool, "lease", "timetolive", "ab12", "--keys").output
        #expect(left.hasPrefix("lease 000000000000ab12 granted with TTL(100s), remaining("))
        #expect(left.hasSuffix("attached keys([k])\n"))
        #expect(
            try kv(tool, "lease", "keep-alive", "ab12", "--once").output
                == "lease 000000000000ab12 keepalived with TTL(100)\n")
        #expect(try kv(tool, "lease", "revoke", "ab12").output == "lease 000000000000ab12 revoked\n")
        #expect(try kv(tool, "get", "k").output == "")
        #expect(try kv(tool, "lease", "timetolive", "ab12").output == "lease 000000000000ab12 already expired\n")
        let again = try kv(tool, "lease", "revoke", "ab12")
        #expect(again.status == 1)
        #expect(again.errors == "Error: etcdserver: requested lease not found\n")
    }

    @Test func exitStatusTellsRefusedFromMisused() throws {
        guard let tool = ToolRunner() else { return }
        let absent = try kv(tool, "get", "a")
        #expect(absent.status == 2)
        #expect(absent.errors == "Error: \(store): no store; the first put makes one\n")
        #expect(try directory.names() == [])
        #expect(try kv(tool, "put", "a", "1").status == 0)
        #expect(try kv(tool, "get", "").status == 1)
        #expect(try kv(tool, "get", "").errors == "Error: etcdserver: key is not provided\n")
        #expect(try kv(tool, "get", "a", "--rev", "9").status == 1)
        #expect(try kv(tool, "nonsense").status == 2)
        #expect(try kv(tool, "get").status == 2)
        #expect(try kv(tool, "put", "a", "1", "--ignore-value").status == 2)
        #expect(try tool.run("kv", "--sync-policy", "sometimes", store, "get", "a").status == 2)
        #expect(try kv(tool, "help", "get").status == 0)
        #expect(try tool.run("kv", "--help").output.contains("Examples:"))
        let missed = try kv(tool, "watch", "a", "--count", "1", "--timeout", "50ms")
        #expect(missed.status == 1)
        #expect(missed.errors == "Error: 0 of 1 events came in time\n")
    }

    @Test func openingSpeaksOnlyWhenAsked() throws {
        guard let tool = ToolRunner() else { return }
        #expect(try kv(tool, "put", "a", "1").errors == "")
        let asked = try tool.run("kv", store, "-v", "--codec", "lz4", "get", "a")
        #expect(asked.output == "a\n1\n")
        #expect(asked.errors.contains("opened in"))
    }

    @Test func valuesUpToTheBoundOfRequests() throws {
        guard let tool = ToolRunner() else { return }
        let bound = 3 * 512 * 1024
        // Key, flags and two lengths belong to the request.
        let largest = String(repeating: "\u{0}", count: bound - 64)
        #expect(try kv(tool, "put", "k", "-", input: largest).output == "OK\n")
        #expect(try kv(tool, "get", "k", "--print-value-only").output == largest + "\n")
        let larger = try kv(tool, "put", "k", input: String(repeating: "x", count: bound + 1))
        #expect(larger.status == 1)
        #expect(larger.errors == "Error: etcdserver: request is too large\n")
        #expect(try kv(tool, "get", "k", "--print-value-only").output == largest + "\n")
    }

    @Test func snapshotsBecomeStores() throws {
        guard let tool = ToolRunner() else { return }
        #expect(try kv(tool, input: "put a 1\nput b 2\ndel a\nput a 3\n").status == 0)
        let file = directory.file("backup")
        #expect(try kv(tool, "snapshot", file).output.hasPrefix("Snapshot saved at \(file)\nrevision 5, "))
        #expect(try kv(tool, "snapshot", file).status == 2)
        let sum = try kv(tool, "hash").output
        let copy = directory.file("copy")
        #expect(try tool.run("kv", copy, "restore", file).status == 0)
        #expect(try tool.run("kv", copy, "hash").output == sum)
        #expect(try tool.run("kv", copy, "get", "a", "--rev", "2").output == "a\n1\n")
        let refused = try tool.run("kv", copy, "restore", file)
        #expect(refused.status == 2)
        #expect(refused.errors.contains("restore into an empty directory"))
        #expect(try tool.run("kv", copy, "get", "a").output == "a\n3\n")
        #expect(try tool.run("kv", copy, "compact-file").status == 0)
        #expect(try tool.run("kv", copy, "hash").output == sum)
    }
}
