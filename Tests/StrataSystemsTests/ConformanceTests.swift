import StrataCodec
import StrataDisk
import StrataJournal
import StrataSystems
import StrataTesting
import Testing

/// What the runner relies on, for every system of the catalogue.
struct ConformanceTests {
    private let value: [UInt8] = (0..<200).map { UInt8(truncatingIfNeeded: $0 &* 7) }

    @Test(arguments: SystemCatalog.names)
    func countersAccountForEveryAcknowledgedWrite(_ name: String) throws {
        try withRunning(name) { system, _ in
            let client = try system.makeClient(0)
            for key in 0..<50 { try client.write(key: UInt64(key), value: value.span.bytes) }
            var last: UInt64 = 0
            for key in 0..<30 { last = try client.submit(key: UInt64(key), value: value.span.bytes) }
            #expect(try client.wait(through: last) >= last)
            let counters = system.counters()
            #expect(counters.batchedOperations == 80)
            #expect(counters.userBytes == 80 * 200)
            // What a system tells has to be possible; what it does not tell is not there. In memory nothing is written yet.
            if SystemCatalog.isPersistent(name) || name == "bare" {
                if let written = counters.bytesWritten { #expect(written >= counters.userBytes) }
                if let syncs = counters.syncs { #expect(syncs >= 2) }
            }
            if counters.batches > 0 { #expect(counters.batches >= 2 && counters.batches <= 80) }
            try system.stop()
        }
    }

    /// A window of writes goes out as a batch, not one by one: the point of the asynchronous interface.
    @Test(arguments: SystemCatalog.names)
    func writesInFlightShareSyncs(_ name: String) throws {
        try withRunning(name) { system, _ in
            let client = try system.makeClient(0)
            for _ in 0..<20 {
                var last: UInt64 = 0
                for key in 0..<64 { last = try client.submit(key: UInt64(key), value: value.span.bytes) }
                _ = try client.wait(through: last)
            }
            if let syncs = system.counters().syncs { #expect(syncs < 20 * 64 / 4, "\(system.counters())") }
            #expect(system.counters().batchedOperations == 20 * 64)
            try system.stop()
        }
    }

    @Test(arguments: SystemCatalog.names)
    func ticketsRise(_ name: String) throws {
        try withRunning(name) { system, _ in
            let client = try system.makeClient(0)
            var previous: UInt64 = 0
            for key in 0..<10 {
                let ticket = try client.submit(key: UInt64(key), value: value.span.bytes)
                #expect(ticket > previous)
                previous = ticket
            }
            #expect(try client.wait(through: previous) >= previous)
            // Nothing is in flight any more, and waiting for it is no error.
            #expect(try client.wait(through: previous) >= previous)
            try system.stop()
        }
    }

    /// A system serves or says why it does not; anything else would count as a failure of the run.
    @Test(arguments: SystemCatalog.names)
    func everySettingIsServedOrUnsupported(_ name: String) throws {
        let policies: [SyncPolicy] = [
            .always, .grouped(window: .milliseconds(1), maxBytes: 4096), .periodic(interval: .milliseconds(2)),
            .everyBytes(4096), .never,
        ]
        var settings: [(SyncPolicy, SyncMethod, Compression)] = policies.map { ($0, .fdatasync, .none) }
        settings += SyncMethod.allCases.map { (.always, $0, .none) }
        settings += [Compression.lz4, .zstd(level: 3)].map { (.always, .fdatasync, $0) }
        var served = 0
        for (policy, method, compression) in settings {
            try withSystem(
                name,
                {
                    $0.syncPolicy = policy
                    $0.syncMethod = method
                    $0.compression = compression
                }
            ) { system, _ in
                do {
                    try system.start()
                } catch let error as SystemUnsupported {
                    #expect(!error.reason.isEmpty)
                    return
                }
                let client = try system.makeClient(0)
                for key in 0..<20 { try client.write(key: UInt64(key), value: value.span.bytes) }
                #expect(system.counters().batchedOperations == 20, "\(policy), \(method), \(compression)")
                #expect(!system.description.version.isEmpty && system.description.version != "unknown")
                try system.stop()
                served += 1
            }
        }
        if served == 0 { skip("\(name): no setting is served") }
    }

    /// A client that outlives its system is a mistake of the caller's that must not take the process down.
    @Test(arguments: SystemCatalog.names)
    func aClientOfAStoppedSystemThrows(_ name: String) throws {
        try withRunning(name) { system, _ in
            let client = try system.makeClient(0)
            try client.write(key: 1, value: value.span.bytes)
            try system.stop()
            #expect(throws: (any Error).self) { try client.write(key: 2, value: value.span.bytes) }
            #expect(throws: (any Error).self) { try system.makeClient(1) }
        }
    }

    @Test func aNameThatIsNotThereIsUnsupported() {
        #expect { try SystemCatalog.make("nosuch", SystemConfiguration(directory: "/nowhere")) } throws: {
            ($0 as? SystemUnsupported)?.reason.contains("wal, bare, memory") == true
        }
    }

    @Test func aLibraryThatTheBuildLacksSaysWhatToDo() {
        let system = AbsentSystem("lmdb", trait: "LMDB", package: "liblmdb-dev")
        #expect { try system.start() } throws: {
            let reason = ($0 as? SystemUnsupported)?.reason ?? ""
            return ["built without LMDB", "liblmdb-dev", "--traits LMDB"].allSatisfy { reason.contains($0) }
        }
        #expect(system.description.name == "lmdb")
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
            #expect(try #require(timing.bytes) >= 500 * 200)
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
