import StrataRESP

extension SetCommands {
    /// The sets under keys; nil for a key that is not there.
    static func sources(_ execution: Execution, _ range: Range<Int>) throws(RedisError) -> [SetValue?] {
        var sources: [SetValue?] = []
        sources.reserveCapacity(range.count)
        for index in range { sources.append(try set(execution, index)) }
        return sources
    }

    /// Stores a result, or deletes the key where it is empty.
    static func store(_ execution: Execution, _ result: SetValue, _ event: StaticString) {
        let key = execution.argument(1)
        execution.reply.integer(result.count)
        if result.count > 0 {
            execution.database.set(key, result)
            execution.changed(key, .set, event)
        } else if execution.database.delete(key) {
            execution.changed(key, .generic, "del")
        }
    }

    // MARK: Intersections

    @Sendable static func intersect(_ execution: Execution) throws(RedisError) {
        let sources = try sources(execution, 1..<execution.arguments.count)
        let reply = execution.reply
        var count = 0
        reply.begin(.set)
        forEachShared(sources) { member in
            reply.bulk(member)
            count += 1
            return true
        }
        reply.end(count)
    }

    @Sendable static func countIntersection(_ execution: Execution) throws(RedisError) {
        let keyCount = try execution.integer(
            1, in: 1...Int64.max, orThrow: RedisError("ERR numkeys should be greater than 0"))
        let count = execution.arguments.count
        if keyCount > count - 2 { throw RedisError("ERR Number of keys can't be greater than number of args") }
        let afterKeys = 2 + Int(keyCount)
        var limit: Int64 = 0
        var index = afterKeys
        while index < count {
            guard execution.argument(index).isWord("limit"), index + 1 < count else { throw .syntax }
            limit = try execution.integer(
                index + 1, in: 0...Int64.max, orThrow: RedisError("ERR LIMIT can't be negative"))
            index += 2
        }
        var found: Int64 = 0
        forEachShared(try sources(execution, 2..<afterKeys)) { _ in
            found += 1
            return found != limit
        }
        execution.reply.integer(found)
    }

    static func intersection(_ sources: [SetValue?], _ limits: EncodingLimits) -> SetValue {
        let result = SetValue()
        forEachShared(sources) { member in
            result.add(member, limits: limits)
            return true
        }
        return result
    }

    /// Calls `body` with each member that all sets have until it returns false.
    private static func forEachShared(_ sources: [SetValue?], _ body: (PackedValue) -> Bool) {
        let sets = sources.compactMap { $0 }.sorted { $0.count < $1.count }
        guard sets.count == sources.count, let smallest = sets.first else { return }
        let others = sets.dropFirst()
        smallest.forEach { member in
            for other in others where !other.contains(member) { return true }
            return body(member)
        }
    }

    // MARK: Unions and differences

    static func union(_ sources: [SetValue?], _ limits: EncodingLimits) -> SetValue {
        let result = SetValue()
        for case let source? in sources {
            source.forEach { member in
                result.add(member, limits: limits)
                return true
            }
        }
        return result
    }

    static func difference(_ sources: [SetValue?], _ limits: EncodingLimits) -> SetValue {
        let result = SetValue()
        // The largest first: it is the likeliest to have a member.
        let others = sources.dropFirst().compactMap { $0 }.sorted { $0.count > $1.count }
        sources.first??.forEach { member in
            for other in others where other.contains(member) { return true }
            result.add(member, limits: limits)
            return true
        }
        return result
    }
}
