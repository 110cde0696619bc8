import StrataRESP

extension StringCommands {
    private struct LCSOptions {
        var isLength = false
        var isIndices = false
        var isWithLength = false
        var leastMatch = 0
    }

    /// The classic table of lengths, one number for each pair of prefixes, walked back from its end.
    @Sendable static func lcs(_ execution: Execution) throws(RedisError) {
        let database = execution.database
        let first = database.read(execution.argument(1))
        if let first, first.type != .string { throw notStrings }
        // Copied: the other key's lookup may move what the first one lent.
        let a = first.map { $0.withString { $0.copy() } } ?? []
        let second = database.read(execution.argument(2))
        if let second, second.type != .string { throw notStrings }
        let b = second.map { $0.withString { $0.copy() } } ?? []
        let options = try lcsOptions(execution)

        let (cells, isOver) = (a.count + 1).multipliedReportingOverflow(by: b.count + 1)
        if isOver || Int64(cells) > execution.engine.configuration.protoMaxBulkLength / 4 {
            throw RedisError("ERR Insufficient memory, transient memory for LCS exceeds proto-max-bulk-len")
        }
        let width = b.count + 1
        var lengths = [UInt32](repeating: 0, count: cells)
        for i in 0..<a.count {
            for j in 0..<b.count {
                let at = (i + 1) * width + j + 1
                lengths[at] =
                    a[i] == b[j]
                    ? lengths[at - width - 1] + 1 : max(lengths[at - width], lengths[at - 1])
            }
        }
        let length = Int(lengths[cells - 1])
        if options.isLength { return execution.reply.integer(length) }
        if !options.isIndices {
            return execution.reply.bulk(common(a, b, lengths, length))
        }
        let matches = matches(a, b, lengths).filter { $0.length >= options.leastMatch }
        execution.reply.map(2)
        execution.reply.bulk("matches")
        execution.reply.array(matches.count)
        for match in matches {
            execution.reply.array(options.isWithLength ? 3 : 2)
            for start in [match.a, match.b] {
                execution.reply.array(2)
                execution.reply.integer(start)
                execution.reply.integer(start + match.length - 1)
            }
            if options.isWithLength { execution.reply.integer(match.length) }
        }
        execution.reply.bulk("len")
        execution.reply.integer(length)
    }

    private static let notStrings = RedisError("ERR The specified keys must contain string values")

    private static func lcsOptions(_ execution: Execution) throws(RedisError) -> LCSOptions {
        var options = LCSOptions()
        var at = 3
        while at < execution.arguments.count {
            let word = execution.argument(at)
            if word.isWord("len") {
                options.isLength = true
            } else if word.isWord("idx") {
                options.isIndices = true
            } else if word.isWord("withmatchlen") {
                options.isWithLength = true
            } else if word.isWord("minmatchlen"), at + 1 < execution.arguments.count {
                options.leastMatch = Int(max(0, try execution.integer(at + 1)))
                at += 1
            } else {
                throw .syntax
            }
            at += 1
        }
        if options.isLength, options.isIndices {
            throw RedisError("ERR If you want both the length and indexes, please just use IDX.")
        }
        return options
    }

    /// Pairs of places that belong to the subsequence, from the last on.
    private static func walk(_ a: [UInt8], _ b: [UInt8], _ lengths: [UInt32], _ body: (Int, Int) -> Void) {
        let width = b.count + 1
        var (i, j) = (a.count, b.count)
        while i > 0, j > 0 {
            if a[i - 1] == b[j - 1] {
                i -= 1
                j -= 1
                body(i, j)
            } else if lengths[(i - 1) * width + j] > lengths[i * width + j - 1] {
                i -= 1
            } else {
                j -= 1
            }
        }
    }

    private static func common(_ a: [UInt8], _ b: [UInt8], _ lengths: [UInt32], _ length: Int) -> [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity(length)
        walk(a, b, lengths) { i, _ in result.append(a[i]) }
        return result.reversed()
    }

    /// Runs of the subsequence that stand together in both strings, the last first.
    private static func matches(
        _ a: [UInt8], _ b: [UInt8], _ lengths: [UInt32]
    ) -> [(a: Int, b: Int, length: Int)] {
        var runs: [(a: Int, b: Int, length: Int)] = []
        walk(a, b, lengths) { i, j in
            if let last = runs.last, last.a == i + 1, last.b == j + 1 {
                runs[runs.count - 1] = (i, j, last.length + 1)
            } else {
                runs.append((i, j, 1))
            }
        }
        return runs
    }
}
