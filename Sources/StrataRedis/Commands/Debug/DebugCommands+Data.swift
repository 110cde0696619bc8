import Glibc
import StrataRESP

extension DebugCommands {
    static let data: [Action] = [
        Action("digest", 0...0) { execution throws(RedisError) in
            execution.reply.simple(KeyspaceDigest.digest(of: execution.keyspace))
        },
        Action("digest-value", 0...Int.max - 2) { execution throws(RedisError) in
            execution.reply.array(execution.arguments.count - 2)
            for index in 2..<execution.arguments.count {
                let entry = execution.database.read(execution.argument(index), [.noTouch, .noStatistics])
                execution.reply.simple(
                    entry.map { KeyspaceDigest.digest(of: $0) } ?? String(repeating: "0", count: 40))
            }
        },
        Action("object", 1...2, object),
        Action("populate", 1...3, populate),
        Action("sleep", 1...1) { execution throws(RedisError) in
            let seconds = execution.argument(2).double ?? 0
            // A day is as good as for ever, and fits.
            if seconds > 0 { usleep(UInt32(min(seconds, 3600) * 1_000_000)) }
            execution.reply.ok()
        },
        Action("reload", 0...3, reload),
    ]

    @Sendable private static func object(_ execution: Execution) throws(RedisError) {
        guard let entry = execution.database.read(execution.argument(2), [.noTouch, .noStatistics]) else {
            throw .noSuchKey
        }
        let encoder = RDBEncoder(compresses: false)
        if let collection = entry.collection {
            encoder.value(collection)
        } else {
            entry.withString { encoder.string($0) }
        }
        let idle = execution.database.idleSeconds(entry)
        var line =
            "Value at:0x0 refcount:1 encoding:\(entry.encoding.name) serializedlength:\(encoder.bytes.count)"
            + " lru:\(max(0, execution.now / 1000 - idle) & 0xFF_FFFF) lru_seconds_idle:\(idle)"
        if let list = entry.collection as? ListValue {
            let average = list.nodeCount == 0 ? 0 : Double(list.count) / Double(list.nodeCount)
            let hundredths = Int((average * 100).rounded())
            let fraction = hundredths % 100
            line +=
                " ql_nodes:\(list.nodeCount) ql_avg_node:\(hundredths / 100).\(fraction < 10 ? "0" : "")\(fraction)"
                + " ql_listpack_max:\(execution.limits.listMaxListpackSize)"
        }
        execution.reply.simple(line)
    }

    /// Keys `prefix:0` to `prefix:count-1`, where they are not there yet. They are not logged, as in Redis.
    @Sendable private static func populate(_ execution: Execution) throws(RedisError) {
        let count = try execution.integer(
            2, in: 0...Int64.max, orThrow: RedisError("ERR value is out of range, must be positive"))
        let prefix = execution.arguments.count > 3 ? execution.argument(3).copy() : Array("key".utf8)
        let size = execution.arguments.count > 4 ? try execution.integer(4, in: 0...512 << 20) : 0
        for index in 0..<count {
            let key = prefix + Array(":\(index)".utf8)
            var value = Array("value:\(index)".utf8)
            if size > 0 { value = Array((value + [UInt8](repeating: 0, count: Int(size))).prefix(Int(size))) }
            key.withLent { key in
                guard !execution.database.contains(key) else { return }
                value.withLent { execution.database.setString(key, $0) }
                execution.keyspace.signalModified(execution.client.database, key)
            }
        }
        execution.reply.ok()
    }

    @Sendable private static func reload(_ execution: Execution) throws(RedisError) {
        var saves = true
        for index in 2..<max(2, execution.arguments.count) {
            guard execution.argument(index).isWord("nosave") else {
                throw RedisError("ERR DEBUG RELOAD only supports the NOSAVE option.")
            }
            saves = false
        }
        guard let persistence = execution.engine.persistence else {
            throw RedisError("ERR this server keeps nothing on disk")
        }
        guard !execution.engine.configuration.flag("appendonly") else {
            throw RedisError("ERR DEBUG RELOAD is not available beside an append-only file")
        }
        if saves { try persistence.save() }
        _ = execution.keyspace.removeAll()
        do throws(RedisPersistence.LoadFailure) { try persistence.load() } catch {
            throw RedisError("ERR Error trying to load the RDB dump, check server logs.")
        }
        execution.reply.ok()
    }
}
