import Foundation
import StrataLab
import StrataSystems
import StrataTesting
import Testing

@Suite struct RunnerResumeTests {
    /// Raises `stop` when the system for cell number `at` is made.
    private func session(stopAt at: Int?, _ stop: StopFlag, made: Counter) -> BenchSession {
        BenchSession(
            factory: { _, configuration in
                if made.next() == at { stop.raise() }
                return FakeSystem(.init(), configuration)
            }, probe: nil, options: quietOptions(), stop: stop)
    }

    private func keys(_ directory: String) throws -> [Schedule.Key] {
        try ResultsReader.rows(of: directory + "/results.csv").filter(\.endsSet).map(Schedule.Key.init)
    }

    @Test func anInterruptedRunGoesOnAtTheFirstMissingCell() throws {
        try withTemporaryDirectory("resume") { directory in
            let stop = StopFlag()
            let first = try session(stopAt: 4, stop, made: Counter())
                .start(experiment(), directory: directory.file("run"), runID: "resumed")
            #expect(first.exitStatus == ExitStatus.interrupted)
            let before = try keys(first.directory)
            #expect(before.count == 3, "the cell that ran when the signal came leaves no row")

            let made = Counter()
            let second = try session(stopAt: nil, StopFlag(), made: made).resume(directory: first.directory)
            #expect(second.exitStatus == 0)
            #expect(made.count == 7)
            let after = try keys(first.directory)
            #expect(Array(after.prefix(3)) == before)
            let experiment = try experiment()
            let schedule = Schedule(experiment: experiment, cells: try experiment.cells(), rounds: 2, seed: 7)
            #expect(after == schedule.items.map(\.key))
            #expect(try RunDirectory(path: first.directory).manifest().resumed.count == 1)
        }
    }

    @Test(arguments: ["", "resumed,sho"])
    func rowsWithoutTheirEndAreCutOffAndMeasuredAgain(_ halfLine: String) throws {
        try withTemporaryDirectory("resume") { directory in
            let whole = try session(stopAt: nil, StopFlag(), made: Counter())
                .start(experiment(), directory: directory.file("run"), runID: "torn")
            let path = whole.directory + "/results.csv"
            let text = try String(contentsOfFile: path, encoding: .utf8)
            let ends = text.split(separator: "\n", omittingEmptySubsequences: false).indices.filter {
                text.split(separator: "\n", omittingEmptySubsequences: false)[$0].contains(",elapsed,")
            }
            // The last set is there but for its end, and a further line may be half written.
            let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
            let torn = lines[..<(ends[ends.count - 2] + 3)].joined(separator: "\n") + "\n" + halfLine
            try torn.write(toFile: path, atomically: true, encoding: .utf8)

            let run = RunDirectory(path: whole.directory)
            let complete = try run.repairResults()
            #expect(complete.count == 9)
            let repaired = try String(contentsOfFile: path, encoding: .utf8)
            #expect(repaired == lines[...ends[ends.count - 2]].joined(separator: "\n") + "\n")
            let series = try String(contentsOfFile: whole.directory + "/series.csv", encoding: .utf8)
            for line in series.split(separator: "\n").dropFirst() {
                let fields = line.split(separator: ",", omittingEmptySubsequences: false)
                let round = try #require(Int(fields[2]))
                let key = Schedule.Key(round: round, cellID: String(fields[0]), isControl: fields[1] == "control")
                #expect(complete.contains(key))
            }
            let made = Counter()
            let again = try session(stopAt: nil, StopFlag(), made: made).resume(directory: whole.directory)
            #expect(made.count == 1)
            #expect(again.counts == [.ok: 10])
        }
    }

    @Test func aDirectoryThatHoldsARunIsNotOverwritten() throws {
        try withTemporaryDirectory("resume") { directory in
            let path = directory.file("run")
            let one = try session(stopAt: 1, StopFlag(), made: Counter())
                .start(experiment(), directory: path, runID: "first")
            #expect(throws: ResultsError.self) {
                try session(stopAt: nil, StopFlag(), made: Counter())
                    .start(experiment(), directory: one.directory, runID: "second")
            }
            #expect(throws: ResultsError.self) {
                try session(stopAt: nil, StopFlag(), made: Counter()).resume(directory: directory.file("nowhere"))
            }
        }
    }
}
