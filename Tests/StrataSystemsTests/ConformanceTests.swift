import StrataCodec
import StrataDisk
import StrataJournal
import StrataSystems
import StrataTesting
import Testing

/// What the runner relies on, for every system of the catalogue.
struct ConformanceTests {
    private let value: [UInt8] = (0..<200).map { UInt8(truncatingIfNeeded: $0 &* 7) }

    private func withSystem(
        _ name: String, _ configure: (inout SystemConfiguration) -> Void = { _ in },
        _ body: (any MeasuredSystem, SystemConfiguration) throws -> Void
    ) throws {
        try withTemporaryDirectory { directory in
            var configuration = SystemConfiguration(directory: directory.path + "/data")
            configuration.segmentBytes = 1 << 20
            configure(&configuration)
            try body(try SystemCatalog.make(name, configuration), configuration)
        }
    }

    @Test(arguments: SystemCatalog.names)
    func countersAccountForEveryAcknowledgedWrite(_ name: String) throws {
        try withSystem(name) { system, _ in
            try system.start()
            let client = try system.makeClient(0)
            for key in 0..<50 { try client.write(key: UInt64(key), value: value.span.bytes) }
            var last: UInt64 = 0
            for key in 0..<30 { last = try client.submit(key: UInt64(key), value: value.span.bytes) }
            #expect(try client.wait(through: last) >= last)
            let counters = system.counters()
            #expect(counters.batchedOperations == 80)
            #expect(counters.userBytes == 80 * 200)
            #expect(counters.bytesWritten >= counters.userBytes)
            #expect(counters.syncs >= 2 && counters.syncs <= 81)
            #expect(counters.batches >= 2 && counters.batches <= 80)
            try system.stop()
        }
    }

    /// A window of writes goes out as a batch, not one by one: the point of the asynchronous interface.
    @Test(arguments: SystemCatalog.names)
    func writesInFlightShareSyncs(_ name: String) throws {
        try withSystem(name) { system, _ in
            try system.start()
            let client = try system.makeClient(0)
            for _ in 0..<20 {
                var last: UInt64 = 0
                for key in 0..<64 { last = try client.submit(key: UInt64(key), value: value.span.bytes) }
                _ = try client.wait(through: last)
            }
            #expect(system.counters().syncs < 20 * 64 / 4, "\(system.counters())")
            try system.stop()
        }
    }

    @Test(arguments: SystemCatalog.names)
    func ticketsRise(_ name: String) throws {
        try withSystem(name) { system, _ in
            try system.start()
            let client = try system.makeClient(0)
            var previous: UInt64 = 0
            for key in 0..<10 {
                let ticket = try client.submit(key: UInt64(key), value: value.span.bytes)
                #expect(ticket > previous)
                previous = ticket
            }
            _ = try client.wait(through: previous)
            try system.stop()
        }
    }

    @Test func aNameThatIsNotThereIsUnsupported() {
        #expect { try SystemCatalog.make("rocksdb", SystemConfiguration(directory: "/nowhere")) } throws: {
            ($0 as? SystemUnsupported)?.reason.contains("wal, bare") == true
        }
    }

    @Test func whatTheBareLoopCannotDoIsUnsupported() throws {
        try withSystem("bare", { $0.syncPolicy = .periodic(interval: .seconds(1)) }) { system, _ in
            #expect(throws: SystemUnsupported.self) { try system.start() }
        }
        try withSystem("bare", { $0.compression = .lz4 }) { system, _ in
            #expect(throws: SystemUnsupported.self) { try system.start() }
        }
    }

    @Test(arguments: [SyncPolicy.always, .never])
    func aKilledLogComesBackWithEveryAcknowledgedWrite(_ policy: SyncPolicy) throws {
        try withSystem("wal", { $0.syncPolicy = policy }) { system, _ in
            try system.start()
            let client = try system.makeClient(0)
            for key in 0..<500 { try client.write(key: UInt64(key), value: value.span.bytes) }
            system.kill()
            let timing = try system.recover()
            #expect(timing.entries == 500)
            #expect(timing.bytes >= 500 * 200)
            #expect(timing.phases.map(\.name).starts(with: ["list", "scan", "rewrite"]))
            #expect(timing.total >= timing.phases[1].duration)
            try system.makeClient(0).write(key: 0, value: value.span.bytes)
            try system.stop()
        }
    }

    @Test func aLogThatRetainsLessGivesUpItsOldest() throws {
        try withSystem(
            "wal",
            {
                $0.retainedBytes = 2 << 20; $0.syncPolicy = .never
            }
        ) { system, configuration in
            try system.start()
            let client = try system.makeClient(0)
            for key in 0..<40_000 { try client.write(key: UInt64(key), value: value.span.bytes) }
            let disk = try PosixDisk(path: configuration.directory)
            let segments = try disk.list().filter { $0.hasPrefix("wal-") }
            #expect(segments.count <= 4, "8 MB were written, 2 MiB are to be kept: \(segments)")
            #expect(!segments.contains("wal-00000000000000000001.seg"))
            try system.stop()
        }
    }
}
