import Glibc
import StrataRESP

/// What INFO answers: lines of `name:value` under headings. Names and meaning are those of Redis 7.0.
struct InfoText {
    private let engine: RedisEngine
    private let now: Int64

    init(_ engine: RedisEngine, now: Int64) {
        self.engine = engine
        self.now = now
    }

    private static let standard = [
        "server", "clients", "memory", "persistence", "stats", "replication", "cpu", "modules", "errorstats", "cluster",
        "keyspace",
    ]

    /// - Parameter wanted: names of sections in lower case; none, "default", "all" and "everything" stand for several.
    func text(_ wanted: Set<String>) -> String {
        var sections = Set(wanted)
        if wanted.isEmpty || wanted.contains("default") { sections.formUnion(Self.standard) }
        if wanted.contains("all") || wanted.contains("everything") {
            sections.formUnion(Self.standard + ["commandstats", "latencystats"])
        }
        var parts: [String] = []
        for (name, title, lines) in all where sections.contains(name) {
            parts.append(([("# " + title)] + lines().map { "\($0.0):\($0.1)" }).map { $0 + "\r\n" }.joined())
        }
        return parts.joined(separator: "\r\n")
    }

    private typealias Lines = [(String, String)]

    private var all: [(String, String, () -> Lines)] {
        [
            ("server", "Server", server), ("clients", "Clients", clients), ("memory", "Memory", memory),
            ("persistence", "Persistence", { engine.persistenceInfo() }), ("stats", "Stats", stats),
            ("replication", "Replication", replication), ("cpu", "CPU", cpu), ("modules", "Modules", { [] }),
            ("commandstats", "Commandstats", commands), ("errorstats", "Errorstats", errors),
            ("latencystats", "Latencystats", { [] }), ("cluster", "Cluster", { [("cluster_enabled", "0")] }),
            ("keyspace", "Keyspace", keyspace),
        ]
    }

    private func server() -> Lines {
        var system = utsname()
        uname(&system)
        let name = withUnsafeBytes(of: system.sysname) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
        let release = withUnsafeBytes(of: system.release) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
        let machine = withUnsafeBytes(of: system.machine) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
        let uptime = (now - engine.started) / 1000
        return [
            ("redis_version", RedisEngine.version), ("redis_git_sha1", "00000000"), ("redis_git_dirty", "0"),
            ("redis_build_id", "strata"), ("redis_mode", "standalone"), ("os", "\(name) \(release) \(machine)"),
            ("arch_bits", "64"), ("monotonic_clock", "POSIX clock_gettime"), ("multiplexing_api", "epoll"),
            ("process_id", "\(getpid())"), ("process_supervised", "no"), ("run_id", engine.runID),
            ("tcp_port", engine.configuration.value("port")), ("server_time_usec", "\(now * 1000)"),
            ("uptime_in_seconds", "\(uptime)"), ("uptime_in_days", "\(uptime / 86_400)"),
            ("hz", "\(engine.configuration.hz)"), ("configured_hz", "\(engine.configuration.hz)"),
            ("lru_clock", "\(now / 1000 & 0xFF_FFFF)"), ("executable", CommandLine.arguments.first ?? ""),
            ("config_file", engine.configuration.file ?? ""), ("io_threads_active", "0"), ("strata_engine", "redis"),
        ]
    }

    private func clients() -> Lines {
        let connected = engine.clients.count
        return [
            ("connected_clients", "\(connected)"), ("cluster_connections", "0"),
            ("maxclients", engine.configuration.value("maxclients")), ("client_recent_max_input_buffer", "0"),
            ("client_recent_max_output_buffer", "0"), ("blocked_clients", "\(engine.blocking.clientCount)"),
            ("tracking_clients", "0"), ("clients_in_timeout_table", "0"),
        ]
    }

    private func memory() -> Lines {
        let used = engine.keyspace.memoryBytes
        return [
            ("used_memory", "\(used)"), ("used_memory_human", Self.human(used)),
            ("used_memory_rss", "\(Self.residentBytes)"), ("used_memory_rss_human", Self.human(Self.residentBytes)),
            ("used_memory_peak", "\(max(used, engine.keyspace.peakMemoryBytes))"),
            ("used_memory_dataset", "\(used)"), ("used_memory_lua", "0"), ("used_memory_scripts", "0"),
            ("number_of_cached_scripts", "0"), ("maxmemory", "\(engine.configuration.maxMemory)"),
            ("maxmemory_human", Self.human(Int(engine.configuration.maxMemory))),
            ("maxmemory_policy", engine.configuration.value("maxmemory-policy")), ("mem_fragmentation_ratio", "1.00"),
            ("mem_not_counted_for_evict", "0"), ("mem_clients_slaves", "0"), ("mem_clients_normal", "0"),
            ("mem_aof_buffer", "0"), ("mem_allocator", "libc"), ("active_defrag_running", "0"),
            ("lazyfree_pending_objects", "0"), ("lazyfreed_objects", "0"),
        ]
    }

