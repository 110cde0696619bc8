import StrataCodec
import StrataDisk
import StrataJournal
import StrataSystems
import StrataTesting
import Synchronization
import Testing

/// Servers in processes of their own: what the runner relies on, and that nothing of them is left.
struct RedisSystemTests {
    @Test(arguments: RedisSystem.Kind.allCases)
    func valuesReadBackWrittenOneByOneOrAsAPipeline(_ kind: RedisSystem.Kind) throws {
        try withServer(kind) { system, _ in
            let (writer, reader) = (try system.makeClient(0), try system.makeClient(1))
            #expect(try !reader.read(key: 1) { _ in })
            for size in [0, 1, 9, 10, 4096, 300_000] {
                try writer.write(key: UInt64(size), value: bytes(size).span.bytes)
                #expect(try value(of: UInt64(size), reader) == bytes(size))
            }
            var last: UInt64 = 0
            for key in 0..<UInt64(3000) { last = try writer.submit(key: key, value: bytes(Int(key)).span.bytes) }
            // A read between them comes after the writes before it.
            #expect(try value(of: 2999, writer) == bytes(2999))
            #expect(try writer.wait(through: last) == last)
            for key in stride(from: 0, to: UInt64(3000), by: 7) {
                #expect(try value(of: key, reader) == bytes(Int(key)))
            }
            #expect(system.counters().batchedOperations == 3006)
            #expect(throws: SystemUnsupported.self) { try reader.scan(from: 0, count: 1) { _ in } }
            try system.stop()
        }
    }

    @Test(arguments: RedisSystem.Kind.allCases, [SyncPolicy.always, .never])
    func whatWasAcknowledgedIsThereAfterAKillAndAfterAStop(_ kind: RedisSystem.Kind, _ policy: SyncPolicy) throws {
        try withServer(kind, { $0.syncPolicy = policy }) { system, _ in
            for life in 0..<UInt64(3) {
                let client = try system.makeClient(0)
                for key in 0..<UInt64(50) { try client.write(key: life << 8 | key, value: [UInt8(life)].span.bytes) }
                if life == 1 { try system.settle() }
                if life < 2 { system.kill() } else { try system.stop() }
                #expect(throws: (any Error).self) { try client.write(key: 1, value: [1].span.bytes) }
                var newest: [UInt8] = []
                let timing = try system.recover(reading: life << 8) { newest = $0.withUnsafeBytes { Array($0) } }
                #expect(newest == [UInt8(life)])
                #expect(timing.phases.map(\.name) == ["start", "load", "first_read"])
                #expect(timing.entries == 50 * (life + 1))
            }
            try system.stop()
        }
    }

    @Test(arguments: RedisSystem.Kind.allCases)
    func aSettledServerHasNothingButItsBase(_ kind: RedisSystem.Kind) throws {
        try withServer(kind) { system, _ in
            let client = try system.makeClient(0)
            for key in 0..<UInt64(500) { _ = try client.submit(key: key % 10, value: bytes(100).span.bytes) }
            _ = try client.wait(through: 500)
            try system.settle()
            try system.settle()
            try system.stop()
            #expect(try system.recover().entries == 10)
            try system.stop()
        }
    }

