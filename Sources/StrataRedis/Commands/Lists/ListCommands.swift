import StrataRESP

/// Lists: queues, stacks and what lies between their ends.
package enum ListCommands {
    package static let all: [CommandSpec] = ends + elements + moves + blocking

    private static let key = CommandKeys.range(first: 1, last: 1, step: 1)
    private static let perElement = "O(N), N elements given"
    private static let perReturned = "O(N), N elements returned"

    private static let ends: [CommandSpec] = [
        CommandSpec(
            "lpush", arity: -3, [.write, .denyoom, .fast], keys: key, group: .list,
            summary: "Puts elements at the head of a list, one after the other.", complexity: perElement,
            syntax: "key element [element ...]"
        ) { execution throws(RedisError) in try push(execution, .head, makesList: true) },
        CommandSpec(
            "rpush", arity: -3, [.write, .denyoom, .fast], keys: key, group: .list,
            summary: "Puts elements at the tail of a list.", complexity: perElement, syntax: "key element [element ...]"
        ) { execution throws(RedisError) in try push(execution, .tail, makesList: true) },
        CommandSpec(
            "lpushx", arity: -3, [.write, .denyoom, .fast], keys: key, group: .list, since: "2.2.0",
            summary: "Puts elements at the head of a list that is there.", complexity: perElement,
            syntax: "key element [element ...]"
        ) { execution throws(RedisError) in try push(execution, .head, makesList: false) },
        CommandSpec(
            "rpushx", arity: -3, [.write, .denyoom, .fast], keys: key, group: .list, since: "2.2.0",
            summary: "Puts elements at the tail of a list that is there.", complexity: perElement,
            syntax: "key element [element ...]"
        ) { execution throws(RedisError) in try push(execution, .tail, makesList: false) },
        CommandSpec(
            "lpop", arity: -2, [.write, .fast], keys: key, group: .list,
            summary: "Takes elements from the head of a list.", complexity: perReturned, syntax: "key [count]"
        ) { execution throws(RedisError) in try pop(execution, .head) },
        CommandSpec(
            "rpop", arity: -2, [.write, .fast], keys: key, group: .list,
            summary: "Takes elements from the tail of a list.", complexity: perReturned, syntax: "key [count]"
        ) { execution throws(RedisError) in try pop(execution, .tail) },
        CommandSpec(
            "lmpop", arity: -4, [.write], keys: .counted(at: 1, also: 0), group: .list, since: "7.0.0",
            summary: "Takes elements from the first of several lists that has some.",
            complexity: "O(N+M), N keys and M elements returned",
            syntax: "numkeys key [key ...] LEFT | RIGHT [COUNT count]"
        ) { execution throws(RedisError) in try popFromFirst(execution, at: 1, deadline: nil) },
    ]

    private static let elements: [CommandSpec] = [
        CommandSpec(
            "llen", arity: 2, [.readonly, .fast], keys: key, group: .list, summary: "Counts the elements of a list.",
            syntax: "key", handler: length),
        CommandSpec(
            "lindex", arity: 3, [.readonly], keys: key, group: .list, summary: "Gives the element at an index.",
            complexity: "O(N), N elements from the nearer end; O(1) at both ends", syntax: "key index", handler: index),
        CommandSpec(
            "lrange", arity: 4, [.readonly], keys: key, group: .list, summary: "Gives the elements of a range.",
            complexity: "O(S+N), S elements from the nearer end, N in the range", syntax: "key start stop",
            handler: range),
        CommandSpec(
            "lpos", arity: -3, [.readonly], keys: key, group: .list, since: "6.0.6",
            summary: "Finds where elements are in a list.", complexity: "O(N), N elements compared",
            syntax: "key element [RANK rank] [COUNT num-matches] [MAXLEN len]", handler: position),
        CommandSpec(
            "lset", arity: 4, [.write, .denyoom], keys: key, group: .list, summary: "Replaces the element at an index.",
            complexity: "O(N), N elements from the nearer end; O(1) at both ends", syntax: "key index element",
            handler: set),
        CommandSpec(
            "linsert", arity: 5, [.write, .denyoom], keys: key, group: .list, since: "2.2.0",
            summary: "Puts an element before or after another.", complexity: "O(N), N elements before the other",
            syntax: "key BEFORE | AFTER pivot element", handler: insert),
        CommandSpec(
            "lrem", arity: 4, [.write], keys: key, group: .list, summary: "Removes elements by their value.",
            complexity: "O(N+M), N elements of the list, M removed", syntax: "key count element", handler: remove),
        CommandSpec(
            "ltrim", arity: 4, [.write], keys: key, group: .list, summary: "Keeps the elements of a range alone.",
            complexity: "O(N), N elements removed", syntax: "key start stop", handler: trim),
    ]

    private static let moves: [CommandSpec] = [
        CommandSpec(
            "lmove", arity: 5, [.write, .denyoom], keys: .range(first: 1, last: 2, step: 1), group: .list,
            since: "6.2.0", summary: "Moves an element from an end of one list to an end of another.",
            syntax: "source destination LEFT | RIGHT LEFT | RIGHT"
        ) { execution throws(RedisError) in
            _ = try move(execution, from: end(execution, 3), to: end(execution, 4))
        },
        CommandSpec(
            "rpoplpush", arity: 3, [.write, .denyoom], keys: .range(first: 1, last: 2, step: 1), group: .list,
            since: "1.2.0", summary: "Moves an element from the tail of one list to the head of another.",
            syntax: "source destination"
        ) { execution throws(RedisError) in _ = try move(execution, from: .tail, to: .head) },
    ]

    private static let blocking: [CommandSpec] = [
        CommandSpec(
            "blpop", arity: -3, [.write, .noscript, .blocking], keys: .range(first: 1, last: -2, step: 1), group: .list,
            since: "2.0.0", summary: "Takes an element from the head of the first list that has some; waits for one.",
            complexity: "O(N), N keys", syntax: "key [key ...] timeout"
        ) { execution throws(RedisError) in try blockingPop(execution, .head) },
        CommandSpec(
            "brpop", arity: -3, [.write, .noscript, .blocking], keys: .range(first: 1, last: -2, step: 1), group: .list,
            since: "2.0.0", summary: "Takes an element from the tail of the first list that has some; waits for one.",
            complexity: "O(N), N keys", syntax: "key [key ...] timeout"
        ) { execution throws(RedisError) in try blockingPop(execution, .tail) },
        CommandSpec(
            "blmove", arity: 6, [.write, .denyoom, .noscript, .blocking], keys: .range(first: 1, last: 2, step: 1),
            group: .list, since: "6.2.0", summary: "Moves an element from one list to another; waits for one.",
            syntax: "source destination LEFT | RIGHT LEFT | RIGHT timeout", handler: blockingMove),
        CommandSpec(
            "brpoplpush", arity: 4, [.write, .denyoom, .noscript, .blocking], keys: .range(first: 1, last: 2, step: 1),
            group: .list, since: "2.2.0",
            summary: "Moves an element from the tail of one list to the head of another; waits for one.",
            syntax: "source destination timeout", handler: blockingTailToHead),
        CommandSpec(
            "blmpop", arity: -5, [.write, .blocking], keys: .counted(at: 2, also: 0), group: .list, since: "7.0.0",
            summary: "Takes elements from the first of several lists that has some; waits for them.",
            complexity: "O(N+M), N keys and M elements returned",
            syntax: "timeout numkeys key [key ...] LEFT | RIGHT [COUNT count]"
        ) { execution throws(RedisError) in
            try popFromFirst(execution, at: 2, deadline: .some(execution.deadline(1)))
        },
    ]

    // MARK: Parts

    /// LEFT or RIGHT.
    static func end(_ execution: Execution, _ index: Int) throws(RedisError) -> ListEnd {
        let word = execution.argument(index)
        if word.isWord("left") { return .head }
        if word.isWord("right") { return .tail }
        throw .syntax
    }

    /// `count` elements went from an end of a list: tells so, and deletes it if none is left.
    static func popped(_ execution: Execution, _ key: Bytes, _ list: ListValue, _ end: ListEnd, count: Int = 1) {
        execution.changed(key, .list, end == .head ? "lpop" : "rpop", count: Int64(count))
        deleteIfEmpty(execution, key, list)
    }

    static func deleteIfEmpty(_ execution: Execution, _ key: Bytes, _ list: ListValue) {
        guard list.count == 0 else { return }
        execution.database.delete(key)
        execution.notify(.generic, "del", key)
    }

    /// `start` and `stop` as Redis counts them, negative from the end, cut to what exists.
    static func range(_ start: Int64, _ stop: Int64, of count: Int) -> Range<Int> {
        let count = Int64(count)
        let first = max(0, start < 0 ? start + count : start)
        let last = min(count - 1, stop < 0 ? stop + count : stop)
        return first > last ? 0..<0 : Int(first)..<Int(last) + 1
    }
}
