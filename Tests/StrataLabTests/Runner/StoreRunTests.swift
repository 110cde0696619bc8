import Foundation
import StrataLab
import StrataSystems
import StrataTesting
import Testing

/// Cells over loaded stores: loading, mixes, snapshots.
@Suite struct StoreRunTests {
    private func text(_ axes: String, rounds: Int = 2) -> String {
        """
        # What does a store do?
        question = "What does a store do?"
        [axes]
        system = "store"
        value_bytes = 32
        \(axes)
        [run]
        rounds = \(rounds)
        seconds = 0.08
        warmup_seconds = 0.02
        seed = 7
        """
    }

    private func run(
        _ text: String, _ factory: @escaping SystemFactory, in directory: TemporaryDirectory,
        stop: StopFlag = StopFlag()
    ) throws -> (BenchOutcome, [ResultRow]) {
        let session = BenchSession(factory: factory, probe: nil, options: quietOptions(), stop: stop)
        let outcome = try session.start(experiment(text), directory: directory.file("run"), runID: "store-test")
        return (outcome, try ResultsReader.rows(of: outcome.directory + "/results.csv"))
    }

    private func values(_ rows: [ResultRow], _ metric: String, phase: String? = nil) -> [Double] {
        rows.filter { $0.metric == metric && $0.phase == phase ?? $0.phase }.compactMap(\.value)
    }

    @Test func aStoreIsLoadedOnceForAllCellsThatOnlyUseItDifferently() throws {
        try withTemporaryDirectory("stores") { directory in
            let axes = "records = 500\nmix = \"ycsb-a\"\nclients = [1, 2]\nsync_policy = [\"always\", \"never\"]"
            let (outcome, rows) = try run(text(axes), FakeStore.factory(), in: directory)
            #expect(outcome.counts == [.ok: 10])
            #expect(values(rows, "earlier_uses").sorted() == (0..<10).map(Double.init))
            #expect(Set(values(rows, "load_rate")).count == 1)
            #expect(values(rows, "store_size").allSatisfy { $0 > 0.02 })
            #expect(!FileManager.default.fileExists(atPath: outcome.directory + "/data"))
            #expect(rows.allSatisfy { $0.dials[.records] == "500" && $0.dials[.mix] == "ycsb-a" })
        }
    }

