import StrataRESP

/// Strings and counters.
package enum StringCommands {
    private static let first = CommandKeys.range(first: 1, last: 1, step: 1)

    package static let all: [CommandSpec] = reading + storing + counting

    private static let reading: [CommandSpec] = [
        CommandSpec(
            "get", arity: 2, [.readonly, .fast], keys: first, group: .string, summary: "The string under a key.",
            syntax: "key", handler: get),
        CommandSpec(
            "getex", arity: -2, [.write, .fast], keys: first, group: .string, since: "6.2.0",
            summary: "The string under a key, whose expiry is set or removed.",
            syntax:
                "key [EX seconds | PX milliseconds | EXAT unix-time-seconds | PXAT unix-time-milliseconds | PERSIST]",
            handler: getex),
        CommandSpec(
            "getdel", arity: 2, [.write, .fast], keys: first, group: .string, since: "6.2.0",
            summary: "The string under a key, which is deleted.", syntax: "key", handler: getdel),
        CommandSpec(
            "getrange", arity: 4, [.readonly], keys: first, group: .string, since: "2.4.0",
            summary: "Part of a string, by first and last byte.", complexity: "O(N), N bytes returned",
            syntax: "key start end", handler: getrange),
        CommandSpec(
            "substr", arity: 4, [.readonly], keys: first, group: .string, summary: "GETRANGE by its old name.",
            complexity: "O(N), N bytes returned", syntax: "key start end", handler: getrange),
        CommandSpec(
            "mget", arity: -2, [.readonly, .fast], keys: .range(first: 1, last: -1, step: 1), group: .string,
            summary: "The strings under several keys.", complexity: "O(N), N keys", syntax: "key [key ...]",
            handler: mget),
        CommandSpec(
            "strlen", arity: 2, [.readonly, .fast], keys: first, group: .string, since: "2.2.0",
            summary: "How many bytes a string has.", syntax: "key", handler: strlen),
        CommandSpec(
            "lcs", arity: -3, [.readonly], keys: .range(first: 1, last: 2, step: 1), group: .string, since: "7.0.0",
            summary: "The longest common subsequence of two strings.", complexity: "O(N*M), of N and M bytes",
            syntax: "key1 key2 [LEN] [IDX] [MINMATCHLEN min-match-len] [WITHMATCHLEN]", handler: lcs),
    ]

    private static let storing: [CommandSpec] = [
        CommandSpec(
            "set", arity: -3, [.write, .denyoom], keys: first, group: .string,
            summary: "Puts a string under a key, whatever was there.",
            syntax: "key value [NX | XX] [GET] [EX seconds | PX milliseconds | EXAT unix-time-seconds | "
                + "PXAT unix-time-milliseconds | KEEPTTL]", handler: set),
        CommandSpec(
            "setnx", arity: 3, [.write, .denyoom, .fast], keys: first, group: .string,
            summary: "Puts a string under a key that is not there.", syntax: "key value", handler: setnx),
        CommandSpec(
            "setex", arity: 4, [.write, .denyoom], keys: first, group: .string, since: "2.0.0",
            summary: "Puts a string under a key for some seconds.", syntax: "key seconds value"
        ) { execution throws(RedisError) in try setFor(execution, isSeconds: true) },
        CommandSpec(
            "psetex", arity: 4, [.write, .denyoom], keys: first, group: .string, since: "2.6.0",
            summary: "Puts a string under a key for some milliseconds.", syntax: "key milliseconds value"
        ) { execution throws(RedisError) in try setFor(execution, isSeconds: false) },
        CommandSpec(
            "getset", arity: 3, [.write, .denyoom, .fast], keys: first, group: .string,
            summary: "Puts a string under a key and gives the one that was there.", syntax: "key value",
            handler: getset),
        CommandSpec(
            "setrange", arity: 4, [.write, .denyoom], keys: first, group: .string, since: "2.2.0",
            summary: "Overwrites part of a string from a byte on.", complexity: "O(N), N bytes of value",
            syntax: "key offset value", handler: setrange),
        CommandSpec(
            "append", arity: 3, [.write, .denyoom, .fast], keys: first, group: .string, since: "2.0.0",
            summary: "Adds to the end of a string.", syntax: "key value", handler: append),
        CommandSpec(
            "mset", arity: -3, [.write, .denyoom], keys: .range(first: 1, last: -1, step: 2), group: .string,
            since: "1.0.1", summary: "Puts several strings under their keys.", complexity: "O(N), N keys",
            syntax: "key value [key value ...]", handler: mset),
        CommandSpec(
            "msetnx", arity: -3, [.write, .denyoom], keys: .range(first: 1, last: -1, step: 2), group: .string,
            since: "1.0.1", summary: "Puts several strings under their keys where none of the keys is there.",
            complexity: "O(N), N keys", syntax: "key value [key value ...]", handler: msetnx),
    ]

    private static let counting: [CommandSpec] = [
        CommandSpec(
            "incr", arity: 2, [.write, .denyoom, .fast], keys: first, group: .string, summary: "Adds one to a number.",
            syntax: "key"
        ) { execution throws(RedisError) in try add(1, execution) },
        CommandSpec(
            "decr", arity: 2, [.write, .denyoom, .fast], keys: first, group: .string,
            summary: "Takes one from a number.", syntax: "key"
        ) { execution throws(RedisError) in try add(-1, execution) },
        CommandSpec(
            "incrby", arity: 3, [.write, .denyoom, .fast], keys: first, group: .string, summary: "Adds to a number.",
            syntax: "key increment"
        ) { execution throws(RedisError) in try add(execution.integer(2), execution) },
        CommandSpec(
            "decrby", arity: 3, [.write, .denyoom, .fast], keys: first, group: .string,
            summary: "Takes from a number.", syntax: "key decrement"
        ) { execution throws(RedisError) in
            let decrement = try execution.integer(2)
            if decrement == .min { throw RedisError("ERR decrement would overflow") }
            try add(-decrement, execution)
        },
        CommandSpec(
            "incrbyfloat", arity: 3, [.write, .denyoom, .fast], keys: first, group: .string, since: "2.6.0",
            summary: "Adds to a number with a fraction.", syntax: "key increment", handler: incrbyfloat),
    ]

    /// Refuses strings longer than the protocol could carry.
    static func checkSize(_ offset: Int64, _ size: Int, _ execution: Execution) throws(RedisError) {
        let (total, isOver) = offset.addingReportingOverflow(Int64(size))
        // Lengths in entries have 32 bits.
        if isOver || total > min(execution.engine.configuration.protoMaxBulkLength, Int64(UInt32.max) / 2) {
            throw RedisError("ERR string exceeds maximum allowed size (proto-max-bulk-len)")
        }
    }
}
