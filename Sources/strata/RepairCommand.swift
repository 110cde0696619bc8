import ArgumentParser
import StrataDisk
import StrataLab
import StrataWAL

/// `strata repair PATH`.
struct RepairCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "repair",
        abstract: "Make a damaged write-ahead log usable again, giving up what cannot be kept.",
        discussion: """
            For a log that cannot be opened because durable entries are damaged. Keeps every entry before the first damage \
            and gives up all after it, whole ones too: a log has no gaps. What is given up is said first. Segments \
            behind the damaged one, and one whose first entry is damaged, are set aside under the ending .dropped. A log without damage is left as it is.

            Repair cannot be undone: where the entries matter, copy the directory first, and take from it with \
            `strata inspect --entries` what is still readable.

            Exit status: 0 repaired, or no need to, or --dry-run has said what would be done; 1 the log cannot be repaired; \
            2 wrong usage, no log, or the log is in use.

            Examples:
              strata repair --dry-run data/wal
              cp -a data/wal data/wal.before && strata repair data/wal
            """)

    @Argument(help: ArgumentHelp("A log's directory.", valueName: "path"), completion: .directory)
    var path: String

    @Flag(name: .customLong("dry-run"), help: "Say what would be given up, and change nothing.")
    var isDryRun = false

    func run() throws {
        let place = try LogPlace(path)
        if let segment = place.segment {
            StandardError.write("Error: \(segment) is a file; repair takes the log's directory, \(place.disk.path)\n")
            throw ExitCode(ExitStatus.usage)
        }
        let before = try answering { () throws(StorageError) in try LogInspection.run(on: place.disk) }
        if before.isOpenElsewhere == true {
            StandardError.write("Error: \(path): the log is in use; end the process that has it open\n")
            throw ExitCode(ExitStatus.usage)
        }
        guard case .corrupt = before.verdict else {
            print(FindingText.verdict(before, isWholeLog: true), terminator: "")
            if !before.isIntact { throw ExitCode(ExitStatus.failure) }
            print("Nothing needs repair.")
            return
        }
        print(plan(before), terminator: "")
        if isDryRun {
            print("Nothing was changed.")
            return
        }
        let report: RecoveryReport
        do throws(StorageError) {
            report = try WriteAheadLog.repair(on: place.disk, options: before.repairOptions)
        } catch {
            StandardError.write("Error: \(error)\n")
            throw ExitCode(error.kind == .locked ? ExitStatus.usage : ExitStatus.failure)
        }
        print("\(report)")
        let after = try answering { () throws(StorageError) in try LogInspection.run(on: place.disk) }
        let aside = after.others.filter { $0.kind == .dropped }.map(\.name)
        if !aside.isEmpty { print("Set aside: \(aside.joined(separator: ", "))") }
        print("Now: \(FindingText.entries(after)); \(FindingText.verdict(after, isWholeLog: true))", terminator: "")
        if !after.isIntact { throw ExitCode(ExitStatus.failure) }
    }

    private func plan(_ inspection: LogInspection) -> String {
        var text = FindingText.problems(inspection.damage)
        text += "Repair keeps \(FindingText.entries(inspection)).\n"
        guard let loss = inspection.loss else { return text }
        text += "Repair gives up \(ShownSize.bytes(loss.bytes)) (\(loss.bytes) bytes)\(FindingText.lost(loss)).\n"
        // The log goes on in a new file; a segment whose first entry is damaged makes way for it.
        let replaced = inspection.segments.filter { $0.firstIndex == inspection.lastIndex + 1 }.map(\.name)
        let aside = replaced + loss.segments.filter { !replaced.contains($0) }
        if !aside.isEmpty { text += "Set aside under the ending .dropped: \(aside.joined(separator: ", ")).\n" }
        return text
    }
}
