import Foundation
import StrataLab
import StrataSystems
import StrataTesting
import Testing

@Suite struct RunnerTests {
    private func run(
        _ text: String = shortExperiment, _ behaviour: FakeSystem.Behaviour = .init(), in directory: TemporaryDirectory
    ) throws -> (BenchOutcome, [ResultRow]) {
        let session = BenchSession(
            factory: FakeSystem.factory(behaviour), probe: nil, options: quietOptions(), stop: StopFlag())
        let outcome = try session.start(experiment(text), directory: directory.file("run"), runID: "short-test")
        return (outcome, try ResultsReader.rows(of: outcome.directory + "/results.csv"))
    }

    @Test func aRunMeasuresEveryCellOfEveryRoundAndTheControl() throws {
        try withTemporaryDirectory("runner") { directory in
            let (outcome, rows) = try run(in: directory)
            #expect(outcome.exitStatus == 0)
            #expect(outcome.counts == [.ok: 10])
            let ends = rows.filter(\.endsSet)
            for round in 1...2 {
                let keys = ends.filter { $0.round == round }
                #expect(keys.count { $0.role == .control } == 1)
                #expect(keys.count { $0.role == .baseline } == 1)
                #expect(Set(keys.map(\.cellID)).count == 4)
                #expect(keys.map(\.order).sorted() == [1, 2, 3, 4, 5])
            }
            let control = try #require(ends.first { $0.role == .control })
            #expect(control.cellID == ends.first { $0.role == .baseline }?.cellID)
            #expect(Set(rows.filter { $0.round == 1 }.map(\.seed)).count == 1)
            #expect(Set(rows.map(\.seed)).count == 2)
            let metrics = Set(rows.map(\.metric))
            #expect(
                metrics.isSuperset(of: ["throughput", "data_rate", "latency", "cpu_per_op", "syncs_per_op", "elapsed"]))
            #expect(!metrics.contains("service"))
            let throughput = rows.filter { $0.metric == "throughput" }.compactMap(\.value)
            #expect(throughput.allSatisfy { $0 > 100 && $0 < 200_000 })
            let amplification = rows.filter { $0.metric == "write_amplification" }.compactMap(\.value)
            #expect(amplification.allSatisfy { $0 == 2 } && !amplification.isEmpty)
            #expect(!FileManager.default.fileExists(atPath: outcome.directory + "/data"))
            let names = try FileManager.default.contentsOfDirectory(atPath: outcome.directory + "/hist")
            #expect(names.contains("\(control.cellID)_r1_run_latency_control.hgrm"))
            #expect(names.count == 10)
            let series = try String(contentsOfFile: outcome.directory + "/series.csv", encoding: .utf8)
            #expect(series.hasPrefix("cell_id,role,round,phase,t_ms,ops,p50_us,p99_us\n\(ends[0].cellID),"))
        }
    }

    @Test func theManifestParsesAndNamesWhatRan() throws {
        try withTemporaryDirectory("runner") { directory in
            let (outcome, _) = try run(in: directory)
            let data = try #require(FileManager.default.contents(atPath: outcome.directory + "/manifest.json"))
            let object = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
            #expect(object["run_id"] as? String == "short-test")
            #expect(object["seed"] as? Int == 7)
            #expect((object["machine"] as? [String: Any])?["cores"] as? Int != nil)
            #expect((object["systems"] as? [[String: Any]])?.count == 2)
            #expect((object["baseline"] as? [String: String]) == ["sync_policy": "never", "clients": "1"])
            let manifest = try Manifest(json: data)
            #expect(manifest.ended != nil)
            #expect(try Manifest(json: manifest.json()) == manifest)
            let baseline = try String(contentsOfFile: outcome.directory + "/baseline.csv", encoding: .utf8)
            #expect(baseline.split(separator: "\n").count == 13)
        }
    }

    @Test func anUnsupportedCellIsOneRowThatSaysWhyAndNoFailure() throws {
        try withTemporaryDirectory("runner") { directory in
            let (outcome, rows) = try run(shortExperiment, .init(unsupported: "no such device, sorry"), in: directory)
            #expect(outcome.exitStatus == 0)
            #expect(rows.count == 10)
            #expect(rows.allSatisfy { $0.status == .unsupported && $0.metric.isEmpty && $0.value == nil })
            #expect(rows[0].note.contains("no such device, sorry"))
        }
    }

    @Test func aFailingCellIsARowAndTheRunGoesOn() throws {
        try withTemporaryDirectory("runner") { directory in
            let (outcome, rows) = try run(shortExperiment, .init(failAt: 20), in: directory)
            #expect(outcome.exitStatus == ExitStatus.failure)
            #expect(rows.count == 10)
            #expect(rows.allSatisfy { $0.status == .failed && $0.note.contains("the fake broke") })
        }
    }

    @Test func aSystemThatForgetsWritesIsSuspect() throws {
        try withTemporaryDirectory("runner") { directory in
            let one = shortExperiment.replacing("[\"always\", \"never\"]", with: "\"never\"")
                .replacing("[1, 2]", with: "1").replacing("rounds = 2", with: "rounds = 1")
            let (outcome, rows) = try run(one, .init(forgotten: 3), in: directory)
            #expect(outcome.counts == [.suspect: 2])
            #expect(rows.allSatisfy { $0.status == .suspect && $0.note.contains("acknowledged") })
        }
    }

    @Test func recoveryIsReportedByPhaseAndLossIsSuspect() throws {
        let text = """
            # How long?
            question = "How long?"
            measure = "recovery"
            [axes]
            system = "fake"
            log_bytes = "8KiB"
            value_bytes = 100
            [run]
            rounds = 1
            """
        try withTemporaryDirectory("runner") { directory in
            let (_, rows) = try run(text, .init(serviceNanoseconds: 0), in: directory)
            let times = rows.filter { $0.metric == "recovery_time" && $0.role == .measure }
            #expect(times.map(\.phase) == ["scan", "index", "total"])
            #expect(times.map(\.value) == [3, 1, 4])
            #expect(times[2].n == 82)  // 8,192 bytes in values of 100
            #expect(rows.allSatisfy { $0.status == .ok })
        }
        try withTemporaryDirectory("runner") { directory in
            let (_, rows) = try run(text, .init(serviceNanoseconds: 0, lostEntries: 1), in: directory)
            #expect(
                rows.allSatisfy { $0.status == .suspect && $0.note.contains("82 acknowledged entries, 81 recovered") })
        }
    }

    @Test func openLoopLatencyHoldsTheTimeSpentWaitingBehindAStall() throws {
        let text = """
            # What does a stall cost?
            question = "What does a stall cost?"
            [axes]
            system = "fake"
            arrival = "fixed:500"
            [run]
            rounds = 1
            seconds = 0.8
            warmup_seconds = 0
            """
        try withTemporaryDirectory("runner") { directory in
            // One write in 400 takes 300 ms, so 150 arrivals wait behind it: more than a third of all.
            let stall = FakeSystem.Behaviour(serviceNanoseconds: 0, stallAt: 50, stallNanoseconds: 300_000_000)
            let (_, rows) = try run(text, stall, in: directory)
            func value(_ metric: String, _ stat: String) throws -> Double {
                try #require(rows.first { $0.metric == metric && $0.stat == stat }?.value)
            }
            #expect(try value("latency", "p90") > 50_000)
            #expect(try value("service", "p90") < 50_000)
            #expect(try value("service", "max") >= 300_000)
            #expect(try value("latency", "max") >= 300_000)
            let n = rows.first { $0.metric == "latency" }?.n
            #expect(n == 400, "every arrival is measured, also those behind the stall")
        }
    }

    @Test func asynchronousClientsKeepTheirWindowAndLoseNoOperation() throws {
        let text = shortExperiment.replacing("clients = [1, 2]", with: "outstanding = [4, 64]")
            .replacing("clients = 1", with: "outstanding = 4")
        try withTemporaryDirectory("runner") { directory in
            let (outcome, rows) = try run(text, in: directory)
            #expect(outcome.counts == [.ok: 10])
            #expect(rows.contains { $0.dials[.outstanding] == "64" && $0.metric == "latency" })
        }
    }
}
