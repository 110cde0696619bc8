import StrataRESP

/// Strings as arrays of bits, the highest bit of the first byte being bit 0.
package enum BitmapCommands {
    private static let first = CommandKeys.range(first: 1, last: 1, step: 1)

    package static let all: [CommandSpec] = [
        CommandSpec(
            "setbit", arity: 4, [.write, .denyoom], keys: first, group: .bitmap, since: "2.2.0",
            summary: "Sets or clears a bit and gives what it was.", syntax: "key offset value", handler: setbit),
        CommandSpec(
            "getbit", arity: 3, [.readonly, .fast], keys: first, group: .bitmap, since: "2.2.0", summary: "One bit.",
            syntax: "key offset", handler: getbit),
        CommandSpec(
            "bitcount", arity: -2, [.readonly], keys: first, group: .bitmap, since: "2.6.0",
            summary: "How many bits are set.", complexity: "O(N), N bytes", syntax: "key [start end [BYTE | BIT]]",
            handler: bitcount),
        CommandSpec(
            "bitpos", arity: -3, [.readonly], keys: first, group: .bitmap, since: "2.8.7",
            summary: "Where the first bit is that is set, or clear.", complexity: "O(N), N bytes",
            syntax: "key bit [start [end [BYTE | BIT]]]", handler: bitpos),
        CommandSpec(
            "bitop", arity: -4, [.write, .denyoom], keys: .range(first: 2, last: -1, step: 1), group: .bitmap,
            since: "2.6.0", summary: "Stores the result of AND, OR, XOR or NOT of strings.",
            complexity: "O(N), N bytes of the longest", syntax: "<AND | OR | XOR | NOT> destkey key [key ...]",
            handler: bitop),
        CommandSpec(
            "bitfield", arity: -2, [.write, .denyoom], keys: first, group: .bitmap, since: "3.2.0",
            summary: "Reads and changes integers of any width within a string.", complexity: "O(1) for each operation",
            syntax: "key [GET encoding offset | [OVERFLOW <WRAP | SAT | FAIL>] <SET encoding offset value | "
                + "INCRBY encoding offset increment> [GET encoding offset | [OVERFLOW <WRAP | SAT | FAIL>] "
                + "<SET encoding offset value | INCRBY encoding offset increment> ...]]"
        ) { execution throws(RedisError) in try bitfield(execution, isReadOnly: false) },
        CommandSpec(
            "bitfield_ro", arity: -2, [.readonly, .fast], keys: first, group: .bitmap, since: "6.0.0",
            summary: "Reads integers of any width within a string.", complexity: "O(1) for each operation",
            syntax: "key [GET encoding offset [GET encoding offset ...]]"
        ) { execution throws(RedisError) in try bitfield(execution, isReadOnly: true) },
    ]

    /// A bit's number, below what a string may hold.
    static func offset(
        _ text: Bytes, width: Int64? = nil, _ execution: Execution
    ) throws(RedisError) -> Int64 {
        let error = RedisError("ERR bit offset is not an integer or out of range")
        let isMultiple = width != nil && !text.isEmpty && text[0] == UInt8(ascii: "#")
        guard let number = (isMultiple ? text[1..<text.count] : text).integer else { throw error }
        let (offset, isOver) = number.multipliedReportingOverflow(by: isMultiple ? width ?? 1 : 1)
        if isOver || offset < 0 || offset >> 3 >= execution.engine.configuration.protoMaxBulkLength { throw error }
        return offset
    }

    /// The string under `key`, with room for bit `last`, to be written to; and whether that made it longer.
    static func changeable(
        _ key: Bytes, last: Int64, _ execution: Execution
    ) throws(RedisError) -> (bytes: UnsafeMutableRawBufferPointer, isLonger: Bool) {
        let old = try execution.database.string(toChange: key)
        let needed = Int(last >> 3) + 1
        let before = old?.stringCount ?? 0
        let entry = StringCommands.changeable(key, old, count: max(needed, before), isGrowing: false, execution)
        return (entry.mutableBytes, needed > before)
    }

    @Sendable private static func setbit(_ execution: Execution) throws(RedisError) {
        let key = execution.argument(1)
        let error = RedisError("ERR bit is not an integer or out of range")
        let offset = try offset(execution.argument(2), execution)
        let bit = UInt8(try execution.integer(3, in: 0...1, orThrow: error))
        let (bytes, isLonger) = try changeable(key, last: offset, execution)
        let shift = UInt8(7 - offset & 7)
        let old = bytes[Int(offset >> 3)] >> shift & 1
        if isLonger || old != bit {
            bytes[Int(offset >> 3)] ^= (old ^ bit) << shift
            execution.changed(key, .string, "setbit")
        }
        execution.reply.integer(Int(old))
    }

    @Sendable private static func getbit(_ execution: Execution) throws(RedisError) {
        let offset = try offset(execution.argument(2), execution)
        guard let entry = try execution.database.string(at: execution.argument(1)) else {
            return execution.reply.integer(0)
        }
        entry.withString { bytes in
            let at = Int(offset >> 3)
            execution.reply.integer(at < bytes.count ? Int(bytes[at] >> UInt8(7 - offset & 7) & 1) : 0)
        }
    }

    @Sendable private static func bitop(_ execution: Execution) throws(RedisError) {
        let word = execution.argument(1)
        let isNot = word.isWord("not")
        let combine: (UInt8, UInt8) -> UInt8
        if word.isWord("and") {
            combine = { $0 & $1 }
        } else if word.isWord("or") {
            combine = { $0 | $1 }
        } else if word.isWord("xor") {
            combine = { $0 ^ $1 }
        } else if isNot {
            combine = { first, _ in ~first }
        } else {
            throw .syntax
        }
        if isNot, execution.arguments.count != 4 {
            throw RedisError("ERR BITOP NOT must be called with a single source key.")
        }
        var result: [UInt8] = []
        for index in 3..<execution.arguments.count {
            let entry = try execution.database.string(at: execution.argument(index))
            let source = entry.map { $0.withString { $0.copy() } } ?? []
            if index == 3 {
                result = isNot ? source.map { combine($0, 0) } : source
                continue
            }
            if source.count > result.count {
                result.append(contentsOf: repeatElement(0, count: source.count - result.count))
            }
            for at in 0..<result.count { result[at] = combine(result[at], at < source.count ? source[at] : 0) }
        }
        let target = execution.argument(2)
        if result.isEmpty {
            if execution.database.delete(target) { execution.changed(target, .generic, "del") }
        } else {
            result.withLent { execution.database.setRaw(target, $0) }
            execution.changed(target, .string, "set")
        }
        execution.reply.integer(result.count)
    }
}
