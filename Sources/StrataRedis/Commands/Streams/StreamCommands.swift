import StrataRESP

/// Logs of entries and the groups that read them: `X...`.
package enum StreamCommands {
    private static let key = CommandKeys.range(first: 1, last: 1, step: 1)
    private static let subKey = CommandKeys.range(first: 2, last: 2, step: 1)

    package static let all: [CommandSpec] = entries + reading + claims + groups

    private static let entries: [CommandSpec] = [
        CommandSpec(
            "xadd", arity: -5, [.write, .denyoom, .fast], keys: key, group: .stream, since: "5.0.0",
            summary: "Appends an entry to a stream.", complexity: "O(1), and O(N) where N entries are trimmed.",
            syntax:
                "key [NOMKSTREAM] [<MAXLEN | MINID> [= | ~] threshold [LIMIT count]] <* | id> field value [field value ...]",
            handler: xadd),
        CommandSpec(
            "xdel", arity: -3, [.write, .fast], keys: key, group: .stream, since: "5.0.0",
            summary: "Deletes entries by their ids.", complexity: "O(1) for each entry.", syntax: "key id [id ...]",
            handler: xdel),
        CommandSpec(
            "xtrim", arity: -4, .write, keys: key, group: .stream, since: "5.0.0",
            summary: "Deletes the oldest entries of a stream.", complexity: "O(N) with N entries deleted.",
            syntax: "key <MAXLEN | MINID> [= | ~] threshold [LIMIT count]", handler: xtrim),
        CommandSpec(
            "xlen", arity: 2, [.readonly, .fast], keys: key, group: .stream, since: "5.0.0",
            summary: "Returns the number of entries.", syntax: "key", handler: xlen),
        CommandSpec(
            "xrange", arity: -4, .readonly, keys: key, group: .stream, since: "5.0.0",
            summary: "Returns the entries within a range of ids.", complexity: "O(N) with N entries in the answer.",
            syntax: "key start end [COUNT count]", handler: xrange),
        CommandSpec(
            "xrevrange", arity: -4, .readonly, keys: key, group: .stream, since: "5.0.0",
            summary: "Returns the entries within a range of ids, the last first.",
            complexity: "O(N) with N entries in the answer.", syntax: "key end start [COUNT count]", handler: xrevrange),
        CommandSpec(
            "xsetid", arity: -3, [.write, .denyoom, .fast], keys: key, group: .stream, since: "5.0.0",
            summary: "Sets the last id of a stream, and its counters.",
            syntax: "key last-id [ENTRIESADDED entries-added] [MAXDELETEDID max-deleted-id]", handler: xsetid),
    ]

    private static let reading: [CommandSpec] = [
        CommandSpec(
            "xread", arity: -4, [.readonly, .blocking], keys: .afterWord("streams"), group: .stream, since: "5.0.0",
            summary: "Returns the entries of streams behind given ids, or waits for some.",
            complexity: "O(N) for each stream with N entries in the answer.",
            syntax: "[COUNT count] [BLOCK milliseconds] STREAMS key [key ...] id [id ...]", handler: xread),
        CommandSpec(
            "xreadgroup", arity: -7, [.write, .blocking], keys: .afterWord("streams"), group: .stream, since: "5.0.0",
            summary: "Delivers new entries to a consumer of a group, or shows its pending ones.",
            complexity: "O(M) for each stream with M entries in the answer.",
            syntax: "GROUP group consumer [COUNT count] [BLOCK milliseconds] [NOACK] STREAMS key [key ...] id [id ...]",
            handler: xreadgroup),
    ]

    private static let claims: [CommandSpec] = [
        CommandSpec(
            "xack", arity: -4, [.write, .fast], keys: key, group: .stream, since: "5.0.0",
            summary: "Acknowledges entries: they are no longer pending.", complexity: "O(1) for each id.",
            syntax: "key group id [id ...]", handler: xack),
        CommandSpec(
            "xpending", arity: -3, .readonly, keys: key, group: .stream, since: "5.0.0",
            summary: "Returns what is pending for a group.", complexity: "O(N) with N entries looked at.",
            syntax: "key group [[IDLE min-idle-time] start end count [consumer]]", handler: xpending),
        CommandSpec(
            "xclaim", arity: -6, [.write, .fast], keys: key, group: .stream, since: "5.0.0",
            summary: "Gives pending entries to another consumer.", complexity: "O(log N) with N entries pending.",
            syntax:
                "key group consumer min-idle-time id [id ...] [IDLE ms] [TIME unix-time-milliseconds] [RETRYCOUNT count] [FORCE] [JUSTID] [LASTID lastid]",
            handler: xclaim),
        CommandSpec(
            "xautoclaim", arity: -6, [.write, .fast], keys: key, group: .stream, since: "6.2.0",
            summary: "Gives entries that are pending for long to another consumer.",
            complexity: "O(1) where COUNT is small.",
            syntax: "key group consumer min-idle-time start [COUNT count] [JUSTID]",
            handler: xautoclaim),
    ]

    private static let groups: [CommandSpec] = [
        CommandSpec(
            "xgroup", arity: -2, [], group: .stream, since: "5.0.0", summary: "Changes consumer groups.",
            complexity: "By subcommand.",
            subcommands: [
                CommandSpec(
                    "create", arity: -5, [.write, .denyoom], keys: subKey, group: .stream, since: "5.0.0",
                    summary: "Makes a consumer group.",
                    syntax: "key group <id | $> [MKSTREAM] [ENTRIESREAD entries-read]",
                    handler: xgroupCreate),
                CommandSpec(
                    "setid", arity: -5, .write, keys: subKey, group: .stream, since: "5.0.0",
                    summary: "Sets the last id that a group was given.",
                    syntax: "key group <id | $> [ENTRIESREAD entries-read]", handler: xgroupSetID),
                CommandSpec(
                    "destroy", arity: 4, .write, keys: subKey, group: .stream, since: "5.0.0",
                    summary: "Removes a consumer group.", complexity: "O(N) with N entries pending.",
                    syntax: "key group", handler: xgroupDestroy),
                CommandSpec(
                    "createconsumer", arity: 5, [.write, .denyoom], keys: subKey, group: .stream, since: "6.2.0",
                    summary: "Adds a consumer to a group.", syntax: "key group consumer", handler: xgroupCreateConsumer),
                CommandSpec(
                    "delconsumer", arity: 5, .write, keys: subKey, group: .stream, since: "5.0.0",
                    summary: "Removes a consumer from a group.", syntax: "key group consumer",
                    handler: xgroupDeleteConsumer),
                CommandSpec(
                    "help", arity: 2, [.loading, .stale], group: .stream, since: "5.0.0",
                    summary: "Lists the subcommands.",
                    handler: { execution throws(RedisError) in
                        help(execution, "XGROUP", groupHelp)
                    }),
            ], handler: { _ throws(RedisError) in throw .arity("xgroup") }),
        CommandSpec(
            "xinfo", arity: -2, [], group: .stream, since: "5.0.0", summary: "Tells about streams and their groups.",
            complexity: "By subcommand.",
            subcommands: [
                CommandSpec(
                    "stream", arity: -3, .readonly, keys: subKey, group: .stream, since: "5.0.0",
                    summary: "Tells about a stream.", syntax: "key [FULL [COUNT count]]", handler: xinfoStream),
                CommandSpec(
                    "groups", arity: 3, .readonly, keys: subKey, group: .stream, since: "5.0.0",
                    summary: "Lists the groups of a stream.", syntax: "key", handler: xinfoGroups),
                CommandSpec(
                    "consumers", arity: 4, .readonly, keys: subKey, group: .stream, since: "5.0.0",
                    summary: "Lists the consumers of a group.", syntax: "key group", handler: xinfoConsumers),
                CommandSpec(
                    "help", arity: 2, [.loading, .stale], group: .stream, since: "5.0.0",
                    summary: "Lists the subcommands.",
                    handler: { execution throws(RedisError) in
                        help(execution, "XINFO", infoHelp)
                    }),
            ], handler: { _ throws(RedisError) in throw .arity("xinfo") }),
    ]

    private static let groupHelp = [
        "CREATE <key> <groupname> <id|$> [option]", "    Make a consumer group. Options are:",
        "    * MKSTREAM", "      Make an empty stream where there is none.",
        "    * ENTRIESREAD entries_read", "      Set how many entries the group has read.",
        "CREATECONSUMER <key> <groupname> <consumer>", "    Add a consumer to the group.",
        "DELCONSUMER <key> <groupname> <consumer>", "    Remove a consumer from the group.",
        "DESTROY <key> <groupname>", "    Remove the group.",
        "SETID <key> <groupname> <id|$> [ENTRIESREAD entries_read]", "    Set the last id that the group was given.",
    ]
    private static let infoHelp = [
        "CONSUMERS <key> <groupname>", "    List the consumers of a group.", "GROUPS <key>",
        "    List the groups of a stream.", "STREAM <key> [FULL [COUNT <count>]",
        "    Tell about a stream; FULL shows entries and groups too.",
    ]

    private static func help(_ execution: Execution, _ command: String, _ lines: [String]) {
        execution.reply.array(lines.count + 3)
        execution.reply.simple("\(command) <subcommand> [<arg> [value] [opt] ...]. Subcommands are:")
        for line in lines { execution.reply.simple(line) }
        execution.reply.simple("HELP")
        execution.reply.simple("    Print this help.")
    }
}
