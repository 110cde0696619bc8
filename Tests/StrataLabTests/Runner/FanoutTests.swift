import StrataLab
import StrataSystems
import StrataTesting
import Testing

@Suite struct FanoutTests {
    private func rows(_ axes: String, _ factory: @escaping SystemFactory) throws -> [ResultRow] {
        let text = """
            # Who hears of it?
            question = "Who hears of it?"
            measure = "fanout"
            [axes]
            system = "store"
            value_bytes = 32
            arrival = "fixed:2000"
            \(axes)
            [run]
            rounds = 1
            seconds = 0.2
            warmup_seconds = 0.05
            """
        return try withTemporaryDirectory("fanout") { directory in
            let session = BenchSession(factory: factory, probe: nil, options: quietOptions(), stop: StopFlag())
            let outcome = try session.start(experiment(text), directory: directory.file("run"), runID: "fanout-test")
            return try ResultsReader.rows(of: outcome.directory + "/results.csv").filter { $0.role != .control }
        }
    }

    private func value(_ rows: [ResultRow], _ metric: String, _ stat: String = "value") throws -> Double {
        try #require(rows.first { $0.metric == metric && $0.stat == stat }?.value, "\(metric)")
    }

    @Test(arguments: [("records = 1", 10.0), ("records = 5", 2), ("records = 20", 0.5), ("records = 0", 10)])
    func everyWriteReachesTheWatchersOfItsKey(_ records: String, _ perWrite: Double) throws {
        let rows = try rows("watchers = 10\n" + records, FakeStore.factory())
        #expect(rows.allSatisfy { $0.status == .ok && $0.dials[.watchers] == "10" })
        #expect(try value(rows, "undelivered") == 0)
        let ratio = try value(rows, "events") / value(rows, "throughput")
        #expect(ratio > perWrite * 0.7 && ratio < perWrite * 1.3, "\(records)")
        #expect(try value(rows, "event_latency", "p50") >= value(rows, "delivery", "p50"))
        #expect(try value(rows, "untimed") == 0)
    }

    @Test func writersInFlightAreFollowedToo() throws {
        let rows = try rows("watchers = 3\nrecords = 2\noutstanding = 8\nclients = 2", FakeStore.factory())
        #expect(try value(rows, "undelivered") == 0)
        #expect(rows.allSatisfy { $0.status == .ok })
    }

    @Test func withoutWatchersTheWritersAreMeasuredAlone() throws {
        let rows = try rows("watchers = 0\nrecords = 1", FakeStore.factory())
        #expect(rows.contains { $0.metric == "throughput" } && !rows.contains { $0.metric == "events" })
    }

    @Test func aSystemWithoutWatchersSaysSo() throws {
        let rows = try rows("watchers = 1", FakeSystem.factory())
        #expect(rows.allSatisfy { $0.status == .unsupported && $0.note.contains("no watchers") })
    }

    @Test func eventsThatNeverComeAreCounted() throws {
        let rows = try rows("watchers = 4\nrecords = 4", FakeStore.factory(.init(droppedEvents: 3)))
        // Each of two streams drops three.
        #expect(try value(rows, "undelivered") == 6)
        #expect(rows.allSatisfy { $0.note.contains("6 events had not arrived") })
    }
}
