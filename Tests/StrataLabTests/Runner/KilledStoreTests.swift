import Foundation
import Glibc
import StrataDisk
import StrataLab
import StrataSystems
import StrataTesting
import Testing

/// Stores that are killed with a real SIGKILL: the child is this test program again, told to run `TailChildTests` alone.
@Suite struct KilledStoreTests {
    private static let child = ChildProgram(
        executable: "/proc/self/exe", arguments: ["--testing-library", "swift-testing", "--filter", "TailChildTests"],
        environment: [TailChildTests.variable: "store"])

    private func run(
        _ axes: String, _ behaviour: FakeStore.Behaviour = .init(), child: ChildProgram? = child,
        stop: StopFlag = StopFlag(), in directory: TemporaryDirectory
    ) throws -> (BenchOutcome, [ResultRow]) {
        let text = """
            # How long?
            question = "How long?"
            measure = "recovery"
            [axes]
            system = "store"
            records = 200
            value_bytes = 100
            \(axes)
            [run]
            rounds = 1
            seed = 3
            """
        let session = BenchSession(
            factory: FakeStore.factory(behaviour), probe: nil, child: child, options: quietOptions(), stop: stop)
        let outcome = try session.start(experiment(text), directory: directory.file("run"), runID: "killed-test")
        let path = outcome.directory + "/results.csv"
        let rows = FileManager.default.fileExists(atPath: path) ? try ResultsReader.rows(of: path) : []
        return (outcome, rows)
    }

    /// Processes that were started with an order below `directory`.
    private func children(of directory: TemporaryDirectory) -> [String] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
        return names.filter { name in
            guard Int(name) != nil, let file = FileHandle(forReadingAtPath: "/proc/\(name)/cmdline"),
                let data = try? file.readToEnd()
            else { return false }
            return String(decoding: data, as: UTF8.self).contains(directory.path)
        }
    }

    @Test func aKilledStoreIsBackWithEveryAcknowledgedWrite() throws {
        try withTemporaryDirectory("killed") { directory in
            let (outcome, rows) = try run("log_bytes = [0, \"64KiB\"]", in: directory)
            #expect(outcome.counts == [.ok: 3], "\(Set(rows.map(\.note)))")
            let cell = rows.filter { $0.dials[.logBytes] == "65536" && $0.role != .control }
            let times = cell.filter { $0.metric == "recovery_time" }
            #expect(times.map(\.phase) == ["open", "first_read", "total"])
            let parts = times.dropLast().compactMap(\.value).reduce(0, +)
            #expect(try #require(times.last?.value) >= parts * 0.99)
            let tail = try #require(cell.first { $0.metric == "log_size" && $0.phase == "tail" })
            #expect(try #require(tail.value) >= 0.065536 && tail.n ?? 0 >= 656)
            #expect(cell.first { $0.metric == "lost_acknowledged" }?.value == 0)
            #expect(cell.first { $0.metric == "lost_acknowledged" }?.n ?? 0 > 150, "of 200 keys, most were written")
            #expect(children(of: directory).isEmpty)
        }
    }

    @Test func lossesAreSeen() throws {
        try withTemporaryDirectory("killed") { directory in
            // More than can have been on its way when the signal came.
            let (_, rows) = try run("log_bytes = \"64KiB\"", .init(lostEntries: 1200), in: directory)
            #expect(!rows.isEmpty)
            #expect(rows.allSatisfy { $0.status == .suspect && $0.note.contains("lost their last acknowledged write") })
            #expect(rows.contains { $0.metric == "lost_acknowledged" && ($0.value ?? 0) > 0 })
        }
    }

    @Test func aChildThatFailsIsAFailureWithItsReason() throws {
        try withTemporaryDirectory("killed") { directory in
            var child = Self.child
            child.environment[TailChildTests.variable] = "broken"
            let (_, rows) = try run("log_bytes = \"4KiB\"", child: child, in: directory)
            #expect(rows.allSatisfy { $0.status == .failed && $0.note.contains("cannot start, sorry") })
        }
        try withTemporaryDirectory("killed") { directory in
            let (_, rows) = try run("log_bytes = \"4KiB\"", child: nil, in: directory)
            #expect(rows.allSatisfy { $0.status == .unsupported && $0.note.contains("no program to kill") })
        }
    }

    @Test func anInterruptedRunLeavesNoProcess() throws {
        try withTemporaryDirectory("killed") { directory in
            let stop = StopFlag()
            // A tail that never ends; the signal comes when its writer runs.
            let thread = WorkerThread(name: "signal") {
                while children(of: directory).isEmpty { usleep(2000) }
                stop.raise()
            }
            let (outcome, rows) = try run("log_bytes = \"1GiB\"", stop: stop, in: directory)
            thread.join()
            #expect(outcome.isInterrupted && rows.isEmpty)
            #expect(children(of: directory).isEmpty)
        }
    }

    @Test func aChildEndsWithItsParent() throws {
        // Standard input that is at its end is a parent that is gone.
        try withTemporaryDirectory("killed") { directory in
            try directory.write(Array("{}".utf8), to: "order")
            var child = Self.child
            child.environment[TailChildTests.variable] = "orphan"
            let process = Process()
            process.executableURL = URL(fileURLWithPath: child.executable).resolvingSymlinksInPath()
            process.arguments = child.arguments + [directory.file("order")]
            process.environment = ProcessInfo.processInfo.environment.merging(child.environment) { $1 }
            process.standardInput = FileHandle.nullDevice
            process.standardOutput = FileHandle.nullDevice
            try process.run()
            process.waitUntilExit()
            #expect(process.terminationReason == .uncaughtSignal && process.terminationStatus == SIGKILL)
        }
    }
}

/// Not a test by itself: what the child of `KilledStoreTests` does.
@Suite struct TailChildTests {
    static let variable = "STRATA_TEST_CHILD"

    @Test func writesUntilItIsKilled() throws {
        guard let kind = ProcessInfo.processInfo.environment[Self.variable],
            let order = CommandLine.arguments.last
        else { return }
        switch kind {
        case "orphan":
            let watch = ParentWatch.start()
            watch.join()
        case "broken":
            exit(TailWriter.run(order: order, factory: FakeStore.factory(.init(failsAtStart: "cannot start, sorry"))))
        default:
            exit(TailWriter.run(order: order, factory: FakeStore.factory()))
        }
    }
}
