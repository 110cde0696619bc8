import StrataRESP

extension SortedSetCommands {
    enum Operation {
        case union, inter, diff
    }

    static func zunion(_ execution: Execution) throws(RedisError) { try combine(execution, .union, count: 1) }
    static func zinter(_ execution: Execution) throws(RedisError) { try combine(execution, .inter, count: 1) }
    static func zdiff(_ execution: Execution) throws(RedisError) { try combine(execution, .diff, count: 1) }
    static func zintercard(_ execution: Execution) throws(RedisError) {
        try combine(execution, .inter, count: 1, isCardinality: true)
    }
    static func zunionstore(_ execution: Execution) throws(RedisError) {
        try combine(execution, .union, count: 2, destination: 1)
    }
    static func zinterstore(_ execution: Execution) throws(RedisError) {
        try combine(execution, .inter, count: 2, destination: 1)
    }
    static func zdiffstore(_ execution: Execution) throws(RedisError) {
        try combine(execution, .diff, count: 2, destination: 1)
    }

    private struct Options {
        var weights: [Double]
        var aggregate = SortedSetSource.Aggregate.sum
        var withScores = false
        var limit = 0
    }

    private static func combine(
        _ execution: Execution, _ operation: Operation, count countAt: Int, destination: Int? = nil,
        isCardinality: Bool = false
    ) throws(RedisError) {
        let given = try execution.integer(countAt)
        guard given >= 1 else {
            let name = execution.argument(0).text.lowercased()
            throw RedisError("ERR at least 1 input key is needed for '\(name)' command")
        }
        guard given <= Int64(execution.arguments.count - countAt - 1) else { throw .syntax }
        let keys = countAt + 1..<countAt + 1 + Int(given)
        var sources: [SortedSetSource] = []
        for index in keys { sources.append(try SortedSetSource(execution.database, execution.argument(index))) }
        let options = try options(
            execution, from: keys.upperBound, operation, keys.count, isStore: destination != nil, isCardinality)
        for index in sources.indices { sources[index].weight = options.weights[index] }
        // Redis goes from the smallest set to the largest, which shows in sums of doubles.
        if operation != .diff { sources.sort { $0.count < $1.count } }
        if isCardinality {
            return execution.reply.integer(SortedSetSource.commonCount(sources, limit: options.limit))
        }
        let result = SortedSetValue(isLarge: true)
        switch operation {
        case .union: SortedSetSource.unite(sources, options.aggregate, into: result)
        case .inter: SortedSetSource.intersect(sources, options.aggregate, into: result)
        case .diff: SortedSetSource.subtract(sources, into: result)
        }
        if let destination {
            result.makePackedIfFits(execution.limits)
            let event: StaticString =
                switch operation {
                case .union: "zunionstore"
                case .inter: "zinterstore"
                case .diff: "zdiffstore"
                }
            return store(execution, execution.argument(destination), result, event)
        }
        replyHeader(execution, result.count, withScores: options.withScores)
        result.forEach { member, score in
            reply(execution, member, options.withScores ? score : nil)
            return true
        }
    }

    private static func options(
        _ execution: Execution, from: Int, _ operation: Operation, _ keys: Int, isStore: Bool, _ isCardinality: Bool
    ) throws(RedisError) -> Options {
        var options = Options(weights: Array(repeating: 1, count: keys))
        var at = from
        while at < execution.arguments.count {
            let word = execution.argument(at)
            let rest = execution.arguments.count - at - 1
            if operation != .diff, !isCardinality, rest >= keys, word.isWord("weights") {
                for index in 0..<keys {
                    options.weights[index] = try execution.double(
                        at + 1 + index, orThrow: RedisError("ERR weight value is not a float"))
                }
                at += keys + 1
            } else if operation != .diff, !isCardinality, rest >= 1, word.isWord("aggregate") {
                let how = execution.argument(at + 1)
                if how.isWord("sum") {
                    options.aggregate = .sum
                } else if how.isWord("min") {
                    options.aggregate = .min
                } else if how.isWord("max") {
                    options.aggregate = .max
                } else {
                    throw .syntax
                }
                at += 2
            } else if !isStore, !isCardinality, word.isWord("withscores") {
                options.withScores = true
                at += 1
            } else if isCardinality, rest >= 1, word.isWord("limit") {
                let error = RedisError("ERR LIMIT can't be negative")
                options.limit = Int(try execution.integer(at + 1, in: 0...Int64.max, orThrow: error))
                at += 2
            } else {
                throw .syntax
            }
        }
        return options
    }
}
