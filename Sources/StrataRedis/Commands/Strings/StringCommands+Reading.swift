import StrataRESP

extension StringCommands {
    @Sendable static func get(_ execution: Execution) throws(RedisError) {
        reply(try execution.database.string(at: execution.argument(1)), execution)
    }

    @inline(__always)
    static func reply(_ entry: KeyEntry?, _ execution: Execution) {
        guard let entry else { return execution.reply.null() }
        if let integer = entry.integer { return execution.reply.bulk(integer) }
        entry.withString { execution.reply.bulk($0) }
    }

    @Sendable static func getdel(_ execution: Execution) throws(RedisError) {
        let key = execution.argument(1)
        let entry = try execution.database.string(at: key)
        reply(entry, execution)
        guard let entry else { return }
        let isLazy = execution.engine.configuration.flag("lazyfree-lazy-user-del")
        execution.database.delete(entry, isLazy: isLazy)
        execution.propagateInstead(2) {
            $0.add(isLazy ? "UNLINK" : "DEL")
            $0.add(key)
        }
        execution.changed(key, .generic, "del")
    }

    @Sendable static func getex(_ execution: Execution) throws(RedisError) {
        let key = execution.argument(1)
        let options = try StringOptions(execution, from: 2, isGetEx: true)
        guard let entry = try execution.database.string(at: key) else { return execution.reply.null() }
        let moment = try options.moment(execution, command: "getex")
        reply(entry, execution)
        if let moment {
            if options.isAbsolute, moment <= execution.now {
                let isLazy = execution.engine.configuration.flag("lazyfree-lazy-user-del")
                execution.database.delete(entry, isLazy: isLazy)
                execution.propagateInstead(2) {
                    $0.add(isLazy ? "UNLINK" : "DEL")
                    $0.add(key)
                }
                return execution.changed(key, .generic, "del")
            }
            execution.database.setExpiry(entry, moment)
            execution.propagateInstead(3) {
                $0.add("PEXPIREAT")
                $0.add(key)
                $0.add(moment)
            }
            execution.changed(key, .generic, "expire")
        } else if options.isPersist, execution.database.removeExpiry(entry) {
            execution.propagateInstead(2) {
                $0.add("PERSIST")
                $0.add(key)
            }
            execution.changed(key, .generic, "persist")
        }
    }

    @Sendable static func getrange(_ execution: Execution) throws(RedisError) {
        var start = try execution.integer(2)
        var end = try execution.integer(3)
        guard let entry = try execution.database.string(at: execution.argument(1)) else {
            return execution.reply.bulk([])
        }
        entry.withString { text in
            let size = Int64(text.count)
            if start < 0, end < 0, start > end { return execution.reply.bulk([]) }
            if start < 0 { start = max(0, start &+ size) }
            if end < 0 { end = max(0, end &+ size) }
            end = min(end, size - 1)
            if start > end || size == 0 { return execution.reply.bulk([]) }
            execution.reply.bulk(text[Int(start)..<Int(end + 1)])
        }
    }

    @Sendable static func mget(_ execution: Execution) throws(RedisError) {
        let database = execution.database
        execution.reply.array(execution.arguments.count - 1)
        for index in 1..<execution.arguments.count {
            let entry = database.read(execution.argument(index))
            reply(entry?.type == .string ? entry : nil, execution)
        }
    }

    @Sendable static func strlen(_ execution: Execution) throws(RedisError) {
        execution.reply.integer(try execution.database.string(at: execution.argument(1))?.stringCount ?? 0)
    }
}
