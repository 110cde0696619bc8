import Glibc
import StrataDisk
import StrataJournal
import Synchronization

/// A Redis server with an append-only file, in a process of its own, and clients over TCP on the loopback, as redis-benchmark
/// has them: the real redis-server, or this tool's.
///
/// `.always`, `.periodic` of one second and `.never` are `appendfsync` always, everysec and no. Writes in flight are a
/// pipeline. Everything else is Redis' default, apart from `save ""`: what is durable is the append-only file.
package final class RedisSystem: MeasuredSystem {
    package enum Kind: String, Sendable, CaseIterable {
        /// redis-server of the machine.
        case real = "redis"
        /// `serve redis` of this tool.
        case own = "strata-redis"
    }

    private let kind: Kind
    private let program: ServerProgram?
    private let configuration: SystemConfiguration
    private let directory: ServerDirectory
    private let state = Mutex<Running?>(nil)
    private let tallies = WriteTallies()
    /// Of the newest life, which a description is asked for after its end, too.
    private let facts = Mutex(Facts())

    private struct Running {
        var process: ServerProcess
        var address: ServerAddress
        /// For questions about the server; used under the lock.
        var control: RedisConnection
    }

    private struct Facts {
        var version = "unknown"
        var settings: [String: String] = [:]
    }

    /// How long a server may take to load its files, to rewrite them and to end.
    private static let patience = Duration.seconds(600)
    /// How long the last process of a killed server may take to be gone.
    private static let releasePatience = Duration.seconds(30)
    /// Between two questions whether something has come to pass, in microseconds.
    private static let pause: UInt32 = 200

    /// `program` is another one than the kind's own, as tests need it.
    package init(_ configuration: SystemConfiguration, kind: Kind, program: ServerProgram? = nil) {
        self.kind = kind
        self.program = program
        self.configuration = configuration
        directory = ServerDirectory(path: configuration.directory)
        // A server that was killed by the death of its parent takes some time to be gone, which is no part of the recovery that
        // may follow. Where this one is not gone in time, the start says so.
        try? directory.awaitRelease(patience: Self.releasePatience)
    }

    package var description: SystemDescription {
        let facts = facts.withLock { $0 }
        return SystemDescription(name: kind.rawValue, version: facts.version, settings: facts.settings)
    }

    // MARK: Life

    package func start() throws { _ = try launch() }

    /// Time until the server accepted a connection, and from there until it answered that it serves.
    private struct Launch {
        var accepted: Duration
        var loaded: Duration
    }

    private func launch() throws -> Launch {
        guard state.withLock({ $0 == nil }) else { throw error("start", "is running") }
        try configuration.checkRedis()
        let program = try chosenProgram()
        // Another program may have taken the port before the server does.
        for _ in 0..<3 {
            let address = try ServerAddress.freeLoopback()
            let process = try directory.withLock(patience: Self.releasePatience) { lock in
                try ServerProcess(
                    kind.rawValue, program, options: try options(address), log: directory.logFile, lock: lock)
            }
            if let launch = try awaitAnswer(of: process, address) { return launch }
        }
        throw error("start", "the server did not start: \(directory.lastWords())")
    }

    private func chosenProgram() throws(SystemUnsupported) -> ServerProgram {
        if let program { return program }
        switch kind {
        case .real: return try .onPath("redis-server", package: "redis-server")
        case .own: return try .ownRedis()
        }
    }

    private func options(_ address: ServerAddress) throws -> [String] {
        [
            "--port", "\(address.port)", "--bind", address.host, "--dir", directory.path, "--daemonize", "no",
            "--save", "", "--appendonly", "yes", "--appendfsync", try configuration.appendfsync,
        ]
    }

    /// Waits until the server answers. Nil where it has ended because its port was taken. When this throws, nothing of the
    /// process is left.
    private func awaitAnswer(of process: ServerProcess, _ address: ServerAddress) throws -> Launch? {
        let clock = SystemClock()
        let began = clock.nanoseconds()
        let deadline = began + UInt64(Self.patience / .nanoseconds(1))
        do {
            while true {
                if process.hasEnded {
                    guard directory.lastWords().contains("Address already in use") else {
                        throw error("start", "the server ended: \(directory.lastWords())")
                    }
                    return nil
                }
                if let control = try? RedisConnection(kind.rawValue, at: address) {
                    let accepted = clock.nanoseconds()
                    try awaitLoading(control, process, until: deadline)
                    let loaded = clock.nanoseconds()
                    try introduce(control, process)
                    state.withLock { $0 = Running(process: process, address: address, control: control) }
                    return Launch(
                        accepted: .nanoseconds(accepted - began), loaded: .nanoseconds(loaded - accepted))
                }
                guard clock.nanoseconds() < deadline else { throw error("start", "no answer in \(Self.patience)") }
                usleep(Self.pause)
            }
        } catch {
            process.kill()
            throw error
        }
    }

    /// Until PING is answered by PONG: a server that loads its files answers with an error.
    private func awaitLoading(_ control: RedisConnection, _ process: ServerProcess, until deadline: UInt64) throws {
        while true {
            control.queue(["PING"])
            do {
                try control.send()
                return try control.readStatus()
            } catch let refusal as PeerError where refusal.message.hasPrefix("LOADING") {
                guard SystemClock().nanoseconds() < deadline else { throw refusal }
            } catch {
                guard process.hasEnded else { throw error }
                throw self.error("start", "the server ended: \(directory.lastWords())")
            }
            usleep(Self.pause)
        }
    }

    /// Makes sure that who answers is the process that was started, and notes what it says of itself.
    private func introduce(_ control: RedisConnection, _ process: ServerProcess) throws {
        let info = try control.info("server")
        guard info.number("process_id") == UInt64(process.id) else {
            throw error("start", "another server answers at the port")
        }
        guard (info["strata_engine"] != nil) == (kind == .own) else {
            throw error("start", "another kind of server was started")
        }
        let version = info["redis_version"] ?? "unknown"
        var settings = [
            "transport": "TCP, loopback", "in_flight": "pipeline, sent when the client waits",
            "ends_with_parent": ServerProgram.search("setpriv") == nil ? "no: setpriv is missing" : "yes",
        ]
        for name in [
            "appendonly", "appendfsync", "save", "maxmemory", "io-threads", "auto-aof-rewrite-percentage",
            "auto-aof-rewrite-min-size", "aof-use-rdb-preamble", "no-appendfsync-on-rewrite",
        ] {
            if let value = try control.setting(name) { settings[name] = value }
        }
        let found = Facts(version: kind == .own ? "Redis \(version) interface" : version, settings: settings)
        facts.withLock { $0 = found }
    }

    private func error(_ operation: String, _ message: String) -> PeerError {
        PeerError(library: kind.rawValue, operation: operation, message: message)
    }

    private func take() throws -> Running {
        let running = state.withLock { state -> Running? in
            defer { state = nil }
            return state
        }
        tallies.removeAll()
        guard let running else { throw PeerError.closed(kind.rawValue) }
        return running
    }

    package func stop() throws { try take().process.terminate(patience: Self.patience) }

    package func kill() { (try? take())?.process.kill() }

    package func recover() throws -> RecoveryTiming {
        let launch = try launch()
        let entries = try asking { try $0.keyCount() }
        return RecoveryTiming(
            phases: [.init(name: "start", duration: launch.accepted), .init(name: "load", duration: launch.loaded)],
            total: launch.accepted + launch.loaded, bytes: nil, entries: UInt64(entries))
    }

    // MARK: Service

    /// Where clients reach it; nil while it does not run.
    package var address: ServerAddress? { state.withLock { $0?.address } }

    package func makeClient(_ index: Int) throws -> any SystemClient {
        guard let address else { throw PeerError.closed(kind.rawValue) }
        return RedisClient(try RedisConnection(kind.rawValue, at: address), tally: tallies.make())
    }

    private func asking<R>(_ body: (RedisConnection) throws -> R) throws -> R {
        try state.withLock { state in
            guard let state else { throw PeerError.closed(kind.rawValue) }
            return try body(state.control)
        }
    }

    /// Redis counts no syncs and no batches; this tool's server does.
    package func counters() -> SystemCounters {
        var counters = tallies.counters
        guard let info = try? asking({ try $0.info("persistence") }) else { return counters }
        counters.syncs = info.number("strata_aof_syncs")
        counters.batches = info.number("strata_aof_batches") ?? 0
        return counters
    }

    /// Rewrites the append-only file, so that nothing but its base is left to load.
    package func settle() throws {
        let clock = SystemClock()
        let deadline = clock.nanoseconds() + UInt64(Self.patience / .nanoseconds(1))
        guard try !isSettled(try asking { try $0.info("persistence") }) else { return }
        try asking { control in
            control.queue(["BGREWRITEAOF"])
            try control.send()
            try control.readStatus()
        }
        while true {
            let info = try asking { try $0.info("persistence") }
            if info.number("aof_rewrite_in_progress") == 0, info.number("aof_rewrite_scheduled") == 0 {
                guard info["aof_last_bgrewrite_status"] == "ok" else { throw error("settle", "the rewrite failed") }
                return
            }
            guard clock.nanoseconds() < deadline else { throw error("settle", "no end in \(Self.patience)") }
            usleep(5 * Self.pause)
        }
    }

    /// Whether there is nothing after the base.
    private func isSettled(_ info: RedisInfo) throws -> Bool {
        guard let size = info.number("aof_current_size"), let base = info.number("aof_base_size") else {
            throw error("settle", "the server has no append-only file")
        }
        return size == base && info.number("aof_rewrite_in_progress") == 0
    }
}
