import Foundation
import StrataTesting
import Testing

/// `strata inspect` and `check` of stores and tree files, sound and damaged.
@Suite(.serialized) struct InspectStoreTests {
    let directory: TemporaryDirectory
    let store: String
    let backup: String

    init() throws {
        directory = try TemporaryDirectory("inspect")
        store = directory.file("store")
        backup = directory.file("backup")
    }

    private func fill(_ tool: ToolRunner) throws {
        let lines = (0..<500).map { "put key\($0) value\($0)\n" }.joined()
        #expect(
            try tool.run("kv", "--sync-policy", "never", store, input: lines + "snapshot \(backup)\n").status == 0)
    }

    private func object(_ text: String) throws -> [String: Any] {
        try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
    }

    @Test func soundFilesAreShownInEveryForm() throws {
        guard let tool = ToolRunner() else { return }
        try fill(tool)
        let text = try tool.run("inspect", store)
        #expect(text.status == 0)
        #expect(text.output.contains("leaves") && text.output.contains("segment"))
        let both = try object(try tool.run("inspect", store, "--json").output)
        let tree = try #require(both["tree"] as? [String: Any])
        let log = try #require(both["log"] as? [String: Any])
        #expect(tree["is_intact"] as? Bool == true && log["is_intact"] as? Bool == true)
        #expect(log["last_index"] as? Int == 500)
        let file = try object(try tool.run("inspect", backup, "--json").output)
        // Of each key a version and an event; and the store's own revision.
        #expect(file["entries"] as? Int == 1001)
        let rows = try tool.run("inspect", backup, "--csv").output.split(separator: "\n")
        #expect(rows.first == "level,pages,entries,used_bytes,fill")
        #expect(rows.count == 1 + (try #require(file["depth"] as? Int)))
        #expect(try tool.run("inspect", backup, "--blocks").status == 2)
        #expect(try tool.run("inspect", store, "--entries", "1..2").output.contains("key0"))
    }

    @Test func damageIsToldWithFileAndByte() throws {
        guard let tool = ToolRunner() else { return }
        try fill(tool)
        let copy = directory.file("copy")
        #expect(try tool.run("kv", copy, "restore", backup).status == 0)
        // Not opened yet: a tree without a log.
        #expect(try tool.run("inspect", copy).status == 0)
        let path = "copy/store.tree"
        var bytes = try directory.read(path)
        // Every page behind the twin metas.
        for place in stride(from: 2 * 4096 + 100, to: bytes.count, by: 4096) { bytes[place] ^= 1 }
        try directory.write(bytes, to: path)
        let read = try tool.run("kv", copy, "get", "key7")
        #expect(read.status != 0)
        #expect(read.errors.contains("store.tree at byte ") && read.errors.contains("corrupt"))
        let inspected = try tool.run("inspect", directory.file(path))
        #expect(inspected.status == 1)
        #expect(inspected.output.contains("damaged: ") && inspected.output.contains("at byte "))
        #expect(try tool.run("inspect", copy).status == 1)
        // A damaged snapshot makes no store.
        try directory.write(bytes, to: "rotten")
        let refused = try tool.run("kv", directory.file("third"), "restore", directory.file("rotten"))
        #expect(refused.status == 1)
        #expect(refused.errors.contains("corrupt"))
        #expect(try tool.run("kv", directory.file("third"), "get", "key7").status == 2)
    }
}
