import StrataDisk
import StrataKV
import StrataTesting
import Testing

/// etcd's semantics told as stories: testdata/model/*.txt.
@Suite struct KVScriptTests {
    @Test func everyStoryEndsAsWritten() throws {
        try ScriptRunner.run("testdata/model") {
            let session = try KVSession()
            return { try session.answer($0) }
        }
    }
}

/// One store, driven by commands. Reads go straight to the store; `log get ...` goes through the log.
private final class KVSession {
    private let harness: KVHarness
    private var store: KVStore { harness.store }

    init() throws { harness = try KVHarness() }

    func answer(_ command: ScriptCommand) throws -> String {
        do { return try reply(command) } catch let error as KVError { return ScriptText.text(error) }
    }

    private func reply(_ command: ScriptCommand) throws -> String {
        switch command.name {
        case "get":
            guard case .range(let request) = try operation(command) else { throw command.unknown }
            return ScriptText.text(try store.range(request))
        case "put", "del", "txn": return try execute(operation(command))
        case "log":
            let rest = command.text.dropFirst("log".count)
            return try execute(operation(ScriptCommand(String(rest), line: command.line)))
        case "read-txn":
            let rest = command.text.dropFirst("read-".count)
            guard case .txn(let request) = try operation(ScriptCommand(String(rest), line: command.line)) else {
                throw command.unknown
            }
            return ScriptText.text(try store.txn(readOnly: request))
        case "compact": return try run(.compaction(CompactionRequest(revision: Int64(try command.number(0)))))
        case "grant":
            let id = try command.number("id", default: 0)
            return try run(.leaseGrant(LeaseGrantRequest(ttl: Int64(try command.number(0)), id: Int64(id))))
        case "revoke": return try run(.leaseRevoke(LeaseRevokeRequest(id: Int64(try command.number(0)))))
        case "lease":
            let found = try store.timeToLive(
                LeaseTimeToLiveRequest(id: Int64(try command.number(0)), keys: true))
            let keys = found.keys.map { ScriptText.text($0) }.joined(separator: " ")
            return "ttl \(found.ttl), granted \(found.grantedTTL), keys: \(keys)"
        case "leases": return store.leases().map { "\($0.id) \($0.ttl) s at \($0.granted)" }.joined(separator: "\n")
        case "events":
            var lines: [String] = []
            try store.events(from: Int64(try command.number(0)), through: Int64(try command.number(1))) {
                lines.append(ScriptText.text($0))
                return true
            }
            return lines.joined(separator: "\n")
        case "version":
            let key = ScriptText.bytes(try command.argument(0))
            return try store.version(of: key, at: Int64(try command.number(1))).map { ScriptText.text($0) } ?? "none"
        case "hold-back": harness.acknowledges = false
        case "acknowledge":
            harness.acknowledges = true
            store.acknowledged(through: UInt64(try command.number("through", default: harness.log.count)))
        case "revision":
            return
                "visible \(store.visibleRevision), applied \(store.appliedRevision), compacted \(store.compactedRevision)"
        case "checkpoint":
            return try harness.checkpoint() ? "holds entries to \(store.checkpointIndex)" : "not now"
        case "remove-history": return "removed in \(try harness.checkpointAsWanted()) checkpoints"
        case "cut": try harness.reopen()
        case "kill": try harness.reopen(losingUnsynced: false)
        case "check":
            let check = try store.check()
            return
                (check.problems + [
                    "\(check.keys) keys, \(check.versions) versions, \(check.events) events, \(check.leases) leases, "
                        + "\(check.attachments) attachments"
                ]).joined(separator: "\n")
        default: throw command.unknown
        }
        return ""
    }

    private func operation(_ command: ScriptCommand) throws -> RequestOp {
        var words = ScriptWords(command)
        return try words.operation()
    }

    private func execute(_ operation: RequestOp) throws -> String {
        switch operation {
        case .put(let request): try run(.put(request))
        case .deleteRange(let request): try run(.deleteRange(request))
        case .txn(let request): try run(.txn(request))
        case .range(let request): try run(.range(request))
        }
    }

    private func run(_ command: KVCommand) throws -> String { ScriptText.text(try harness.execute(command)) }
}
