import StrataRESP

extension BitmapCommands {
    @Sendable static func bitcount(_ execution: Execution) throws(RedisError) {
        guard let entry = try execution.database.string(at: execution.argument(1)) else {
            return execution.reply.integer(0)
        }
        let size = Int64(entry.stringCount)
        var bits = 0..<(8 * size)
        switch execution.arguments.count {
        case 2: break
        case 4, 5:
            let start = try execution.integer(2)
            let end = try execution.integer(3)
            if start < 0, end < 0, start > end { return execution.reply.integer(0) }
            bits = try range(start, end, isInBits: execution.arguments.count == 5 ? unit(execution, 4) : false, size)
        default: throw .syntax
        }
        entry.withString { execution.reply.integer(count($0, bits)) }
    }

    @Sendable static func bitpos(_ execution: Execution) throws(RedisError) {
        let bit = try execution.integer(2)
        if bit != 0, bit != 1 { throw RedisError("ERR The bit argument must be 1 or 0.") }
        guard let entry = try execution.database.string(at: execution.argument(1)) else {
            return execution.reply.integer(bit == 1 ? -1 : 0)
        }
        let size = Int64(entry.stringCount)
        let given = execution.arguments.count
        var bits = 0..<(8 * size)
        if given > 6 { throw .syntax }
        if given > 3 {
            let start = try execution.integer(3)
            let isInBits = given == 6 ? try unit(execution, 5) : false
            let end = given >= 5 ? try execution.integer(4) : size - 1
            bits = try range(start, end, isInBits: isInBits, size)
        }
        if bits.isEmpty { return execution.reply.integer(-1) }
        let found = entry.withString { find(bit == 1, $0, bits) }
        // Behind the string all bits are clear, unless an end was given.
        let beyond = bit == 0 && given < 5 ? 8 * size : -1
        execution.reply.integer(found ?? beyond)
    }

    private static func unit(_ execution: Execution, _ index: Int) throws(RedisError) -> Bool {
        if execution.argument(index).isWord("bit") { return true }
        if execution.argument(index).isWord("byte") { return false }
        throw .syntax
    }

    /// Bits from a first and last byte, or bit; negative ones count from the end.
    private static func range(
        _ start: Int64, _ end: Int64, isInBits: Bool, _ size: Int64
    ) throws(RedisError) -> Range<Int64> {
        let total = isInBits ? 8 * size : size
        let first = start < 0 ? max(0, start &+ total) : start
        let last = min(end < 0 ? max(0, end &+ total) : end, total - 1)
        if first > last { return 0..<0 }
        return isInBits ? first..<(last + 1) : (8 * first)..<(8 * last + 8)
    }

    private static func count(_ bytes: Bytes, _ bits: Range<Int64>) -> Int {
        if bits.isEmpty { return 0 }
        let first = Int(bits.lowerBound >> 3)
        let last = Int((bits.upperBound - 1) >> 3)
        var count = 0
        var at = first
        while at + 8 <= last + 1 {
            count += bytes.start.loadUnaligned(fromByteOffset: at, as: UInt64.self).nonzeroBitCount
            at += 8
        }
        while at <= last {
            count += bytes[at].nonzeroBitCount
            at += 1
        }
        // Bits of the outer bytes that are not meant.
        let before = bytes[first] & ~(0xFF >> UInt8(bits.lowerBound & 7))
        let after = bytes[last] & (0x7F >> UInt8((bits.upperBound - 1) & 7))
        return count - before.nonzeroBitCount - after.nonzeroBitCount
    }

    private static func find(_ wanted: Bool, _ bytes: Bytes, _ bits: Range<Int64>) -> Int64? {
        // Looked for as set bits, so that both cases are one.
        let flip: UInt8 = wanted ? 0 : 0xFF
        let wide: UInt64 = wanted ? 0 : .max
        var at = Int(bits.lowerBound >> 3)
        let last = Int((bits.upperBound - 1) >> 3)
        var mask = 0xFF >> UInt8(bits.lowerBound & 7)
        while at <= last {
            let byte = (bytes[at] ^ flip) & UInt8(mask)
            mask = 0xFF
            if byte != 0 {
                let found = Int64(at) * 8 + Int64(byte.leadingZeroBitCount)
                return found < bits.upperBound ? found : nil
            }
            at += 1
            while at + 8 <= last + 1,
                bytes.start.loadUnaligned(fromByteOffset: at, as: UInt64.self) ^ wide == 0
            {
                at += 8
            }
        }
        return nil
    }
}
