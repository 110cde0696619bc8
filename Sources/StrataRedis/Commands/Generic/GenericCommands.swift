import StrataRESP

/// Keys of whatever type.
package enum GenericCommands {
    static let first = CommandKeys.range(first: 1, last: 1, step: 1)
    static let each = CommandKeys.range(first: 1, last: -1, step: 1)

    package static let all: [CommandSpec] = keys + moving + expiry + whole + sorting

    private static let keys: [CommandSpec] = [
        CommandSpec(
            "del", arity: -2, [.write], keys: each, group: .generic, summary: "Deletes keys.",
            complexity: "O(N), N keys and the elements of their values", syntax: "key [key ...]"
        ) { execution throws(RedisError) in
            delete(execution, isLazy: execution.engine.configuration.flag("lazyfree-lazy-user-del"))
        },
        CommandSpec(
            "unlink", arity: -2, [.write, .fast], keys: each, group: .generic, since: "4.0.0",
            summary: "Deletes keys; another thread frees what is large.", complexity: "O(1) for each key",
            syntax: "key [key ...]"
        ) { execution throws(RedisError) in delete(execution, isLazy: true) },
        CommandSpec(
            "exists", arity: -2, [.readonly, .fast], keys: each, group: .generic,
            summary: "How many of the keys are there.",
            complexity: "O(N), N keys", syntax: "key [key ...]"
        ) { execution throws(RedisError) in count(execution, .noTouch) },
        CommandSpec(
            "touch", arity: -2, [.readonly, .fast], keys: each, group: .generic, since: "3.2.1",
            summary: "Renews the time of last access.", complexity: "O(N), N keys", syntax: "key [key ...]"
        ) { execution throws(RedisError) in count(execution, []) },
        CommandSpec(
            "type", arity: 2, [.readonly, .fast], keys: first, group: .generic, summary: "The type of a key's value.",
            syntax: "key"
        ) { execution throws(RedisError) in
            execution.reply.simple(execution.database.read(execution.argument(1), .noTouch)?.type.name ?? "none")
        },
        CommandSpec(
            "keys", arity: 2, [.readonly], group: .generic, summary: "All keys that match a pattern.",
            complexity: "O(N), N keys of the database", syntax: "pattern", handler: keys),
        CommandSpec(
            "scan", arity: -2, [.readonly], group: .generic, since: "2.8.0", summary: "All keys, some at a time.",
            complexity: "O(1) for every call, O(N) in all", syntax: "cursor [MATCH pattern] [COUNT count] [TYPE type]",
            handler: scan),
        CommandSpec(
            "randomkey", arity: 1, [.readonly], group: .generic, summary: "A key by chance."
        ) { execution throws(RedisError) in
            guard let entry = execution.database.randomEntry() else { return execution.reply.null() }
            execution.reply.bulk(entry.key)
        },
        CommandSpec(
            "object", arity: -2, [], group: .generic, since: "2.2.3", summary: "How a value is stored.",
            complexity: "Depends on the subcommand", syntax: "", subcommands: object
        ) { execution throws(RedisError) in throw .arity("object") },
    ]

    private static func delete(_ execution: Execution, isLazy: Bool) {
        var count = 0
        for index in 1..<execution.arguments.count {
            let key = execution.argument(index)
            guard execution.database.delete(key, isLazy: isLazy) else { continue }
            execution.changed(key, .generic, "del")
            count += 1
        }
        execution.reply.integer(count)
    }

    private static func count(_ execution: Execution, _ lookup: Database.Lookup) {
        var count = 0
        for index in 1..<execution.arguments.count
        where execution.database.read(execution.argument(index), lookup) != nil { count += 1 }
        execution.reply.integer(count)
    }

    @Sendable private static func keys(_ execution: Execution) throws(RedisError) {
        let pattern = execution.argument(1)
        let isAll = pattern.count == 1 && pattern[0] == UInt8(ascii: "*")
        execution.reply.begin(.array)
        var count = 0
        execution.database.forEach { entry in
            if isAll || Glob.matches(pattern, entry.key), !entry.isExpired(now: execution.now) {
                execution.reply.bulk(entry.key)
                count += 1
            }
            return true
        }
        execution.reply.end(count)
    }
}