    @Test func otherRecordsOrValuesAreAnotherStore() throws {
        try withTemporaryDirectory("stores") { directory in
            let axes = "records = [300, 500]\nmix = \"read\"\nvalue_source = [\"random\", \"constant\"]"
            let (_, rows) = try run(text(axes, rounds: 1), FakeStore.factory(), in: directory)
            #expect(
                values(rows, "earlier_uses").sorted() == [0, 0, 0, 0, 1], "four stores, one of them for the control too"
            )
        }
    }

    @Test func kindsOfOperationsAreTimedApartAndTogether() throws {
        try withTemporaryDirectory("stores") { directory in
            let axes = "records = 300\nmix = [\"ycsb-a\", \"ycsb-d\", \"ycsb-e\", \"ycsb-f\", \"read\"]"
            let (outcome, rows) = try run(text(axes, rounds: 1), FakeStore.factory(), in: directory)
            #expect(outcome.counts == [.ok: 6])
            let expected: [String: Set<String>] = [
                "ycsb-a": ["read", "update"], "ycsb-d": ["read", "insert"], "ycsb-e": ["scan", "insert"],
                "ycsb-f": ["read", "rmw"], "read": [],
            ]
            for (mix, kinds) in expected {
                let mine = rows.filter {
                    $0.dials[.mix] == mix && $0.role == .measure || mix == "ycsb-a" && $0.role == .baseline
                }
                let cell = mine.filter { $0.dials[.mix] == mix }
                let latencies = cell.filter { $0.metric == "latency" && $0.stat == "p99" }
                #expect(Set(latencies.map(\.phase)) == kinds.union(["run"]), "\(mix)")
                let counts = cell.filter { $0.metric == "throughput" && $0.phase != "run" }.compactMap(\.n)
                let whole = cell.first { $0.metric == "throughput" && $0.phase == "run" }?.n
                if !kinds.isEmpty { #expect(counts.reduce(0, +) == whole, "\(mix)") }
                #expect(cell.first { $0.metric == "misses" }?.value == 0, "\(mix)")
            }
            let names = try FileManager.default.contentsOfDirectory(atPath: outcome.directory + "/hist")
            #expect(names.contains { $0.hasSuffix("_r1_rmw_latency.hgrm") })
        }
    }

    @Test func writesInFlightAndReadsTakeTurns() throws {
        try withTemporaryDirectory("stores") { directory in
            let axes = "records = 300\nmix = [\"ycsb-a\", \"ycsb-d\", \"insert\"]\noutstanding = 16\nclients = 2"
            let (outcome, rows) = try run(text(axes, rounds: 1), FakeStore.factory(), in: directory)
            #expect(outcome.counts == [.ok: 4], "\(rows.map(\.note))")
            #expect(values(rows, "misses").allSatisfy { $0 == 0 })
        }
    }

    @Test func readsThatFindNothingAreSuspect() throws {
        try withTemporaryDirectory("stores") { directory in
            let axes = "records = 300\nmix = \"read\""
            let (_, rows) = try run(text(axes, rounds: 1), FakeStore.factory(.init(hidesEvery: 50)), in: directory)
            #expect(rows.allSatisfy { $0.status == .suspect && $0.note.contains("found nothing") })
        }
    }

    @Test func aSystemThatKeepsNothingIsLoadedInEveryCell() throws {
        try withTemporaryDirectory("stores") { directory in
            let axes = "records = 300\nmix = \"ycsb-b\""
            let (outcome, rows) = try run(text(axes), FakeStore.factory(.init(isForgetful: true)), in: directory)
            #expect(outcome.counts == [.ok: 4])
            #expect(values(rows, "misses") == [0, 0, 0, 0])
            #expect(values(rows, "earlier_uses").isEmpty)
        }
    }

    @Test func aLogNeedsNoLoadAndReadsNothing() throws {
        try withTemporaryDirectory("stores") { directory in
            let axes = "records = 300\nmix = [\"write\", \"read\"]"
            let (_, rows) = try run(text(axes, rounds: 1), FakeSystem.factory(), in: directory)
            for row in rows.filter(\.endsSet) {
                let isReading = row.dials[.mix] == "read"
                #expect(row.status == (isReading ? .unsupported : .ok))
                #expect(row.note.contains("no reads") == isReading)
            }
            #expect(Set(rows.compactMap { $0.dials[.mix] }) == ["read", "write"])
        }
    }

    @Test func aMixThatReadsNeedsRecords() throws {
        try withTemporaryDirectory("stores") { directory in
            let (_, rows) = try run(text("mix = \"ycsb-b\"", rounds: 1), FakeStore.factory(), in: directory)
            #expect(rows.allSatisfy { $0.status == .unsupported && $0.note.contains("records = 0") })
        }
    }

    @Test func aLoadBeyondTheDiskIsRefusedBeforeItBegins() throws {
        try withTemporaryDirectory("stores") { directory in
            let axes = "records = 1000000000\nmix = \"read\""
            let big = text(axes, rounds: 1).replacing("value_bytes = 32", with: "value_bytes = \"8MiB\"")
            let (_, rows) = try run(big, FakeStore.factory(), in: directory)
            #expect(rows.allSatisfy { $0.status == .unsupported && $0.note.contains("of disk") })
        }
    }

    @Test func aPolicyThatIsNotOfferedCostsItsOwnCellsOnly() throws {
        try withTemporaryDirectory("stores") { directory in
            // `never` is what a load would like to use.
            let axes = "records = 300\nmix = \"read\"\nsync_policy = [\"always\", \"never\"]"
            let (_, rows) = try run(
                text(axes, rounds: 1), FakeStore.factory(.init(unsupportedPolicy: "never")), in: directory)
            let ends = rows.filter(\.endsSet)
            #expect(ends.allSatisfy { $0.status == ($0.dials[.syncPolicy] == "never" ? .unsupported : .ok) })
            #expect(Set(ends.map(\.status)) == [.ok, .unsupported])
        }
    }

    @Test func aStoreThatACellFailedOnIsMadeAgain() throws {
        try withTemporaryDirectory("stores") { directory in
            let starts = Counter()
            let broken = FakeStore.Behaviour(failAt: 400, starts: starts)
            let axes = "records = 300\nmix = \"write\""
            let (outcome, rows) = try run(text(axes, rounds: 1), FakeStore.factory(broken), in: directory)
            #expect(outcome.counts == [.failed: 2])
            #expect(rows.allSatisfy { $0.note.contains("the fake broke") })
            // A start to load, one to look, one to measure; and all of it again for the control.
            #expect(starts.count == 6)
        }
    }

    @Test func anInterruptedRunKeepsItsStoresForTheRest() throws {
        try withTemporaryDirectory("stores") { directory in
            let stop = StopFlag()
            let starts = Counter()
            let made = Counter()
            let axes = "records = 300\nmix = \"read\"\nclients = [1, 2, 3]"
            let session = BenchSession(
                factory: { _, configuration in
                    // Two for the load, one for the first cell: the signal comes between the second and the third.
                    if made.next() == 5 { stop.raise() }
                    return FakeStore(.init(starts: starts), configuration)
                }, probe: nil, options: quietOptions(), stop: stop)
            let path = directory.file("run")
            let first = try session.start(experiment(text(axes, rounds: 1)), directory: path, runID: "kept")
            #expect(first.isInterrupted)
            // The cell that ran when the signal came gave its store up; another one would have stayed.
            let second = try BenchSession(
                factory: FakeStore.factory(), probe: nil, options: quietOptions(), stop: StopFlag()
            ).resume(directory: path)
            #expect(second.counts == [.ok: 4])
            #expect(!FileManager.default.fileExists(atPath: path + "/data"))
        }
    }

    @Test func snapshotsRunBesideTheClients() throws {
        try withTemporaryDirectory("stores") { directory in
            let axes = "records = 300\nmix = \"write\"\nbackground = [\"none\", \"snapshot\"]"
            let (outcome, rows) = try run(text(axes, rounds: 1), FakeStore.factory(), in: directory)
            #expect(outcome.counts == [.ok: 3])
            let taken = rows.filter { $0.metric == "snapshots" }
            #expect(!taken.isEmpty && taken.allSatisfy { $0.dials[.background] == "snapshot" && ($0.value ?? 0) > 0 })
            #expect(values(rows, "snapshot_size").allSatisfy { $0 > 0.01 })
        }
        try withTemporaryDirectory("stores") { directory in
            let (_, rows) = try run(
                text("background = \"snapshot\"", rounds: 1), FakeSystem.factory(), in: directory)
            #expect(rows.allSatisfy { $0.status == .unsupported && $0.note.contains("no snapshots") })
        }
    }

    @Test func theDeepestReadDecidesHowMuchHistoryIsLoaded() throws {
        try withTemporaryDirectory("stores") { directory in
            let (_, rows) = try run(
                text("records = 300\nmix = \"read\"\ndepth = [0, 700]", rounds: 1), FakeStore.factory(), in: directory)
            let loads = rows.filter { $0.metric == "load_rate" }
            #expect(!loads.isEmpty && loads.allSatisfy { $0.n == 1000 })
            let deep = rows.filter { $0.dials[.depth] == "700" }
            #expect(deep.allSatisfy { $0.status == .unsupported && $0.note.contains("keeps no history") })
        }
    }
}
