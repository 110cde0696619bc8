import ArgumentParser
import Foundation
import StrataLab
import StrataWorkload

/// `strata bench`: runs experiments.
struct BenchCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bench",
        abstract: "Run experiments and write their results, tables and plots.",
        discussion: """
            An experiment is a name of the catalogue (`strata bench --list`) or a path to a TOML file. Results go to a \
            directory of their own; a run that was interrupted goes on with --resume.

            Examples:
              strata bench sync-policies
              strata bench sync-policies group-commit --quick
              strata bench sync-methods --data /mnt/nvme --rounds 11
              strata bench compression --set codec=none,lz4 --set value_bytes=1KiB
              strata bench --resume runs/sync-policies-20300101T120000Z
            """)

    @Argument(help: ArgumentHelp("Names of experiments, or paths to their files.", valueName: "experiment"))
    var experiments: [String] = []

    @Flag(name: .long, help: "List the experiments with their questions.")
    var list = false

    @Option(
        name: .customLong("set"),
        help: ArgumentHelp("Replace the values of one axis; may be given again.", valueName: "axis=value[,value...]"))
    var overrides: [String] = []

    @Flag(help: "Shorter: the experiment's quick settings.")
    var quick = false

    @Option(
        help: ArgumentHelp(
            "Directory for the results; with several experiments, for one below it each.", valueName: "dir"))
    var out: String?

    @Option(help: ArgumentHelp("Directory on the device to be measured. Default: below the results.", valueName: "dir"))
    var data: String?

    @Option(help: "Seed of the order of cells and of the workload. Default: drawn, and recorded.")
    var seed: UInt64?

    @Option(help: "Rounds over the whole matrix.")
    var rounds: Int?

    @Option(help: ArgumentHelp("Go on with an interrupted run.", valueName: "dir"))
    var resume: String?

    func validate() throws {
        let ways = [list, resume != nil, !experiments.isEmpty].count { $0 }
        if ways == 0 { throw ValidationError("Name an experiment; `strata bench --list` shows them.") }
        if ways > 1 { throw ValidationError("--list, --resume and experiments exclude each other.") }
        if let rounds, rounds < 1 { throw ValidationError("--rounds must be 1 or more.") }
        let fixed = !overrides.isEmpty || quick || out != nil || data != nil || seed != nil || rounds != nil
        if resume != nil, fixed {
            throw ValidationError("--resume goes on with the run's own settings; other options do not go with it.")
        }
    }

    func run() throws {
        if list { return printList() }
        let words = Vocabulary(systems: BuiltInSystems.names, corpora: Dataset.all.map(\.name))
        let interruption = Interruption()
        var options = BenchOptions()
        options.overrides = overrides
        options.isQuick = quick
        options.rounds = rounds
        options.seed = seed
        options.dataDirectory = data
        options.arguments = CommandLine.arguments
        let session = BenchSession(
            factory: BuiltInSystems.factory, probe: SimulatedDurability(), child: .strata, options: options,
            stop: interruption.flag)
        if let resume {
            let outcome = try answering { try session.resume(directory: resume) }
            throw ExitCode(finish(outcome))
        }
        // All are read before the first is run: a typing error in the last must not cost an hour.
        let catalogue = ExperimentCatalogue.standard()
        let loaded = try answering {
            try experiments.map { name in
                var experiment = try catalogue.load(name, quick: quick, words: words)
                for text in overrides { try experiment.apply(override: text, words: words) }
                _ = try experiment.cells()
                return experiment
            }
        }
        var status = ExitStatus.success
        for experiment in loaded {
            let runID = BenchSession.runID(experiment)
            let directory = out.map { loaded.count > 1 ? "\($0)/\(experiment.name)" : $0 } ?? "runs/\(runID)"
            print("\(experiment.name): \(experiment.question)")
            let outcome = try answering { try session.start(experiment, directory: directory, runID: runID) }
            let code = finish(outcome)
            if code == ExitStatus.interrupted { throw ExitCode(code) }
            status = max(status, code)
        }
        throw ExitCode(status)
    }

    /// Errors of files and arguments are usage, told in one line.
    private func answering<T>(_ body: () throws -> T) throws -> T {
        do {
            return try body()
        } catch let error as ExperimentError {
            StandardError.write("Error: \(error)\n")
            throw ExitCode(ExitStatus.usage)
        } catch let error as ResultsError {
            StandardError.write("Error: \(error)\n")
            throw ExitCode(ExitStatus.usage)
        }
    }

    /// Says what was found: the table on the screen, and where the rest is.
    private func finish(_ outcome: BenchOutcome) -> Int32 {
        do {
            let files = try Report.write(runDirectory: outcome.directory)
            print(files.terminalTable)
            for warning in files.warnings { StandardError.write("Warning: \(warning)\n") }
            print("Report: \(files.page)")
        } catch {
            StandardError.write("No report: \(error)\n")
        }
        if outcome.isInterrupted {
            print("Interrupted. What was measured is in \(outcome.directory); go on with:")
            print("  strata bench --resume \(outcome.directory)")
            if let stores = outcome.keptStores {
                print("Loaded stores wait for it in \(stores); remove them if you will not.")
            }
        } else {
            let counts = ResultRow.Status.allCases.compactMap { status in
                outcome.counts[status].map { "\($0) \(status.rawValue)" }
            }
            print("Measured: \(counts.joined(separator: ", ")). Results: \(outcome.directory)")
        }
        return outcome.exitStatus
    }

    private func printList() {
        let catalogue = ExperimentCatalogue.standard()
        let names = catalogue.names()
        if names.isEmpty { print("No \(ExperimentCatalogue.folder) in this or an enclosing directory.") }
        let width = names.map(\.count).max() ?? 0
        for name in names {
            let question: String
            do {
                question = try catalogue.load(name).question
            } catch {
                question = "(\(error))"
            }
            print(name + String(repeating: " ", count: width - name.count + 2) + question)
        }
    }
}