    private static var residentBytes: Int {
        guard let file = fopen("/proc/self/statm", "r") else { return 0 }
        defer { fclose(file) }
        var line = [CChar](repeating: 0, count: 256)
        guard fgets(&line, 256, file) != nil else { return 0 }
        let text = String(decoding: line.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        let pages = text.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0
        return pages * sysconf(Int32(_SC_PAGESIZE))
    }

    static func human(_ bytes: Int) -> String {
        let units: [(Double, String)] = [
            (1_099_511_627_776, "T"), (1_073_741_824, "G"), (1_048_576, "M"), (1024, "K"),
        ]
        for (size, letter) in units where Double(bytes) >= size {
            let hundredths = Int((Double(bytes) / size * 100).rounded())
            let rest = hundredths % 100
            return "\(hundredths / 100).\(rest < 10 ? "0" : "")\(rest)\(letter)"
        }
        return "\(bytes)B"
    }

    private func stats() -> Lines {
        let counts = engine.keyspace.statistics
        return [
            ("total_connections_received", "\(engine.statistics.connections)"),
            ("total_commands_processed", "\(engine.statistics.commands)"),
            ("instantaneous_ops_per_sec", "\(engine.statistics.commandsPerSecond)"),
            ("total_net_input_bytes", "\(engine.statistics.netInputBytes)"),
            ("total_net_output_bytes", "\(engine.statistics.netOutputBytes)"),
            ("rejected_connections", "\(engine.statistics.rejectedConnections)"), ("sync_full", "0"),
            ("sync_partial_ok", "0"), ("sync_partial_err", "0"), ("expired_keys", "\(counts.expired)"),
            ("expired_stale_perc", "0.00"), ("expired_time_cap_reached_count", "0"),
            ("evicted_keys", "\(counts.evicted)"), ("evicted_clients", "0"), ("total_eviction_exceeded_time", "0"),
            ("keyspace_hits", "\(counts.hits)"), ("keyspace_misses", "\(counts.misses)"),
            ("pubsub_channels", "\(engine.pubSub.channelCount)"), ("pubsub_patterns", "\(engine.pubSub.patternCount)"),
            ("pubsubshard_channels", "\(engine.pubSub.shardChannelCount)"), ("latest_fork_usec", "0"),
            ("total_forks", "0"), ("migrate_cached_sockets", "0"), ("total_active_defrag_time", "0"),
            ("tracking_total_keys", "0"), ("tracking_total_items", "0"), ("tracking_total_prefixes", "0"),
            ("unexpected_error_replies", "0"), ("total_error_replies", "\(engine.statistics.errorReplies)"),
            ("dump_payload_sanitizations", "0"), ("total_reads_processed", "\(engine.statistics.commands)"),
            ("total_writes_processed", "\(engine.statistics.commands)"), ("reply_buffer_shrinks", "0"),
            ("reply_buffer_expands", "0"),
        ]
    }

    private func replication() -> Lines {
        [
            ("role", "master"), ("connected_slaves", "0"), ("master_failover_state", "no-failover"),
            ("master_replid", engine.runID), ("master_replid2", String(repeating: "0", count: 40)),
            ("master_repl_offset", "0"), ("second_repl_offset", "-1"), ("repl_backlog_active", "0"),
            ("repl_backlog_size", engine.configuration.value("repl-backlog-size")),
            ("repl_backlog_first_byte_offset", "0"), ("repl_backlog_histlen", "0"),
        ]
    }

    private func cpu() -> Lines {
        var usage = rusage()
        getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
        func seconds(_ time: timeval) -> String {
            let micros = "\(time.tv_usec)"
            return "\(time.tv_sec).\(String(repeating: "0", count: 6 - micros.count))\(micros)"
        }
        return [
            ("used_cpu_sys", seconds(usage.ru_stime)), ("used_cpu_user", seconds(usage.ru_utime)),
            ("used_cpu_sys_children", "0.000000"), ("used_cpu_user_children", "0.000000"),
        ]
    }

    private func commands() -> Lines {
        zip(engine.commands.all, engine.commandStatistics).compactMap { spec, counts in
            guard counts.calls > 0 || counts.rejected > 0 else { return nil }
            let micros = counts.nanoseconds / 1000
            let perCall = counts.calls == 0 ? 0 : Double(counts.nanoseconds) / 1000 / Double(counts.calls)
            let hundredths = Int((perCall * 100).rounded())
            let rest = hundredths % 100
            return (
                "cmdstat_\(spec.name)",
                "calls=\(counts.calls),usec=\(micros),usec_per_call=\(hundredths / 100).\(rest < 10 ? "0" : "")\(rest),"
                    + "rejected_calls=\(counts.rejected),failed_calls=\(counts.failed)"
            )
        }
    }

    private func errors() -> Lines {
        engine.statistics.errors.sorted { $0.key < $1.key }.map { ("errorstat_\($0.key)", "count=\($0.value)") }
    }

    private func keyspace() -> Lines {
        (0..<engine.keyspace.databaseCount).compactMap { index in
            let database = engine.keyspace.database(index)
            guard database.count > 0 else { return nil }
            return (
                "db\(index)",
                "keys=\(database.count),expires=\(database.volatileCount),avg_ttl=\(database.averageTTL(now: now))"
            )
        }
    }
}
