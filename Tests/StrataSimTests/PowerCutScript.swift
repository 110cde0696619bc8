import Glibc
import StrataDisk
import StrataSim
import StrataTesting

/// The session of the scripts in `testdata`: calls on a disk, and all the outcomes that a power cut may have.
///
/// Bytes are runs: `a512 b3` is 512 times "a" and 3 times "b"; `0` stands for the byte zero.
final class PowerCutScript {
    private var disk = SimulatedDisk()
    private var files: [String: any File] = [:]

    func answer(_ command: ScriptCommand) throws -> String {
        switch command.name {
        case "new":
            disk = SimulatedDisk()
            files = [:]
        case "install": disk.install(try command.argument(0), try bytes(command, from: 1))
        case "create":
            let method = SyncMethod(rawValue: command.options["method"] ?? "fdatasync")!
            files[try command.argument(0)] = try disk.create(try command.argument(0), method: method)
        case "write": try file(command).write(try bytes(command, from: 2), at: try command.number(1))
        case "write-and-sync": try file(command).writeAndSync(try bytes(command, from: 2), at: try command.number(1))
        case "truncate": try file(command).truncate(to: UInt64(try command.number(1)))
        case "allocate":
            let way = Preallocation(rawValue: try command.argument(2))!
            try file(command).allocate(to: UInt64(try command.number(1)), by: way)
        case "sync": try file(command).sync()
        case "sync-directory": try disk.syncDirectory()
        case "rename": try disk.rename(try command.argument(0), to: try command.argument(1))
        case "remove": try disk.remove(try command.argument(0))
        case "fail-sync": disk.inject(DiskFault(.sync))
        case "fail-sync-directory": disk.inject(DiskFault(.syncDirectory))
        case "evict": disk.evictPageCache()
        case "kill":
            disk = disk.killed()
            files = [:]
        case "reboot":
            let keeps = try command.argument(0) == "everything"
            disk = disk.rebooted(keeping: keeps ? .everything : .nothing)
            files = [:]
        case "show": return try shown(disk)
        case "outcomes": return try outcomes().sorted().joined(separator: "\n")
        default: throw command.unknown
        }
        return ""
    }

    /// Every outcome of a power cut now, each once.
    private func outcomes() throws -> Set<String> {
        var bounds = CrashStates.Bounds()
        bounds.subsets = 1 << 14
        let trace = disk.trace
        bounds.points = trace.pointCount..<trace.pointCount + 1
        var outcomes: Set<String> = []
        try CrashStates(of: trace, bounds: bounds).forEach { outcomes.insert(try shown($0.disk)) }
        return outcomes
    }

    private func shown(_ disk: SimulatedDisk) throws -> String {
        let names = try disk.list().sorted()
        if names.isEmpty { return "no files" }
        return try names.map { "\($0):\(runs(try disk.bytes(of: $0)!))" }.joined(separator: ", ")
    }

    private func runs(_ bytes: [UInt8]) -> String {
        var text = ""
        var start = 0
        while start < bytes.count {
            var end = start
            while end < bytes.count && bytes[end] == bytes[start] { end += 1 }
            text += " \(bytes[start] == 0 ? "0" : String(UnicodeScalar(bytes[start])))x\(end - start)"
            start = end
        }
        return text.isEmpty ? " empty" : text
    }

    private func bytes(_ command: ScriptCommand, from index: Int) throws -> [UInt8] {
        try command.arguments.dropFirst(index).flatMap { word -> [UInt8] in
            let parts = word.split(separator: "x")
            guard parts.count == 2, let count = Int(parts[1]), let value = parts[0].utf8.first
            else { throw ScriptError(line: command.line, reason: "\"\(word)\" is no run of bytes") }
            return run(parts[0] == "0" ? 0 : value, count)
        }
    }

    private func file(_ command: ScriptCommand) throws -> any File {
        let name = try command.argument(0)
        if let file = files[name] { return file }
        let method = SyncMethod(rawValue: command.options["method"] ?? "fdatasync")!
        let file = try disk.open(name, .readWrite, method: method)
        files[name] = file
        return file
    }
}
