import StrataRESP

/// Sets: members without order.
package enum SetCommands {
    private static let key = CommandKeys.range(first: 1, last: 1, step: 1)
    private static let keys = CommandKeys.range(first: 1, last: -1, step: 1)
    private static let perMember = "O(N), N members given"
    private static let smallest = "O(N*M), N members of the smallest set, M sets"
    private static let total = "O(N), N members of all sets"

    package static let all: [CommandSpec] = members + algebra

    private static let members: [CommandSpec] = [
        CommandSpec(
            "sadd", arity: -3, [.write, .denyoom, .fast], keys: key, group: .set, summary: "Adds members to a set.",
            complexity: perMember, syntax: "key member [member ...]", handler: add),
        CommandSpec(
            "srem", arity: -3, [.write, .fast], keys: key, group: .set, summary: "Removes members of a set.",
            complexity: perMember, syntax: "key member [member ...]", handler: remove),
        CommandSpec(
            "smove", arity: 4, [.write, .fast], keys: .range(first: 1, last: 2, step: 1), group: .set,
            summary: "Moves a member from one set to another.", syntax: "source destination member", handler: move),
        CommandSpec(
            "sismember", arity: 3, [.readonly, .fast], keys: key, group: .set,
            summary: "Tells whether something is a member.", syntax: "key member", handler: isMember),
        CommandSpec(
            "smismember", arity: -3, [.readonly, .fast], keys: key, group: .set, since: "6.2.0",
            summary: "Tells of several things whether they are members.", complexity: perMember,
            syntax: "key member [member ...]", handler: areMembers),
        CommandSpec(
            "scard", arity: 2, [.readonly, .fast], keys: key, group: .set, summary: "Counts the members.",
            syntax: "key",
            handler: count),
        CommandSpec(
            "spop", arity: -2, [.write, .fast], keys: key, group: .set, summary: "Takes members at random.",
            complexity: "O(N), N members taken", syntax: "key [count]", handler: pop),
        CommandSpec(
            "srandmember", arity: -2, [.readonly], keys: key, group: .set, summary: "Picks members at random.",
            complexity: "O(N), N members returned", syntax: "key [count]", handler: random),
        CommandSpec(
            "smembers", arity: 2, [.readonly], keys: key, group: .set, summary: "Gives all members.",
            complexity: "O(N), N members", syntax: "key", handler: all(_:)),
        CommandSpec(
            "sscan", arity: -3, [.readonly], keys: key, group: .set, since: "2.8.0",
            summary: "Gives some members, from a cursor on.", complexity: "O(1) for a call, O(N) for all",
            syntax: "key cursor [MATCH pattern] [COUNT count]", handler: scan),
    ]

    private static let algebra: [CommandSpec] = [
        CommandSpec(
            "sinter", arity: -2, [.readonly], keys: keys, group: .set, summary: "Gives what all sets have.",
            complexity: smallest, syntax: "key [key ...]", handler: intersect),
        CommandSpec(
            "sinterstore", arity: -3, [.write, .denyoom], keys: keys, group: .set,
            summary: "Stores what all sets have.", complexity: smallest, syntax: "destination key [key ...]"
        ) { execution throws(RedisError) in
            let sources = try sources(execution, 2..<execution.arguments.count)
            store(execution, intersection(sources, execution.limits), "sinterstore")
        },
        CommandSpec(
            "sintercard", arity: -3, [.readonly], keys: .counted(at: 1, also: 0), group: .set, since: "7.0.0",
            summary: "Counts what all sets have.", complexity: smallest,
            syntax: "numkeys key [key ...] [LIMIT limit]", handler: countIntersection),
        CommandSpec(
            "sunion", arity: -2, [.readonly], keys: keys, group: .set, summary: "Gives what any of the sets has.",
            complexity: total, syntax: "key [key ...]"
        ) { execution throws(RedisError) in
            let sources = try sources(execution, 1..<execution.arguments.count)
            reply(execution, union(sources, execution.limits))
        },
        CommandSpec(
            "sunionstore", arity: -3, [.write, .denyoom], keys: keys, group: .set,
            summary: "Stores what any of the sets has.", complexity: total, syntax: "destination key [key ...]"
        ) { execution throws(RedisError) in
            let sources = try sources(execution, 2..<execution.arguments.count)
            store(execution, union(sources, execution.limits), "sunionstore")
        },
        CommandSpec(
            "sdiff", arity: -2, [.readonly], keys: keys, group: .set,
            summary: "Gives what the first set has and no other.", complexity: total, syntax: "key [key ...]"
        ) { execution throws(RedisError) in
            let sources = try sources(execution, 1..<execution.arguments.count)
            reply(execution, difference(sources, execution.limits))
        },
        CommandSpec(
            "sdiffstore", arity: -3, [.write, .denyoom], keys: keys, group: .set,
            summary: "Stores what the first set has and no other.", complexity: total,
            syntax: "destination key [key ...]"
        ) { execution throws(RedisError) in
            let sources = try sources(execution, 2..<execution.arguments.count)
            store(execution, difference(sources, execution.limits), "sdiffstore")
        },
    ]
}
