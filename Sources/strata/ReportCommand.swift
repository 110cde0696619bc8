import ArgumentParser
import Foundation
import StrataLab

/// `strata report RUN`.
struct ReportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "report",
        abstract: "Make summary.csv, the plots and report.html of a run again from what it measured.",
        discussion: """
            Works on finished and on interrupted runs; nothing that was measured is changed. Without gnuplot everything but
            the plots is made.

            Examples:
              strata report results/sync-policies-20260301T101500Z
              strata report --markdown results/sync-policies-20260301T101500Z >> README.md
            """)

    @Argument(
        help: ArgumentHelp("A run directory: the one that holds results.csv.", valueName: "run"),
        completion: .directory)
    var runDirectory: String

    @Flag(help: "Print the table in Markdown, and nothing else.")
    var markdown = false

    func run() throws {
        let files = try Report.write(runDirectory: runDirectory)
        for warning in files.warnings { FileHandle.standardError.write(Data("strata report: \(warning)\n".utf8)) }
        if markdown {
            print(files.markdownTable, terminator: "")
            return
        }
        print(files.terminalTable)
        print("  summary  \(files.summary)")
        for plot in files.plots { print("  plot     \(plot)") }
        print("  report   \(files.page)")
    }
}
