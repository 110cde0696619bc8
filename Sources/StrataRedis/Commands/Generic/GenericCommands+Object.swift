import StrataRESP

extension GenericCommands {
    static let object: [CommandSpec] = [
        asking("encoding", "How the value lies in memory.") { entry, execution throws(RedisError) in
            let name = entry.encoding.name
            execution.reply.bulk(Bytes(name.utf8Start, name.utf8CodeUnitCount))
        },
        asking("freq", since: "4.0.0", "The counter of accesses, where an LFU policy is in force.") {
            entry, execution throws(RedisError) in
            guard execution.keyspace.evictionPolicy.isLFU else {
                throw RedisError("ERR An LFU maxmemory policy is not selected, access frequency not tracked. \(note)")
            }
            execution.reply.integer(execution.database.frequency(entry))
        },
        asking("idletime", "Seconds since the last access, where no LFU policy is in force.") {
            entry, execution throws(RedisError) in
            if execution.keyspace.evictionPolicy.isLFU {
                throw RedisError("ERR An LFU maxmemory policy is selected, idle time not tracked. \(note)")
            }
            execution.reply.integer(execution.database.idleSeconds(entry))
        },
        asking("refcount", "How many references the value has.") { entry, execution throws(RedisError) in
            // Clients know small numbers as shared objects, which count no references.
            let isShared = (0..<10_000).contains(entry.integer ?? -1) && execution.keyspace.evictionPolicy.sharesNumbers
            execution.reply.integer(isShared ? Int(Int32.max) : 1)
        },
        CommandSpec(
            "help", arity: 2, [.loading, .stale], group: .generic, since: "6.2.0", summary: "What OBJECT can do."
        ) {
            execution throws(RedisError) in execution.replyHelp(of: "object")
        },
    ]

    private static let note =
        "Please note that when switching between policies at runtime LRU and LFU data will take some time to adjust."

    private static func asking(
        _ name: String, since: String = "2.2.3", _ summary: String,
        _ answer: @escaping @Sendable (KeyEntry, Execution) throws(RedisError) -> Void
    ) -> CommandSpec {
        CommandSpec(
            name, arity: 3, [.readonly], keys: .range(first: 2, last: 2, step: 1), group: .generic, since: since,
            summary: summary, syntax: "key"
        ) { execution throws(RedisError) in
            guard let entry = execution.database.read(execution.argument(2), [.noTouch, .noStatistics]) else {
                return execution.reply.null()
            }
            try answer(entry, execution)
        }
    }
}

extension EvictionPolicy {
    /// Policies by access keep a time for each key, so Redis shares no objects under them.
    fileprivate var sharesNumbers: Bool {
        switch self {
        case .allKeysLRU, .volatileLRU, .allKeysLFU, .volatileLFU: false
        default: true
        }
    }
}
