import StrataRESP

extension GenericCommands {
    static let moving: [CommandSpec] = [
        CommandSpec(
            "rename", arity: 3, [.write], keys: .range(first: 1, last: 2, step: 1), group: .generic,
            summary: "Puts a value under another key, whatever was there.", syntax: "key newkey"
        ) { execution throws(RedisError) in try rename(execution, onlyNew: false) },
        CommandSpec(
            "renamenx", arity: 3, [.write, .fast], keys: .range(first: 1, last: 2, step: 1), group: .generic,
            summary: "Puts a value under another key, if nothing is there.", syntax: "key newkey"
        ) { execution throws(RedisError) in try rename(execution, onlyNew: true) },
        CommandSpec(
            "copy", arity: -3, [.write, .denyoom], keys: .range(first: 1, last: 2, step: 1), group: .generic,
            since: "6.2.0", summary: "Puts a copy of a value under another key.",
            complexity: "O(N), N elements of a collection",
            syntax: "source destination [DB destination-db] [REPLACE]", handler: copy),
        CommandSpec(
            "move", arity: 3, [.write, .fast], keys: first, group: .generic,
            summary: "Moves a key to another database.",
            syntax: "key db", handler: move),
    ]

    private static func rename(_ execution: Execution, onlyNew: Bool) throws(RedisError) {
        let (source, target) = (execution.argument(1), execution.argument(2))
        let database = execution.database
        guard let entry = database.write(source) else { throw .noSuchKey }
        if source == target {
            return onlyNew ? execution.reply.integer(0) : execution.reply.ok()
        }
        if let old = database.write(target) {
            if onlyNew { return execution.reply.integer(0) }
            database.delete(old, isLazy: execution.engine.configuration.flag("lazyfree-lazy-server-del"))
        }
        let expiry = entry.expiry
        let value = Database.take(entry, isCopy: false)
        database.delete(entry)
        database.add(target, value, expiry: expiry)
        execution.changed(source, .generic, "rename_from", count: 0)
        execution.changed(target, .generic, "rename_to")
        execution.signalReady(target)
        onlyNew ? execution.reply.integer(1) : execution.reply.ok()
    }

    @Sendable private static func copy(_ execution: Execution) throws(RedisError) {
        var targetIndex = execution.client.database
        var replaces = false
        var at = 3
        while at < execution.arguments.count {
            if execution.argument(at).isWord("replace") {
                replaces = true
            } else if execution.argument(at).isWord("db"), at + 1 < execution.arguments.count {
                targetIndex = try databaseIndex(execution, at + 1)
                at += 1
            } else {
                throw .syntax
            }
            at += 1
        }
        let (source, target) = (execution.argument(1), execution.argument(2))
        if source == target, targetIndex == execution.client.database { throw sameObjects }
        guard let entry = execution.database.read(source) else { return execution.reply.integer(0) }
        let other = execution.keyspace.database(targetIndex)
        if let old = other.write(target) {
            if !replaces { return execution.reply.integer(0) }
            other.delete(old, isLazy: execution.engine.configuration.flag("lazyfree-lazy-server-del"))
        }
        other.add(target, Database.take(entry, isCopy: true), expiry: entry.expiry)
        execution.changed(target, in: targetIndex, .generic, "copy_to")
        execution.signalReady(target, in: targetIndex)
        execution.reply.integer(1)
    }

    private static let sameObjects = RedisError("ERR source and destination objects are the same")

    static func databaseIndex(_ execution: Execution, _ index: Int) throws(RedisError) -> Int {
        let number = try execution.integer(index, in: Int64(Int32.min)...Int64(Int32.max))
        guard number >= 0, number < Int64(execution.keyspace.databaseCount) else {
            throw RedisError("ERR DB index is out of range")
        }
        return Int(number)
    }

    @Sendable private static func move(_ execution: Execution) throws(RedisError) {
        let key = execution.argument(1)
        let targetIndex = try databaseIndex(execution, 2)
        if targetIndex == execution.client.database { throw sameObjects }
        guard let entry = execution.database.write(key) else { return execution.reply.integer(0) }
        let other = execution.keyspace.database(targetIndex)
        if other.write(key) != nil { return execution.reply.integer(0) }
        let expiry = entry.expiry
        let value = Database.take(entry, isCopy: false)
        execution.database.delete(entry)
        other.add(key, value, expiry: expiry)
        execution.changed(key, .generic, "move_from", count: 0)
        execution.changed(key, in: targetIndex, .generic, "move_to")
        execution.signalReady(key, in: targetIndex)
        execution.reply.integer(1)
    }
}
