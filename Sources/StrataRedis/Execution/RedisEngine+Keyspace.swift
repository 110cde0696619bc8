import StrataRESP

extension RedisEngine: KeyspaceDelegate {
    package func keyspaceEvent(_ kind: NotificationClass, _ event: StaticString, _ key: Bytes, in database: Int) {
        execution.notify(kind, event, key, in: database)
    }

    package func keyModified(_ key: Bytes, in database: Int) { touchWatched(database, key) }

    /// The log learns of it before the command that found the key gone: a loader must not decide by its own clock.
    package func keyVanished(_ key: Bytes, in database: Int) {
        execution.propagateFirst(in: database, 2) { encoder in
            encoder.add("DEL")
            encoder.add(key)
        }
    }

    /// Settings that belong to the keyspace.
    func takeSetting(_ name: String) {
        let value = configuration.value(name)
        let number = Int(configuration.number(name))
        switch name {
        case "maxmemory-policy": if let policy = EvictionPolicy(rawValue: value) { keyspace.evictionPolicy = policy }
        case "maxmemory-samples": keyspace.evictionSamples = number
        case "maxmemory-eviction-tenacity": keyspace.evictionTenacity = number
        case "lfu-log-factor": keyspace.lfuLogFactor = number
        case "lfu-decay-time": keyspace.lfuDecayMinutes = number
        case "active-expire-effort": keyspace.expiryEffort = number
        case "lazyfree-lazy-expire": keyspace.freesExpiredInBackground = value == "yes"
        case "lazyfree-lazy-eviction": keyspace.freesEvictedInBackground = value == "yes"
        case "notify-keyspace-events": keyspace.tellsNewKeys = configuration.notifications.contains(.new)
        case "slowlog-max-len": slowLog.trim(to: configuration.slowlogMaxLength)
        default: break
        }
    }
}
