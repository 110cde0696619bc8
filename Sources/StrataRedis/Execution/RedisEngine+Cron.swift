extension RedisEngine {
    /// What is to be done now and then: `hz` times a second, by the executor.
    package func tick() {
        let now = wallClock()
        execution.now = now
        keyspace.activeExpire(now: now)
        commit()
        endExpiredWaits()
        ticks += 1
        // Once a second.
        if ticks % configuration.hz == 0 {
            statistics.commandsPerSecond = statistics.commands - min(statistics.commands, statistics.sampledCommands)
            statistics.sampledCommands = statistics.commands
        }
    }
}
