import StrataRESP

/// MATCH and COUNT of HSCAN and SSCAN, and the shape of their answers.
struct ElementScan {
    private var pattern: Bytes?
    private(set) var count = 10

    struct Found {
        var next: UInt64 = 0
        /// Bulk strings written.
        var elements = 0
    }

    /// The options from argument 3 on.
    init(_ execution: Execution) throws(RedisError) {
        var index = 3
        while index < execution.arguments.count {
            guard index + 1 < execution.arguments.count else { throw .syntax }
            if execution.argument(index).isWord("count") {
                let wanted = try execution.integer(index + 1)
                if wanted < 1 { throw .syntax }
                // One call gives at most what a client can wait for.
                count = Int(min(wanted, 1 << 32))
            } else if execution.argument(index).isWord("match") {
                pattern = execution.argument(index + 1)
            } else {
                throw .syntax
            }
            index += 2
        }
    }

    func matches(_ element: PackedValue) -> Bool {
        guard let pattern else { return true }
        return element.withBytes { Glob.matches(pattern, $0) }
    }

    /// Argument 2: a number, with a sign if there is one; strtoul turns a negative one round, and so does Redis.
    static func cursor(_ execution: Execution) throws(RedisError) -> UInt64 {
        let text = execution.argument(2)
        var cursor: UInt64 = 0
        let isNegative = text.count > 1 && text[0] == UInt8(ascii: "-")
        for index in (isNegative ? 1 : 0)..<text.count {
            let digit = text[index] &- UInt8(ascii: "0")
            let (product, isOver) = cursor.multipliedReportingOverflow(by: 10)
            let (sum, isOverToo) = product.addingReportingOverflow(UInt64(digit))
            guard digit <= 9, !isOver, !isOverToo else { throw RedisError("ERR invalid cursor") }
            cursor = sum
        }
        return isNegative ? 0 &- cursor : cursor
    }

    /// The answer for a key that is not there.
    static func replyNothing(_ execution: Execution) {
        execution.reply.array(2)
        execution.reply.bulk("0")
        execution.reply.array(0)
    }

    /// The new cursor, and the elements that `body` writes.
    func reply(_ execution: Execution, _ body: (inout Found) -> Void) {
        // The cursor stands first and is known last: the elements are written behind it and then moved.
        let reply = execution.reply
        let start = reply.count
        var found = Found()
        reply.begin(.array)
        body(&found)
        reply.end(found.elements)
        let elements = reply.bytes[start..<reply.count].copy()
        reply.truncate(to: start)
        reply.array(2)
        reply.bulk("\(found.next)")
        elements.withLent { reply.raw($0) }
    }
}
