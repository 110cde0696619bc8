import ArgumentParser
import Foundation
import StrataDisk
import StrataLab
import StrataWorkload

/// `strata dataset build NAME...`.
struct DatasetBuildCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "build",
        abstract: "Build datasets from what this system has installed.",
        discussion: """
            A dataset that was built before is replaced. Where one fails, the others are built all the same.

            Exit status: 0 all built, 1 one cannot be built, 2 wrong usage.

            Examples:
              strata dataset build words
              strata dataset build --all
            """)

    @Argument(help: ArgumentHelp("Datasets, as `strata dataset list` names them.", valueName: "name"))
    var names: [String] = []

    @Flag(help: "Every dataset that is not part of the project.")
    var all = false

    func validate() throws {
        if names.isEmpty != all { throw ValidationError("Name datasets, or give --all.") }
    }

    func run() throws {
        // All names before the first build: a typing error in the last must not come after minutes.
        var datasets = try names.map { try DatasetCommand.named($0) }
        if all { datasets = Dataset.all.filter { if case .debian = $0.origin { true } else { false } } }
        var hasFailed = false
        for dataset in datasets {
            guard case .debian = dataset.origin else {
                print("\(dataset.name): part of the project, nothing to build")
                continue
            }
            do throws(StorageError) {
                let sidecar = try dataset.build { step in
                    let input = step.input.split(separator: "/").last ?? ""
                    let size = ShownSize.bytes(step.bytes)
                    StandardError.write(
                        "\(dataset.name): \(step.inputsDone + 1) of \(step.inputs), \(size) so far: \(input)\n")
                }
                let records = NumberText.human(Double(sidecar.records))
                let cut = sidecar.isCutShort ? ", cut at the largest size of a dataset" : ""
                print("\(dataset.name): \(records) records, \(ShownSize.bytes(sidecar.bytes))\(cut)")
            } catch {
                StandardError.write("Error: \(dataset.name): \(error)\n")
                hasFailed = true
            }
        }
        if hasFailed { throw ExitCode(ExitStatus.failure) }
    }
}
