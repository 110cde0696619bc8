import ArgumentParser
import Foundation
import StrataBTree
import StrataDisk
import StrataEngine
import StrataKV
import StrataLab
import StrataWAL

/// `status`.
struct StatusAction: KVAction {
    static let configuration = CommandConfiguration(
        commandName: "status", abstract: "Show revisions, keys, sizes, and what opening the store recovered.")

    @Option(name: [.customShort("w"), .customLong("write-out")], help: "The form of the answer: simple or json.")
    var format = AnswerStyle.Format.simple

    func validate() throws {
        if format == .fields { throw ValidationError("status is written as simple or json.") }
    }

    func run(in session: KVSession) throws {
        let engine = try session.engine()
        let keys = try engine.count(.everything)
        let statistics = engine.statistics
        let recovery = engine.recovery
        let logBytes = Self.logBytes(session.directory)
        let tail = statistics.lastIndex - min(engine.store.checkpointIndex, statistics.lastIndex)
        if format == .json {
            var members: [(String, JSONText)] = [
                ("revision", .number(engine.revision)), ("compact_revision", .number(engine.store.compactedRevision)),
                ("keys", .number(keys)), ("leases", .number(Int64(engine.leases().count))),
                ("tree_bytes", .unsigned(statistics.tree.fileBytes)),
                ("tree_free_pages", .number(Int64(statistics.tree.freePages))),
                ("log_bytes", .unsigned(logBytes)),
                ("log_last_index", .unsigned(statistics.lastIndex)), ("log_tail_entries", .unsigned(tail)),
                ("buffered_bytes", .number(Int64(statistics.bufferedBytes))),
                ("opened_us", .number(recovery.total.wholeNanoseconds / 1000)),
                ("replayed_entries", .unsigned(recovery.replayedEntries)),
                ("replayed_bytes", .unsigned(recovery.replayedBytes)),
            ]
            if let log = recovery.log { members.append(("log_recovery", .text("\(log)"))) }
            members.append(("damage", .array(RecoveryText.warnings(recovery).map { .text($0) })))
            return session.output.write(JSONText.object(members).line)
        }
        func line(_ label: String, _ text: String) {
            session.output.line(label + String(repeating: " ", count: 12 - label.count) + text)
        }
        line("revision", "\(engine.revision), compacted \(engine.store.compactedRevision)")
        line("keys", "\(keys), and \(ShownSize.count(engine.leases().count, "lease"))")
        let free = ShownSize.count(statistics.tree.freePages, "free page")
        line("tree", "\(ShownSize.bytes(statistics.tree.fileBytes)), \(free)")
        line(
            "log",
            "\(ShownSize.bytes(logBytes)), through entry \(statistics.lastIndex), \(tail) of them not in the tree yet")
        line("buffered", ShownSize.bytes(statistics.bufferedBytes))
        line("opened", "in \(RecoveryText.milliseconds(recovery.total)); replayed: \(RecoveryText.replay(recovery))")
        if let log = recovery.log { line("", "log: \(log)") }
        for warning in RecoveryText.warnings(recovery) { line("damage", warning) }
    }

    private static func logBytes(_ directory: String) -> UInt64 {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: directory)) ?? []
        return names.filter { SegmentName($0).isSegment }.reduce(0) { sum, name in
            let attributes = try? FileManager.default.attributesOfItem(atPath: directory + "/" + name)
            return sum + (attributes?[.size] as? UInt64 ?? 0)
        }
    }
}