    @Test(arguments: RedisSystem.Kind.allCases)
    func anErrorHasTheServersWordsAndLeavesTheStreamInOrder(_ kind: RedisSystem.Kind) throws {
        try withServer(kind) { system, _ in
            let control = try RedisConnection("test", at: try #require(system.address))
            control.queue(["SET", "alone"])
            control.queue(["PING"])
            try control.send()
            #expect { try control.readStatus() } throws: {
                "\($0)" == "test, command: ERR wrong number of arguments for 'set' command"
            }
            try control.readStatus()
            control.queue(["CONFIG", "SET", "maxmemory", "1"])
            try control.send()
            try control.readStatus()
            let client = try system.makeClient(0)
            let ticket = try client.submit(key: 1, value: [1].span.bytes)
            #expect { try client.wait(through: ticket) } throws: {
                ($0 as? PeerError)?.message.hasPrefix("OOM command not allowed") == true
            }
            try system.stop()
        }
    }

    @Test(arguments: RedisSystem.Kind.allCases)
    func clientsOnManyThreads(_ kind: RedisSystem.Kind) throws {
        try withServer(kind, { $0.syncPolicy = .periodic(interval: .seconds(1)) }) { system, _ in
            let errors = Mutex<[String]>([])
            let threads = try (0..<8).map { thread in
                let seat = Seat(try system.makeClient(thread))
                return WorkerThread(name: "client") {
                    do {
                        for number in 0..<UInt64(200) {
                            let key = number << 8 | UInt64(thread)
                            try seat.client.write(key: key, value: bytes(thread).span.bytes)
                            guard try value(of: key, seat.client) == bytes(thread) else {
                                return errors.withLock { $0.append("key \(key)") }
                            }
                        }
                    } catch {
                        errors.withLock { $0.append("\(error)") }
                    }
                }
            }
            for thread in threads { thread.join() }
            #expect(errors.withLock { $0 } == [])
            #expect(system.counters().batchedOperations == 1600)
            try system.stop()
        }
    }

    @Test(arguments: RedisSystem.Kind.allCases)
    func nothingIsLeftOfAServer(_ kind: RedisSystem.Kind) throws {
        try withServer(kind) { system, configuration in
            #expect(processes(of: configuration.directory).count == 1)
            system.kill()
            #expect(processes(of: configuration.directory) == [])
            try system.start()
            try system.stop()
            #expect(processes(of: configuration.directory) == [])
        }
        try withTemporaryDirectory { directory in
            var system: RedisSystem? = RedisSystem(SystemConfiguration(directory: directory.path), kind: kind)
            do { try system?.start() } catch is SystemUnsupported { return }
            #expect(processes(of: directory.path).count == 1)
            system = nil
            #expect(processes(of: directory.path) == [], "of a system that nobody holds")
        }
    }

    @Test func nothingIsLeftOfAServerWhoseStartThrows() throws {
        guard let real = try? ServerProgram.onPath("redis-server", package: "redis-server") else {
            return skip("no redis-server")
        }
        try withTemporaryDirectory { directory in
            let configuration = SystemConfiguration(directory: directory.path)
            // It answers, and is not what was to be measured.
            let other = RedisSystem(configuration, kind: .own, program: real)
            #expect { try other.start() } throws: { "\($0)".contains("another kind of server") }
            #expect(processes(of: directory.path) == [])
            // It ends by itself and says why.
            var options = real
            options.arguments = ["--no-such-option", "1"]
            let broken = RedisSystem(configuration, kind: .real, program: options)
            #expect { try broken.start() } throws: { "\($0)".contains("no-such-option") }
            #expect(processes(of: directory.path) == [])
            #expect(throws: (any Error).self) { try broken.makeClient(0) }
            // Nothing of it stands in the way of another.
            let system = RedisSystem(configuration, kind: .real)
            try system.start()
            try system.stop()
        }
    }

    @Test func whatRedisDoesNotHaveIsUnsupported() throws {
        let changes: [(inout SystemConfiguration) -> Void] = [
            { $0.syncPolicy = .grouped(window: .milliseconds(1), maxBytes: 4096) }, { $0.syncPolicy = .everyBytes(1) },
            { $0.syncPolicy = .periodic(interval: .milliseconds(999)) }, { $0.syncMethod = .dsync },
            { $0.compression = .lz4 }, { $0.memoryBytes = 1 << 20 },
        ]
        for change in changes {
            try withTemporaryDirectory { directory in
                var configuration = SystemConfiguration(directory: directory.path)
                change(&configuration)
                let system = RedisSystem(configuration, kind: .real)
                #expect(throws: SystemUnsupported.self) { try system.start() }
                #expect(processes(of: directory.path) == [])
            }
        }
        #expect { try ServerProgram.onPath("no-such-server", package: "some-package") } throws: {
            ($0 as? SystemUnsupported)?.reason.contains("apt-get install some-package") == true
        }
    }
}

/// A client on its way to the one thread that uses it.
private final class Seat: @unchecked Sendable {
    let client: any SystemClient
    init(_ client: any SystemClient) { self.client = client }
}

private func bytes(_ count: Int) -> [UInt8] { (0..<count).map { UInt8(truncatingIfNeeded: count &+ $0 &* 7) } }

private func value(of key: UInt64, _ client: any SystemClient) throws -> [UInt8]? {
    var found: [UInt8]?
    return try client.read(key: key) { found = $0.withUnsafeBytes { Array($0) } } ? found : nil
}
