import ArgumentParser
import Foundation
import StrataDisk
import StrataLab
import StrataRedis

/// `strata aof`.
struct AOFCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "aof",
        abstract: "Check and repair append-only files of Redis.",
        discussion: """
            PATH is an append-only directory (appendonlydir), its manifest, or one file. No server may have it open.

            Examples:
              strata aof check data/appendonlydir
              cp -a data/appendonlydir before && strata aof fix data/appendonlydir
              strata aof truncate-to-timestamp 1700000000 data/appendonlydir
            """,
        subcommands: [AOFCheckCommand.self, AOFFixCommand.self, AOFTruncateCommand.self])
}

/// A directory with its manifest, or one file.
struct AOFPlace {
    let disk: PosixDisk
    let directory: AOFDirectory?
    /// To be read, in order.
    let files: [String]

    /// Says what is wrong and throws an exit status where there is nothing to read.
    init(_ path: String) throws {
        let place = try LogPlace(path)
        disk = place.disk
        let names = try answering { () throws(StorageError) in try place.disk.list() }
        let manifests = names.filter {
            $0.hasSuffix(AOFFormat.manifestSuffix) && !$0.hasPrefix(AOFFormat.temporaryPrefix)
        }
        if let name = place.segment, !name.hasSuffix(AOFFormat.manifestSuffix) {
            directory = nil
            files = [name]
            return
        }
        guard let manifest = place.segment ?? (manifests.count == 1 ? manifests[0] : nil) else {
            StandardError.write(
                "Error: \(path): \(manifests.isEmpty ? "no manifest" : "several manifests; name one of them")\n")
            throw ExitCode(ExitStatus.usage)
        }
        do throws(AOFError) {
            let found = try AOFDirectory(on: disk, name: String(manifest.dropLast(AOFFormat.manifestSuffix.count)))
            directory = found
            files = found.manifest.live.map(\.name)
            _ = try found.sizes()
        } catch {
            StandardError.write("Error: \(error)\n")
            throw ExitCode(ExitStatus.failure)
        }
    }

    /// Of every file, up to the first damaged one.
    func check() throws -> [AOFRepair.FileReport] {
        var reports: [AOFRepair.FileReport] = []
        for name in files {
            reports.append(try answering { () throws(StorageError) in try AOFRepair.check(name, on: disk) })
            if reports[reports.count - 1].verdict != .whole { break }
        }
        return reports
    }
}

extension AOFRepair.FileReport {
    /// One line.
    var text: String {
        var line = "\(name): \(size) bytes, \(commands) commands"
        if keysOfDump > 0 { line += " behind \(keysOfDump) keys of a dump" }
        if let firstTimestamp, let lastTimestamp { line += ", from \(firstTimestamp) to \(lastTimestamp) s" }
        switch verdict {
        case .whole: return line + ": whole"
        case .truncated: return line + ": ends inside a command, whole up to byte \(validEnd)"
        case .openTransaction: return line + ": ends inside MULTI, whole up to byte \(validEnd)"
        case .malformed: return line + ": no command, whole up to byte \(validEnd)"
        case .damagedDump(let reason): return line + ": its dump is damaged: \(reason)"
        }
    }
}

/// `strata aof check PATH`.
struct AOFCheckCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check", abstract: "Read every file to its end and say whether it is whole.",
        discussion: "Exit status: 0 whole, 1 damaged, 2 wrong usage or not readable.")

    @Argument(help: ArgumentHelp("Directory, manifest or file.", valueName: "path"), completion: .file())
    var path: String

    func run() throws {
        let reports = try AOFPlace(path).check()
        for report in reports { print(report.text) }
        if reports.contains(where: { $0.verdict != .whole }) { throw ExitCode(ExitStatus.failure) }
    }
}

/// `strata aof fix PATH`.
struct AOFFixCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "fix", abstract: "Cut the last file behind its last whole command.",
        discussion: """
            Only the last file is ever cut: damage in any other is in the middle of the data, and so is that of a dump. A MULTI without its EXEC \
            is cut off whole. It cannot be undone: copy the directory first.

            Exit status: 0 whole now, or --dry-run has said what would be cut; 1 it cannot be fixed; 2 wrong usage or not readable.
            """)

    @Flag(name: .customLong("dry-run"), help: "Say what would be cut, and change nothing.")
    var isDryRun = false
    @Argument(help: ArgumentHelp("Directory, manifest or file.", valueName: "path"), completion: .file())
    var path: String

    func run() throws {
        let place = try AOFPlace(path)
        let reports = try place.check()
        for report in reports { print(report.text) }
        guard let last = reports.last, last.verdict != .whole else { return print("Nothing needs repair.") }
        if case .damagedDump = last.verdict {
            StandardError.write("Error: a damaged dump cannot be cut\n")
            throw ExitCode(ExitStatus.failure)
        }
        guard reports.count == place.files.count else {
            StandardError.write(
                "Error: \(last.name) is not the last file; what follows it cannot be kept without a gap\n")
            throw ExitCode(ExitStatus.failure)
        }
        print(
            "\(isDryRun ? "Would cut" : "Cut") \(last.name) to \(last.validEnd) bytes, \(last.size - last.validEnd) dropped."
        )
        if isDryRun { return }
        try answering { () throws(StorageError) in try AOFRepair.cut(last.name, to: last.validEnd, on: place.disk) }
    }
}

/// `strata aof truncate-to-timestamp SECONDS PATH`.
struct AOFTruncateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "truncate-to-timestamp", abstract: "Go back to the data of a moment.",
        discussion: """
            Cuts everything that was appended later. Works with files written under aof-timestamp-enabled, and not further back than the base. \
            It cannot be undone: copy the directory first.

            Exit status: 0 done, or nothing was later; 1 the files are damaged; 2 wrong usage or not readable.
            """)

    @Argument(help: "Seconds since 1970.")
    var seconds: Int64
    @Argument(help: ArgumentHelp("Directory or manifest.", valueName: "path"), completion: .file())
    var path: String

    func run() throws {
        let place = try AOFPlace(path)
        guard let directory = place.directory else {
            StandardError.write("Error: \(path) is one file; name the directory or its manifest\n")
            throw ExitCode(ExitStatus.usage)
        }
        let damaged = try place.check().first { $0.verdict != .whole }
        if let damaged {
            StandardError.write("Error: \(damaged.text); see `strata aof fix`\n")
            throw ExitCode(ExitStatus.failure)
        }
        let cut = try answering { () throws(StorageError) in try AOFRepair.truncate(directory, after: seconds) }
        guard let cut else { return print("Nothing was appended after \(seconds).") }
        print("Cut \(cut.file) to \(cut.size) bytes; later files are removed.")
    }
}
