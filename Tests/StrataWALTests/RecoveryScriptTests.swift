import StrataDisk
import StrataJournal
import StrataSim
import StrataTesting
import StrataWAL
import Testing

/// Recovery told as stories: testdata/recovery/*.txt.
@Suite struct RecoveryScriptTests {
    @Test func everyStoryEndsAsWritten() throws {
        try ScriptRunner.run("testdata/recovery") {
            let session = RecoverySession()
            return { try session.answer($0) }
        }
    }
}

/// One log on a simulated disk, driven by commands.
private final class RecoverySession {
    private var disk = SimulatedDisk()
    private var log: WriteAheadLog?
    private var options = WALOptions.small(blocks: 128)

    func answer(_ command: ScriptCommand) throws -> String {
        switch command.name {
        case "options":
            options = WALOptions.small(try policy(command), blocks: try command.number("blocks", default: 128))
            return ""
        case "open":
            let opened = try WriteAheadLog(on: disk, options: options)
            log = opened
            return opened.recovery.description
        case "append":
            let text = try command.argument(0)
            let bytes = Array(repeating: Array(text.utf8), count: try command.number("times", default: 1)).flatMap {
                $0
            }
            return "entry \(try open(command).append(bytes))"
        case "submit": return "entry \(try open(command).submit(Array(try command.argument(0).utf8)))"
        case "sync":
            try open(command).sync()
            return "durable \(try open(command).durableIndex)"
        case "read":
            let entries = try open(command).entries()
            return entries.map { entry in
                let text = String(decoding: entry.payload.prefix(12), as: UTF8.self)
                return "\(entry.index) \(text)\(entry.payload.count > 12 ? "... \(entry.payload.count) bytes" : "")"
            }.joined(separator: "\n")
        case "truncate-back": try open(command).truncateBack(after: UInt64(try command.number(0)))
        case "truncate-front": try open(command).truncateFront(before: UInt64(try command.number(0)))
        case "reset": try open(command).reset(next: UInt64(try command.number(0)))
        case "close":
            try open(command).close()
            log = nil
        case "crash":
            log?.abandon()
            log = nil
            switch command.options["keep"] ?? "nothing" {
            case "nothing": disk = disk.rebooted(keeping: .nothing)
            case "everything": disk = disk.rebooted(keeping: .everything)
            default: disk = disk.rebooted(keeping: .randomSectors(seed: UInt64(try command.number("keep", default: 0))))
            }
        case "kill":
            log?.abandon()
            log = nil
            disk = disk.killed()
        case "fail":
            guard let call = DiskFault.Call(rawValue: try command.argument(0)) else { throw command.unknown }
            disk.inject(DiskFault(call, nth: try command.number("nth", default: 1)))
        case "flip": try disk.rot(try command.argument(0), at: try command.number(1), mask: 1)
        case "delete":
            try disk.remove(try command.argument(0))
            try disk.syncDirectory()
        case "files":
            return try disk.list().filter { $0 != "LOCK" }
                .map { "\($0) \(disk.contents(of: $0)?.count ?? 0)" }.joined(separator: "\n")
        case "repair": return try WriteAheadLog.repair(on: disk, options: options).description
        default: throw command.unknown
        }
        return ""
    }

    private func open(_ command: ScriptCommand) throws -> WriteAheadLog {
        guard let log else { throw ScriptError(line: command.line, reason: "no log is open") }
        return log
    }

    private func policy(_ command: ScriptCommand) throws -> SyncPolicy {
        switch try command.argument(0) {
        case "always": .always
        case "never": .never
        case "every": .everyBytes(try command.number("bytes", default: 1000))
        default: throw command.unknown
        }
    }
}
