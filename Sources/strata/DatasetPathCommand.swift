import ArgumentParser
import StrataLab
import StrataWorkload

/// `strata dataset path [NAME]`.
struct DatasetPathCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "path",
        abstract: "Print the directory that datasets are built into, or the file of one of them.",
        discussion: """
            The directory is $STRATA_DATASETS, else strata/datasets in $XDG_CACHE_HOME or ~/.cache.

            Exit status: 0 done, 1 the dataset is not built, 2 wrong usage.

            Examples:
              strata dataset path
              strata dataset path nycflights13
            """)

    @Argument(help: ArgumentHelp("A dataset, as `strata dataset list` names it.", valueName: "name"))
    var name: String?

    func run() throws {
        guard let name else { return print(DatasetPlaces.system.cacheDirectory) }
        let dataset = try DatasetCommand.named(name)
        switch dataset.status() {
        case .builtIn(let path), .built(let path, _): print(path)
        case .buildable: throw failed("not built yet; build it with `strata dataset build \(name)`")
        case .notBuildable(let missing, let remedy): throw failed("\(missing) is missing; \(remedy)")
        case .damaged(let error): throw failed("\(error)")
        }
    }

    private func failed(_ reason: String) -> ExitCode {
        StandardError.write("Error: \(name ?? ""): \(reason)\n")
        return ExitCode(ExitStatus.failure)
    }
}
