/// Members with scores, in order: `Z...`.
package enum SortedSetCommands {
    private static let key = CommandKeys.range(first: 1, last: 1, step: 1)
    private static let logarithmic = "O(log(N)+M) with N members in the set and M of them in the answer or gone."

    package static let all: [CommandSpec] = changes + ranges + reads + algebra + pops

    private static let changes: [CommandSpec] = [
        CommandSpec(
            "zadd", arity: -4, [.write, .denyoom, .fast], keys: key, group: .sortedSet, since: "1.2.0",
            summary: "Adds members to a sorted set, or gives them other scores.",
            complexity: "O(log(N)) for each member, N being the size of the set.",
            syntax: "key [NX | XX] [GT | LT] [CH] [INCR] score member [score member ...]", handler: zadd),
        CommandSpec(
            "zincrby", arity: 4, [.write, .denyoom, .fast], keys: key, group: .sortedSet, since: "1.2.0",
            summary: "Adds to the score of a member.", complexity: "O(log(N)) with N members in the set.",
            syntax: "key increment member", handler: zincrby),
        CommandSpec(
            "zrem", arity: -3, [.write, .fast], keys: key, group: .sortedSet, since: "1.2.0",
            summary: "Removes members from a sorted set.",
            complexity: "O(M*log(N)) with N members in the set and M to be removed.",
            syntax: "key member [member ...]", handler: zrem),
        CommandSpec(
            "zremrangebyscore", arity: 4, .write, keys: key, group: .sortedSet, since: "1.2.0",
            summary: "Removes the members within a range of scores.", complexity: logarithmic,
            syntax: "key min max", handler: zremrangebyscore),
        CommandSpec(
            "zremrangebyrank", arity: 4, .write, keys: key, group: .sortedSet, since: "2.0.0",
            summary: "Removes the members within a range of ranks.", complexity: logarithmic,
            syntax: "key start stop", handler: zremrangebyrank),
        CommandSpec(
            "zremrangebylex", arity: 4, .write, keys: key, group: .sortedSet, since: "2.8.9",
            summary: "Removes the members within a range of members.", complexity: logarithmic,
            syntax: "key min max", handler: zremrangebylex),
    ]

    private static let ranges: [CommandSpec] = [
        CommandSpec(
            "zrange", arity: -4, .readonly, keys: key, group: .sortedSet, since: "1.2.0",
            summary: "Returns members by rank, score or the order of their bytes.", complexity: logarithmic,
            syntax: "key start stop [BYSCORE | BYLEX] [REV] [LIMIT offset count] [WITHSCORES]", handler: zrange),
        CommandSpec(
            "zrangestore", arity: -5, [.write, .denyoom], keys: .range(first: 1, last: 2, step: 1), group: .sortedSet,
            since: "6.2.0", summary: "Stores a range of a sorted set under another key.", complexity: logarithmic,
            syntax: "dst src min max [BYSCORE | BYLEX] [REV] [LIMIT offset count]", handler: zrangestore),
        CommandSpec(
            "zrangebyscore", arity: -4, .readonly, keys: key, group: .sortedSet, since: "1.0.5",
            summary: "Returns the members within a range of scores.", complexity: logarithmic,
            syntax: "key min max [WITHSCORES] [LIMIT offset count]", handler: zrangebyscore),
        CommandSpec(
            "zrevrangebyscore", arity: -4, .readonly, keys: key, group: .sortedSet, since: "2.2.0",
            summary: "Returns the members within a range of scores, the highest first.", complexity: logarithmic,
            syntax: "key max min [WITHSCORES] [LIMIT offset count]", handler: zrevrangebyscore),
        CommandSpec(
            "zrangebylex", arity: -4, .readonly, keys: key, group: .sortedSet, since: "2.8.9",
            summary: "Returns the members within a range of members.", complexity: logarithmic,
            syntax: "key min max [LIMIT offset count]", handler: zrangebylex),
        CommandSpec(
            "zrevrangebylex", arity: -4, .readonly, keys: key, group: .sortedSet, since: "2.8.9",
            summary: "Returns the members within a range of members, the last first.", complexity: logarithmic,
            syntax: "key max min [LIMIT offset count]", handler: zrevrangebylex),
        CommandSpec(
            "zrevrange", arity: -4, .readonly, keys: key, group: .sortedSet, since: "1.2.0",
            summary: "Returns members by rank, the highest score first.", complexity: logarithmic,
            syntax: "key start stop [WITHSCORES]", handler: zrevrange),
        CommandSpec(
            "zcount", arity: 4, [.readonly, .fast], keys: key, group: .sortedSet, since: "2.0.0",
            summary: "Counts the members within a range of scores.", complexity: "O(log(N)) with N members in the set.",
            syntax: "key min max", handler: zcount),
        CommandSpec(
            "zlexcount", arity: 4, [.readonly, .fast], keys: key, group: .sortedSet, since: "2.8.9",
            summary: "Counts the members within a range of members.",
            complexity: "O(log(N)) with N members in the set.",
            syntax: "key min max", handler: zlexcount),
    ]

    private static let reads: [CommandSpec] = [
        CommandSpec(
            "zcard", arity: 2, [.readonly, .fast], keys: key, group: .sortedSet, since: "1.2.0",
            summary: "Returns the number of members.", syntax: "key", handler: zcard),
        CommandSpec(
            "zscore", arity: 3, [.readonly, .fast], keys: key, group: .sortedSet, since: "1.2.0",
            summary: "Returns the score of a member.", syntax: "key member", handler: zscore),
        CommandSpec(
            "zmscore", arity: -3, [.readonly, .fast], keys: key, group: .sortedSet, since: "6.2.0",
            summary: "Returns the scores of members.", complexity: "O(N) with N members asked for.",
            syntax: "key member [member ...]", handler: zmscore),
        CommandSpec(
            "zrank", arity: 3, [.readonly, .fast], keys: key, group: .sortedSet, since: "2.0.0",
            summary: "Returns the rank of a member, from the lowest score.", complexity: "O(log(N))",
            syntax: "key member", handler: zrank),
        CommandSpec(
            "zrevrank", arity: 3, [.readonly, .fast], keys: key, group: .sortedSet, since: "2.0.0",
            summary: "Returns the rank of a member, from the highest score.", complexity: "O(log(N))",
            syntax: "key member", handler: zrevrank),
        CommandSpec(
            "zscan", arity: -3, .readonly, keys: key, group: .sortedSet, since: "2.8.0",
            summary: "Walks the members with their scores.", complexity: "O(1) a call, O(N) for the whole walk.",
            syntax: "key cursor [MATCH pattern] [COUNT count]", handler: zscan),
        CommandSpec(
            "zrandmember", arity: -2, .readonly, keys: key, group: .sortedSet, since: "6.2.0",
            summary: "Returns members at random.", complexity: "O(N) with N members in the answer.",
            syntax: "key [count [WITHSCORES]]", handler: zrandmember),
    ]

    private static let algebra: [CommandSpec] = [
        CommandSpec(
            "zunion", arity: -3, .readonly, keys: .counted(at: 1, also: 0), group: .sortedSet, since: "6.2.0",
            summary: "Returns the union of sorted sets.",
            complexity: "O(N)+O(M*log(M)) with N members in all and M in the answer.",
            syntax: "numkeys key [key ...] [WEIGHTS weight [weight ...]] [AGGREGATE <SUM | MIN | MAX>] [WITHSCORES]",
            handler: zunion),
        CommandSpec(
            "zinter", arity: -3, .readonly, keys: .counted(at: 1, also: 0), group: .sortedSet, since: "6.2.0",
            summary: "Returns the intersection of sorted sets.",
            complexity: "O(N*K)+O(M*log(M)) with N members in the smallest of K sets and M in the answer.",
            syntax: "numkeys key [key ...] [WEIGHTS weight [weight ...]] [AGGREGATE <SUM | MIN | MAX>] [WITHSCORES]",
            handler: zinter),
        CommandSpec(
            "zdiff", arity: -3, .readonly, keys: .counted(at: 1, also: 0), group: .sortedSet, since: "6.2.0",
            summary: "Returns the members of the first sorted set that no other has.",
            complexity: "O(N*K) with N members in the first of K sets.", syntax: "numkeys key [key ...] [WITHSCORES]",
            handler: zdiff),
        CommandSpec(
            "zintercard", arity: -3, .readonly, keys: .counted(at: 1, also: 0), group: .sortedSet, since: "7.0.0",
            summary: "Counts the members that sorted sets have in common.",
            complexity: "O(N*K) with N members in the smallest of K sets.",
            syntax: "numkeys key [key ...] [LIMIT limit]", handler: zintercard),
        CommandSpec(
            "zunionstore", arity: -4, [.write, .denyoom], keys: .counted(at: 2, also: 1), group: .sortedSet,
            since: "2.0.0", summary: "Stores the union of sorted sets.",
            complexity: "O(N)+O(M*log(M)) with N members in all and M in the result.",
            syntax: "destination numkeys key [key ...] [WEIGHTS weight [weight ...]] [AGGREGATE <SUM | MIN | MAX>]",
            handler: zunionstore),
        CommandSpec(
            "zinterstore", arity: -4, [.write, .denyoom], keys: .counted(at: 2, also: 1), group: .sortedSet,
            since: "2.0.0", summary: "Stores the intersection of sorted sets.",
            complexity: "O(N*K)+O(M*log(M)) with N members in the smallest of K sets and M in the result.",
            syntax: "destination numkeys key [key ...] [WEIGHTS weight [weight ...]] [AGGREGATE <SUM | MIN | MAX>]",
            handler: zinterstore),
        CommandSpec(
            "zdiffstore", arity: -4, [.write, .denyoom], keys: .counted(at: 2, also: 1), group: .sortedSet,
            since: "6.2.0", summary: "Stores the members of the first sorted set that no other has.",
            complexity: "O(N*K) with N members in the first of K sets.", syntax: "destination numkeys key [key ...]",
            handler: zdiffstore),
    ]

    private static let pops: [CommandSpec] = [
        CommandSpec(
            "zpopmin", arity: -2, [.write, .fast], keys: key, group: .sortedSet, since: "5.0.0",
            summary: "Removes and returns the members with the lowest scores.",
            complexity: "O(log(N)*M) with N members in the set and M of them popped.", syntax: "key [count]",
            handler: zpopmin),
        CommandSpec(
            "zpopmax", arity: -2, [.write, .fast], keys: key, group: .sortedSet, since: "5.0.0",
            summary: "Removes and returns the members with the highest scores.",
            complexity: "O(log(N)*M) with N members in the set and M of them popped.", syntax: "key [count]",
            handler: zpopmax),
        CommandSpec(
            "zmpop", arity: -4, .write, keys: .counted(at: 1, also: 0), group: .sortedSet, since: "7.0.0",
            summary: "Pops members from the first of several sorted sets that has any.",
            complexity: "O(K)+O(M*log(N)) with K keys, N members in the set and M of them popped.",
            syntax: "numkeys key [key ...] <MIN | MAX> [COUNT count]", handler: zmpop),
        CommandSpec(
            "bzpopmin", arity: -3, [.write, .noscript, .blocking, .fast], keys: .range(first: 1, last: -2, step: 1),
            group: .sortedSet, since: "5.0.0", summary: "ZPOPMIN that waits until there is a member.",
            complexity: "O(log(N)) with N members in the set.", syntax: "key [key ...] timeout", handler: bzpopmin),
        CommandSpec(
            "bzpopmax", arity: -3, [.write, .noscript, .blocking, .fast], keys: .range(first: 1, last: -2, step: 1),
            group: .sortedSet, since: "5.0.0", summary: "ZPOPMAX that waits until there is a member.",
            complexity: "O(log(N)) with N members in the set.", syntax: "key [key ...] timeout", handler: bzpopmax),
        CommandSpec(
            "bzmpop", arity: -5, [.write, .blocking], keys: .counted(at: 2, also: 0), group: .sortedSet, since: "7.0.0",
            summary: "ZMPOP that waits until there is a member.",
            complexity: "O(K)+O(M*log(N)) with K keys, N members in the set and M of them popped.",
            syntax: "timeout numkeys key [key ...] <MIN | MAX> [COUNT count]", handler: bzmpop),
    ]
}
