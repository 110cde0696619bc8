import ArgumentParser
import StrataLab
import StrataWorkload

/// `strata dataset`: the real data that values are made of.
struct DatasetCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "dataset",
        abstract: "List, build and describe the datasets that values are made of.",
        discussion: """
            An experiment names a dataset in its value source: values = "corpus:nycflights13". Some are part of the project; \
            others are built from what this Debian system has installed. Nothing is downloaded.

            Exit status: 0 done, 1 a dataset cannot be built or read, 2 wrong usage.

            Examples:
              strata dataset list
              strata dataset build debian-packages words
              strata dataset info nycflights13
              strata dataset info words --csv
              ls "$(strata dataset path)"
            """,
        subcommands: [
            DatasetListCommand.self, DatasetBuildCommand.self, DatasetInfoCommand.self, DatasetPathCommand.self,
        ],
        defaultSubcommand: DatasetListCommand.self)

    /// A dataset by the name that was typed.
    static func named(_ name: String) throws -> Dataset {
        do throws(WorkloadError) {
            return try Dataset.named(name)
        } catch {
            let near = Suggestion.nearest(to: name, in: Dataset.all.map(\.name)).map { "; did you mean \($0)?" } ?? ""
            StandardError.write("Error: \(error)\(near)\n")
            throw ExitCode(ExitStatus.usage)
        }
    }
}
