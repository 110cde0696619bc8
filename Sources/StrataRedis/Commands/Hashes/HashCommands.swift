import StrataRESP

/// Hashes: fields with values under one key.
package enum HashCommands {
    private static let key = CommandKeys.range(first: 1, last: 1, step: 1)
    private static let perField = "O(N), N fields given"
    private static let whole = "O(N), N fields of the hash"

    package static let all: [CommandSpec] = [
        CommandSpec(
            "hset", arity: -4, [.write, .denyoom, .fast], keys: key, group: .hash, since: "2.0.0",
            summary: "Gives fields of a hash values.", complexity: perField, syntax: "key field value [field value ...]"
        ) { execution throws(RedisError) in try set(execution, "hset") },
        CommandSpec(
            "hmset", arity: -4, [.write, .denyoom, .fast], keys: key, group: .hash, since: "2.0.0",
            summary: "Gives fields of a hash values; HSET does the same.", complexity: perField,
            syntax: "key field value [field value ...]"
        ) { execution throws(RedisError) in try set(execution, "hmset") },
        CommandSpec(
            "hsetnx", arity: 4, [.write, .denyoom, .fast], keys: key, group: .hash, since: "2.0.0",
            summary: "Gives a field a value if it has none.", syntax: "key field value", handler: setIfAbsent),
        CommandSpec(
            "hget", arity: 3, [.readonly, .fast], keys: key, group: .hash, since: "2.0.0",
            summary: "Gives the value of a field.", syntax: "key field", handler: get),
        CommandSpec(
            "hmget", arity: -3, [.readonly, .fast], keys: key, group: .hash, since: "2.0.0",
            summary: "Gives the values of fields.", complexity: perField, syntax: "key field [field ...]",
            handler: getSeveral),
        CommandSpec(
            "hincrby", arity: 4, [.write, .denyoom, .fast], keys: key, group: .hash, since: "2.0.0",
            summary: "Adds an integer to the value of a field.", syntax: "key field increment", handler: increment),
        CommandSpec(
            "hincrbyfloat", arity: 4, [.write, .denyoom, .fast], keys: key, group: .hash, since: "2.6.0",
            summary: "Adds a floating point number to the value of a field.", syntax: "key field increment",
            handler: incrementByFloat),
        CommandSpec(
            "hdel", arity: -3, [.write, .fast], keys: key, group: .hash, since: "2.0.0",
            summary: "Removes fields.", complexity: perField, syntax: "key field [field ...]", handler: delete),
        CommandSpec(
            "hlen", arity: 2, [.readonly, .fast], keys: key, group: .hash, since: "2.0.0",
            summary: "Counts the fields of a hash.", syntax: "key", handler: length),
        CommandSpec(
            "hstrlen", arity: 3, [.readonly, .fast], keys: key, group: .hash, since: "3.2.0",
            summary: "Counts the bytes of a field's value.", syntax: "key field", handler: valueLength),
        CommandSpec(
            "hkeys", arity: 2, [.readonly], keys: key, group: .hash, since: "2.0.0", summary: "Gives all fields.",
            complexity: whole, syntax: "key", handler: fields),
        CommandSpec(
            "hvals", arity: 2, [.readonly], keys: key, group: .hash, since: "2.0.0", summary: "Gives all values.",
            complexity: whole, syntax: "key", handler: values),
        CommandSpec(
            "hgetall", arity: 2, [.readonly], keys: key, group: .hash, since: "2.0.0",
            summary: "Gives all fields with their values.", complexity: whole, syntax: "key", handler: getAll),
        CommandSpec(
            "hexists", arity: 3, [.readonly, .fast], keys: key, group: .hash, since: "2.0.0",
            summary: "Tells whether a hash has a field.", syntax: "key field", handler: exists),
        CommandSpec(
            "hrandfield", arity: -2, [.readonly], keys: key, group: .hash, since: "6.2.0",
            summary: "Picks fields at random.", complexity: "O(N), N fields returned",
            syntax: "key [count [WITHVALUES]]", handler: random),
        CommandSpec(
            "hscan", arity: -3, [.readonly], keys: key, group: .hash, since: "2.8.0",
            summary: "Gives some fields with their values, from a cursor on.",
            complexity: "O(1) for a call, O(N) for all", syntax: "key cursor [MATCH pattern] [COUNT count]",
            handler: scan),
    ]
}
