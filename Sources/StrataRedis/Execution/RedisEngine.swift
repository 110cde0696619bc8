import StrataDisk
import StrataRESP

/// A Redis without sockets: takes requests of clients and answers them. One thread, the executor, calls everything here.
package final class RedisEngine {
    /// What INFO and HELLO say: clients choose what they use by it.
    package static let version = "7.0.15"

    package let configuration: RedisConfiguration
    package let keyspace: Keyspace
    package let commands: CommandTable
    package let pubSub = PubSub()
    package let blocking = Blocking()
    package let clock: any MonotonicClock
    /// Milliseconds since 1970.
    let wallClock: @Sendable () -> Int64
    package internal(set) var clients: [UInt64: RedisClient] = [:]
    package internal(set) var monitors: [RedisClient] = []
    package var statistics = EngineStatistics()
    /// By the command's place in `commands`.
    package internal(set) var commandStatistics: [CommandStatistics]
    package var slowLog = SlowLog()
    /// The log that changes go to; nil: none is kept.
    package var log: (any CommandLog)?
    /// Saves, and the log's files; nil: nothing is kept on disk.
    package weak var persistence: RedisPersistence?
    /// RESTORE verifies the checksum of payloads (DEBUG SET-SKIP-CHECKSUM-VALIDATION).
    package var checksPayloads = true
    /// Why nothing may be written: a failed save or log.
    package var writeRefusal: RedisError?
    package var isLoading = false
    /// Commands of the log are being carried out, for which nothing is refused.
    var isReplaying = false
    package internal(set) var nextClientID: UInt64 = 1
    /// Milliseconds since 1970.
    package let started: Int64
    /// Random bytes in hexadecimal, new with every start.
    package let runID: String
    /// Keyed by WATCH: who watches a key.
    var watchers: [Watchers.Place: [RedisClient]] = [:]
    var execution: Execution!
    package private(set) lazy var scripting = Scripting(self)
    var ticks = 0
    /// Asked to stop by SHUTDOWN.
    package var onShutdown: (ShutdownRequest) -> Void = { _ in }

    /// Told of settings that were set, by name; refuses values that cannot be had.
    package var onSettingChanged: (String) throws(RedisConfiguration.Refusal) -> Void = { _ in }
    /// Writes the settings to their file, or says why not.
    package var onConfigRewrite: (() -> String?)?
    /// Lines of INFO's section on persistence.
    package var persistenceLines: () -> [(String, String)] = { [] }

    package struct ShutdownRequest: Sendable {
        /// nil: as the save points say.
        package var saves: Bool?
        package var isNow = false
        package var isForced = false

        package init() {}
    }

    package init(
        commands: CommandTable, configuration: RedisConfiguration = RedisConfiguration(), keyspace: Keyspace,
        clock: any MonotonicClock = SystemClock(), wallClock: @escaping @Sendable () -> Int64, runID: String
    ) {
        self.configuration = configuration
        self.keyspace = keyspace
        self.clock = clock
        self.wallClock = wallClock
        self.runID = runID
        self.commands = commands
        commandStatistics = Array(repeating: CommandStatistics(), count: commands.all.count)
        started = wallClock()
        let own = RedisClient(id: 0)
        own.isAuthenticated = true
        execution = Execution(self, keyspace, client: own)
        keyspace.delegate = self
        for option in ConfigurationOption.all { takeSetting(option.name) }
    }

    func settingChanged(_ name: String) throws(RedisConfiguration.Refusal) {
        takeSetting(name)
        try persistence?.settingChanged(name)
        try onSettingChanged(name)
    }

    func persistenceInfo() -> [(String, String)] {
        [("loading", isLoading ? "1" : "0"), ("async_loading", "0")] + persistenceLines()
    }

    // MARK: Clients

    /// A connection is there.
    package func connect(_ reply: ReplyBuffer = ReplyBuffer()) -> RedisClient {
        let client = RedisClient(id: nextClientID, reply: reply)
        nextClientID += 1
        client.connected = wallClock()
        client.lastInteraction = client.connected
        client.isAuthenticated = configuration.requirePass.isEmpty
        clients[client.id] = client
        statistics.connections += 1
        return client
    }

    /// It is gone: nothing of it is left.
    package func disconnect(_ client: RedisClient) {
        guard clients.removeValue(forKey: client.id) != nil else { return }
        blocking.unblock(client)
        pubSub.forget(client)
        unwatch(client)
        monitors.removeAll { $0 === client }
        client.transaction = nil
    }
}
