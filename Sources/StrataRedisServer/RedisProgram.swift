import Glibc
import StrataDisk
import StrataRESP
import StrataRedis

/// `strata serve redis`, and whatever is started by the name redis-server: the engine, its files and the front end put
/// together.
package enum RedisProgram {
    /// - Returns: the exit status.
    package static func run(_ words: [String]) -> Int32 {
        ServerProgram(
            versionText: "Redis server v=\(RedisEngine.version) sha=00000000:0 malloc=libc bits=64 build=strata",
            redisVersion: RedisEngine.version, knows: { ConfigurationOption.named($0) != nil }, makeEngine: make
        ).run(words)
    }

    private static func make(_ config: ConfigFile, _ log: ServerLog) throws -> ServerProgram.Engine {
        let configuration = try configuration(config)
        let directory = try workingDirectory()
        try? configuration.set("dir", directory, isStarting: true)
        var random = SystemRandomNumberGenerator()
        let keyspace = Keyspace(databases: configuration.databases, seed: random.next(), now: milliseconds())
        let engine = RedisEngine(
            commands: .redis, configuration: configuration, keyspace: keyspace, wallClock: milliseconds,
            runID: identity(&random))
        let persistence = RedisPersistence(engine, disk: try PosixDisk(path: directory)) { name throws(StorageError) in
            try PosixDisk(path: "\(directory)/\(name)")
        }
        persistence.log = { log.write(.notice, $0) }
        let executor = EngineExecutor(engine)
        executor.onTurnEnd = { persistence.turnEnded() }
        executor.onTick = { persistence.tick() }
        executor.onStop = { persistence.stop(RedisEngine.ShutdownRequest()) }
        // The loop's own from here on; this thread waits while it loads.
        nonisolated(unsafe) let loaded = persistence
        return ServerProgram.Engine(
            executor: executor, attach: { attach($0, engine, persistence, log) }, load: { try loaded.load() })
    }

    private static func attach(
        _ server: RedisServer, _ engine: RedisEngine, _ persistence: RedisPersistence, _ log: ServerLog
    ) {
        persistence.onRelease = { server.release(upTo: $0) }
        engine.onShutdown = { request in
            guard persistence.stop(request) else { return }
            log.write(.warning, "Redis is now ready to exit, bye bye...")
            server.stop()
        }
        engine.onSettingChanged = { (name) throws(RedisConfiguration.Refusal) in
            let configuration = engine.configuration
            do throws(ServerSettings.Refusal) {
                _ = try server.settings.set(name.lowercased(), [configuration.value(name)])
            } catch {
                throw RedisConfiguration.Refusal(name: error.name, reason: error.reason)
            }
            server.settings.refusesRemote = configuration.flag("protected-mode") && configuration.requirePass.isEmpty
        }
    }

    /// The engine's settings, of which some are the front end's too.
    private static func configuration(_ config: ConfigFile) throws(ConfigFile.Failure) -> RedisConfiguration {
        let configuration = RedisConfiguration()
        var front = ServerSettings()
        var savePoints: [String] = []
        for entry in config.entries where ConfigurationOption.named(entry.name) != nil {
            var text = entry.values.joined(separator: " ")
            switch entry.name {
            case "save":
                // Points of several lines add up; an empty one takes all back.
                if text.isEmpty { savePoints.removeAll() } else { savePoints.append(text) }
                text = savePoints.joined(separator: " ")
            case "client-output-buffer-limit":
                // Checked by the front end before: a class that a line does not name keeps its limit.
                _ = try? front.set(entry.name, entry.values)
                text = front.outputLimitsText
            default: break
            }
            do throws(RedisConfiguration.Refusal) {
                try configuration.set(entry.name, text, isStarting: true)
            } catch {
                throw ConfigFile.Failure(origin: entry.origin, line: "\(entry.name) \(text)", reason: error.reason)
            }
        }
        return configuration
    }

    private static func workingDirectory() throws(StorageError) -> String {
        guard let path = getcwd(nil, 0) else { throw .io("getcwd", errno, ".") }
        defer { free(path) }
        return String(cString: path)
    }

    private static func identity(_ random: inout some RandomNumberGenerator) -> String {
        let digits = Array("0123456789abcdef")
        return String((0..<40).map { _ in digits[Int.random(in: 0..<16, using: &random)] })
    }

    /// Since 1970.
    @Sendable private static func milliseconds() -> Int64 {
        var now = timespec()
        clock_gettime(CLOCK_REALTIME, &now)
        return Int64(now.tv_sec) * 1_000 + Int64(now.tv_nsec) / 1_000_000
    }
}
