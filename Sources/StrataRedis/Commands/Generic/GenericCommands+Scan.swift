import StrataRESP

/// What follows the cursor in SCAN and its kin.
package struct ScanOptions {
    package private(set) var cursor: UInt64 = 0
    package private(set) var count = 10
    /// Nil: everything matches.
    package private(set) var pattern: Bytes?
    /// The name of a type; of SCAN alone.
    package private(set) var type: Bytes?

    /// - Parameter first: where the cursor stands.
    package init(_ execution: Execution, cursorAt first: Int, hasType: Bool = false) throws(RedisError) {
        cursor = try Self.cursor(execution.argument(first))
        var at = first + 1
        while at < execution.arguments.count {
            let word = execution.argument(at)
            guard at + 1 < execution.arguments.count else { throw .syntax }
            if word.isWord("count") {
                let number = try execution.integer(at + 1)
                if number < 1 { throw .syntax }
                // More than the table has is all of it.
                count = Int(min(number, 1 << 40))
            } else if word.isWord("match") {
                let pattern = execution.argument(at + 1)
                let isAll = pattern.count == 1 && pattern[0] == UInt8(ascii: "*")
                self.pattern = isAll ? nil : pattern
            } else if hasType, word.isWord("type") {
                type = execution.argument(at + 1)
            } else {
                throw .syntax
            }
            at += 2
        }
    }

    /// As strtoul(3) reads a number that is all of the text, and Redis with it: nothing is 0, a sign may stand before
    /// it.
    package static func cursor(_ text: Bytes) throws(RedisError) -> UInt64 {
        var cursor: UInt64 = 0
        var at = 0
        let isNegative = !text.isEmpty && text[0] == UInt8(ascii: "-")
        if isNegative || !text.isEmpty && text[0] == UInt8(ascii: "+") { at = 1 }
        if at == 1, text.count == 1 { throw RedisError("ERR invalid cursor") }
        while at < text.count {
            let digit = text[at] &- UInt8(ascii: "0")
            let (product, isOver) = cursor.multipliedReportingOverflow(by: 10)
            let (sum, isOverToo) = product.addingReportingOverflow(UInt64(digit))
            if digit > 9 || isOver || isOverToo { throw RedisError("ERR invalid cursor") }
            cursor = sum
            at += 1
        }
        return isNegative ? 0 &- cursor : cursor
    }

    package func matches(_ text: Bytes) -> Bool { pattern.map { Glob.matches($0, text) } ?? true }
}

extension GenericCommands {
    @Sendable static func scan(_ execution: Execution) throws(RedisError) {
        let options = try ScanOptions(execution, cursorAt: 1, hasType: true)
        let database = execution.database
        var gone: [KeyEntry] = []
        execution.reply.array(2)
        // The cursor goes before the keys and is known after them: they are collected apart.
        var found: [KeyEntry] = []
        let next = database.scan(cursor: options.cursor, count: options.count) { entry in
            guard options.matches(entry.key) else { return }
            if let type = options.type, !isType(entry, type) { return }
            if entry.isExpired(now: execution.now) { gone.append(entry) } else { found.append(entry) }
        }
        execution.reply.bulk("\(next)")
        execution.reply.array(found.count)
        for entry in found { execution.reply.bulk(entry.key) }
        // A read finds them expired and deletes them.
        for key in gone.map({ $0.key.copy() }) { _ = key.withLent { database.contains($0) } }
    }

    private static func isType(_ entry: KeyEntry, _ type: Bytes) -> Bool { type.isWord(entry.type.name) }
}
