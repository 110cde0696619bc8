import ArgumentParser
import Foundation
import StrataLab

/// `strata compare RUN RUN`.
struct CompareCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "compare",
        abstract: "Compare two runs of an experiment, cell by cell.",
        discussion: """
            Cells are matched by their dials. A ratio is the second run's median to the first run's, with a 95 % bootstrap
            interval over the rounds of both. What differs in machine, kernel, device or commit is said first.

            A gate fails only where even the favourable bound of the interval is beyond its limit, so noise does not fail it;
            a cell with too few rounds for an interval does not fail it either, and is named.

            Exit status: 0 no gate failed, 1 a gate failed, 2 the arguments or the runs cannot be used.

            Examples:
              strata compare runs/before runs/after
              strata compare runs/before runs/after --metric latency --stat p99
              strata compare runs/before runs/after --gate 'p99<1.10' --gate 'throughput>0.95'
            """)

    @Argument(help: ArgumentHelp("The run to compare with.", valueName: "first-run"), completion: .directory)
    var first: String

    @Argument(help: ArgumentHelp("The run to judge.", valueName: "second-run"), completion: .directory)
    var second: String

    @Option(help: ArgumentHelp("Compare this metric only: throughput, latency, recovery_time ...", valueName: "name"))
    var metric: String?

    @Option(
        help: ArgumentHelp("Compare this stat of the metric only: mean, p50, p99, p99.9, max ...", valueName: "name"))
    var stat: String?

    @Flag(help: "Compare every metric that both runs have.")
    var all = false

    @Option(
        help: ArgumentHelp(
            "Exit with 1 where a ratio is proven to be beyond a limit; may be repeated. \(ComparisonGate.form).",
            valueName: "gate"))
    var gate: [String] = []

    func run() throws {
        var gates: [ComparisonGate] = []
        for text in gate {
            guard let parsed = ComparisonGate(text: text) else {
                throw unusable("gate \"\(text)\" is not of the form \(ComparisonGate.form)")
            }
            gates.append(parsed)
        }
        if all && (metric != nil || stat != nil) { throw unusable("--all leaves no room for --metric and --stat") }
        if metric == nil, stat != nil { throw unusable("--stat needs --metric") }

        let (firstResults, secondResults) = (try results(of: first), try results(of: second))
        for difference in manifest(of: first).differences(to: manifest(of: second)) { print("differs: \(difference)") }

        let everything = RunComparison(firstResults, secondResults)
        var wanted: [MetricName] = []
        if let metric {
            wanted = [MetricName(metric: metric, stat: stat)]
        } else if !all {
            wanted = RunComparison.customaryMetrics(firstResults) + gates.map(\.name)
        }
        let shown = RunComparison(firstResults, secondResults, metrics: wanted)
        guard !shown.rows.isEmpty else {
            throw unusable(
                everything.rows.isEmpty
                    ? "the runs have no cell with values in common"
                    : "no values of \(wanted.map(\.description).joined(separator: ", ")) in both runs")
        }
        print(shown.terminal, terminator: "")
        if try !passes(gates, everything) { throw ExitCode(1) }
    }

    private func passes(_ gates: [ComparisonGate], _ comparison: RunComparison) throws -> Bool {
        var passes = true
        for gate in gates {
            let result = gate.evaluate(comparison.rows)
            if result.matched == 0 { throw unusable("gate \(gate): no values of \(gate.name) in both runs") }
            let verdict = result.failed.isEmpty ? "passed" : "FAILED"
            print("gate \(gate): \(verdict), \(result.matched) compared, \(result.undecided.count) undecided")
            for row in result.failed {
                let interval = row.estimate?.interval
                let range = interval.map { ", interval \(ShownText.ratio($0.low)) … \(ShownText.ratio($0.high))" } ?? ""
                let ratio = row.estimate.map { ShownText.ratio($0.ratio) } ?? "-"
                print(
                    "  failed: \(row.cell), \(SummaryRow.name(metric: row.metric, stat: row.stat)): ratio \(ratio)\(range)"
                )
            }
            for row in result.undecided { print("  undecided: \(row.cell): too few rounds, or a value of zero") }
            if !result.failed.isEmpty { passes = false }
        }
        return passes
    }

    private func results(of run: String) throws -> ResultSet {
        do {
            return try ResultSet(contentsOf: run + "/" + ResultSchema.results)
        } catch {
            throw unusable("\(error)")
        }
    }

    /// A run without a readable manifest is compared all the same, and the lack is said.
    private func manifest(of run: String) -> RunManifest {
        do {
            return try RunManifest(contentsOf: run + "/" + ResultSchema.manifest)
        } catch {
            FileHandle.standardError.write(Data("strata compare: \(error)\n".utf8))
            return RunManifest()
        }
    }

    private func unusable(_ reason: String) -> ExitCode {
        FileHandle.standardError.write(Data("strata compare: \(reason)\n".utf8))
        return ExitCode(2)
    }
}
